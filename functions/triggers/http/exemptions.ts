import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import { type Exemption, longestExemptionDays, ruleNames } from "../../../shared/domain/policy.ts";
import { canonicalId, parseResourceId } from "../../../shared/domain/resource-id.ts";
import { lineOf } from "../../../shared/events/untrusted.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json, parsePart, refuse } from "./answers.ts";
import { queryOf } from "./cases.ts";
import { noteOperator } from "./operator-entry.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";
import { requestScan } from "./scan.ts";

/** Registers reading, giving and taking away exemptions. */
export function registerExemptions(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "exemptions",
    route: "exemptions",
    methods: ["GET", "POST", "DELETE"],
    handle: (call) => {
      if (call.request.method === "POST") return give(deps, call);
      return call.request.method === "DELETE" ? takeAway(deps, call) : list(deps);
    },
  });
}

const dayMs = 86_400_000;

const Scope = z
  .string("give the ARM id of a subscription, resource group or resource")
  .max(1_500)
  .refine((id) => parseResourceId(id) !== null, {
    message: "give the ARM id of a subscription, resource group or resource: /subscriptions/...",
  })
  .transform(canonicalId);
const Rule = z.enum(ruleNames, `give one of ${ruleNames.join(", ")}`);
const line = (what: string) =>
  z
    .string(what)
    .trim()
    .min(1, what)
    .max(500, "at most 500 characters")
    .transform((text) => lineOf(text, 500));

const bodyAt = (now: Date) =>
  z.strictObject({
    scope: Scope,
    rule: Rule,
    until: untilAt(now),
    reason: line("say why"),
    approvedBy: line("say who approved it"),
  });

function untilAt(now: Date) {
  const today = now.toISOString().slice(0, 10);
  const last = new Date(now.getTime() + longestExemptionDays * dayMs).toISOString().slice(0, 10);
  const message = `give a day as YYYY-MM-DD, from ${today} to ${last} (${longestExemptionDays} days at most)`;
  return z.iso
    .date({ error: message, abort: true })
    .refine((day) => day >= today && day <= last, { message });
}

async function list({ policy, gateways }: TriggerDependencies): Promise<HttpResponseInit> {
  const given = await gateways.exemptions.list();
  return json(200, {
    exemptions: [
      ...policy.exemptions.map((exemption) => ({ ...exemption, from: "guardrail.json" })),
      ...given.map((exemption) => ({ ...exemption, from: "api" })),
    ],
  });
}

async function give(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const parsed = parsePart("body", bodyAt(call.now), call.body);
  if (parsed.kind === "no") return parsed.answer;
  const exemption: Exemption = parsed.value;
  const given = await deps.gateways.exemptions.list();
  const before = given.find(same(exemption));
  await noteOperator(deps, call, {
    subject: exemption.scope,
    act: `exempt from ${exemption.rule}`,
    reason: `${exemption.reason} (approved by ${exemption.approvedBy})`,
    before: before ? `until ${before.until}` : null,
    after: `until ${exemption.until}`,
  });
  await deps.gateways.exemptions.put(exemption);
  await requestScan(deps, call);
  return json(before ? 200 : 201, { exemption });
}

const Target = z.strictObject({ scope: Scope, rule: Rule });

/** Named by query or by body. */
async function takeAway(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const inBody = call.body !== undefined;
  const parsed = parsePart(inBody ? "body" : "query", Target, inBody ? call.body : queryOf(call));
  if (parsed.kind === "no") return parsed.answer;
  const target = parsed.value;
  const before = (await deps.gateways.exemptions.list()).find(same(target));
  if (!before) {
    return refuse(404, "NoExemption", "none was given here; those of guardrail.json end there");
  }
  await noteOperator(deps, call, {
    subject: target.scope,
    act: `end exemption from ${target.rule}`,
    reason: "asked for",
    before: `until ${before.until}`,
    after: null,
  });
  await deps.gateways.exemptions.remove(before.scope, before.rule);
  await requestScan(deps, call);
  return json(200, { removed: before });
}

const same = (wanted: Pick<Exemption, "scope" | "rule">) => (other: Exemption) =>
  canonicalId(other.scope) === wanted.scope && other.rule === wanted.rule;

import type { HttpResponseInit } from "@azure/functions";
import type { Exemption } from "../../../shared/domain/policy.ts";
import { canonicalId } from "../../../shared/domain/resource-id.ts";
import { lineOf } from "../../../shared/events/untrusted.ts";
import { readExemption, readExemptionName } from "../../../shared/policy.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json, refuse, refuseMistakes } from "./answers.ts";
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
  const sent = readExemption(call.body, "body", call.now.toISOString());
  if (sent.kind === "invalid") return refuseMistakes(sent.mistakes);
  const exemption = tidy(sent.value);
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

/** What people typed becomes lines of mails and of the ledger. */
const tidy = (sent: Exemption): Exemption => ({
  ...sent,
  scope: canonicalId(sent.scope),
  reason: lineOf(sent.reason, 500),
  approvedBy: lineOf(sent.approvedBy, 200),
});

/** Named by query or by body. */
async function takeAway(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const inBody = call.body !== undefined;
  const sent = inBody
    ? readExemptionName(call.body, "body")
    : readExemptionName(queryOf(call), "query");
  if (sent.kind === "invalid") return refuseMistakes(sent.mistakes);
  const target = { ...sent.value, scope: canonicalId(sent.value.scope) };
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

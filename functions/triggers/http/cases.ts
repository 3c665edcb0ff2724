import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import { explainCase } from "../../../shared/decisions/explain.ts";
import type { Case } from "../../../shared/domain/case.ts";
import { canonicalId, parseResourceId } from "../../../shared/domain/resource-id.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json, parsePart, refuse, refuseMistakes } from "./answers.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";

/** Registers reading cases: the list, one by its id, one by its resource. */
export function registerCases(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "listCases",
    route: "cases",
    methods: ["GET"],
    handle: (call) => listCases(deps, call),
  });
  registerOperatorFunction(app, deps, {
    name: "getCase",
    route: "cases/{id}",
    methods: ["GET"],
    handle: async (call) => answer(deps, await deps.gateways.cases.findById(idIn(call)), call.now),
  });
}

/** The case id of a route, as cases are filed. */
export const idIn = ({ request }: Pick<OperatorCall, "request">): string =>
  (request.params["id"] ?? "").slice(0, 64).toUpperCase();

const anId = "give the ARM id of the resource: /subscriptions/...";
const aPage = "give the value of next from the page before";

const Query = z.strictObject({
  subject: z
    .string()
    .max(2_000, anId)
    .refine((id) => parseResourceId(id) !== null, anId)
    .optional(),
  subscription: z
    .string()
    .regex(/^[0-9a-zA-Z-]{1,64}$/, "give a subscription id, without /subscriptions/")
    .optional(),
  open: z.enum(["true", "false"], "give true or false").optional(),
  next: z.string().max(4_000, aPage).optional(),
});

async function listCases(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const parsed = parsePart("query", Query, queryOf(call));
  if (parsed.kind === "no") return parsed.answer;
  const { subject, subscription, open, next } = parsed.value;
  if (subject) {
    const found = await deps.gateways.cases.find(canonicalId(subject));
    return answer(deps, found?.case ?? null, call.now);
  }
  const filter = {
    ...(subscription ? { subscriptionId: subscription.toLowerCase() } : {}),
    ...(open ? { open: open === "true" } : {}),
  };
  try {
    const page = await deps.gateways.cases.list(filter, next ?? null);
    return json(200, { cases: page.rows.map(summary), next: page.next });
  } catch (error) {
    // Only storage can tell whether such a text is one of its own.
    if (next === undefined || deps.isStorageOutage(error)) throw error;
    return refuseMistakes([{ path: "query.next", message: aPage }]);
  }
}

/** The query as an object, less the key that the host takes from it. */
export function queryOf({ request }: Pick<OperatorCall, "request">): Record<string, string> {
  const { code: _, clientId: __, ...query } = Object.fromEntries(request.query);
  return query;
}

const summary = (value: Case) => ({
  id: value.id,
  kind: value.kind,
  name: value.name,
  resourceId: value.resourceId,
  subscriptionId: value.subscriptionId,
  subscriptionName: value.subscriptionName,
  openedAt: value.openedAt,
  updatedAt: value.updatedAt,
  closedAt: value.closedAt,
  gone: value.gone,
  openFindings: value.findings.filter(({ resolvedAt }) => resolvedAt === null).length,
  left: value.decisions
    .filter((decision) => decision.kind === "leave")
    .map(({ rule, reason }) => ({ rule, reason })),
  refusals: value.refusals.map(({ act, code }) => ({ act, code })),
});

async function answer(
  { gateways }: TriggerDependencies,
  found: Case | null,
  now: Date,
): Promise<HttpResponseInit> {
  if (!found) {
    return refuse(404, "NoCase", "no case: nothing was found, changed or refused there so far");
  }
  const version = found.facts.images?.version ?? null;
  const [alerts, due, images] = await Promise.all([
    gateways.alerts.bySubject(found.subject),
    gateways.agenda.find(found.subject, found.kind),
    version === null ? null : gateways.keptImages.read(found.subject, version),
  ]);
  return json(200, {
    case: found,
    explanation: explainCase(found, now.toISOString()),
    alerts,
    ...(images ? { images } : {}),
    nextLook: due ? { at: due.at, changedBy: due.by } : null,
  });
}

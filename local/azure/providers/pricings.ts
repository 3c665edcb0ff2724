import { ArmFault, badRequest } from "../arm-fault.ts";
import { type Answer, param, queryOf, type Route, type RoutedRequest } from "../exchange.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { basePlan, planNames } from "../security/plan-catalogue.ts";
import { createPlanWriter, type PlanWriter } from "../security/plan-write.ts";
import type { Resource } from "../store.ts";
import { securityLimit } from "../throttling.ts";

const template = "/{scopeId}/providers/Microsoft.Security/pricings";
const type = "Microsoft.Security/pricings";
const versions = ["2018-06-01", "2022-03-01", "2023-01-01", "2024-01-01"];

/** Defender plans, which Azure calls pricings. */
export function createPricingRoutes(parts: AzureParts): Route[] {
  const writer = createPlanWriter(parts);
  const common = {
    versions,
    limits: (request: RoutedRequest) => ({ limits: [securityLimit(request)] }),
  };
  return [
    {
      ...common,
      method: "GET",
      template,
      action: `${type}/read`,
      handle: (request) => list(request, parts),
    },
    {
      ...common,
      method: "GET",
      template: `${template}/{pricingName}`,
      action: `${type}/read`,
      handle: (request) => ({ status: 200, body: shown(request, planOf(request, parts)) }),
    },
    {
      ...common,
      method: "PUT",
      template: `${template}/{pricingName}`,
      action: `${type}/write`,
      act: (request) => request.params["pricingName"] ?? null,
      handle: (request) => update(request, parts, writer),
    },
  ];
}

function list(request: RoutedRequest, { store }: AzureParts): Answer {
  const scope = subscriptionScope(request);
  const written = store.list(type, scope);
  const names = new Set([...planNames, ...written.map((plan) => textAt(plan, "name") ?? "")]);
  const wanted = filterOf(request);
  const plans = [...names]
    .filter((name) => wanted === null || wanted.includes(name.toLowerCase()))
    .map((name) => shown(request, store.find(planId(scope, name)) ?? basePlan(scope, name)));
  return { status: 200, body: { value: plans } };
}

/** `name in (A,B)` is the only filter the service takes (Azure REST API, "Pricings"). */
function filterOf(request: RoutedRequest): string[] | null {
  const filter = queryOf(request, "$filter");
  if (filter === null) return null;
  const names = /^\s*name\s+in\s*\(([^)]*)\)\s*$/i.exec(filter)?.[1];
  if (names === undefined) throw badRequest(`The filter '${filter}' is not supported.`);
  return names.split(",").map((name) => name.trim().replace(/^'|'$/g, "").toLowerCase());
}

function planOf(request: RoutedRequest, { store }: AzureParts): Resource {
  const scope = subscriptionScope(request);
  const name = param(request, "pricingName");
  const known = planNames.find((plan) => plan.toLowerCase() === name.toLowerCase());
  const found = store.find(planId(scope, name)) ?? (known ? basePlan(scope, known) : null);
  if (found) return found;
  throw new ArmFault(404, "NotFound", { message: `The pricing bundle '${name}' was not found.` });
}

async function update(
  request: RoutedRequest,
  parts: AzureParts,
  writer: PlanWriter,
): Promise<Answer> {
  const current = planOf(request, parts);
  const answer = await writer.write(request, current);
  return { status: 200, body: shown(request, answer) };
}

function subscriptionScope(request: RoutedRequest): string {
  const scope = param(request, "scopeId");
  const isSubscription = /^\/?subscriptions\/[^/]+$/i.test(scope);
  if (isSubscription) return `/${scope.replace(/^\//, "")}`;
  throw badRequest(`The simulated Azure keeps plans of subscriptions only, not of '${scope}'.`);
}

function planId(scope: string, name: string): string {
  return `${scope}/providers/${type}/${name}`;
}

/** Api-version 2022-03-01 and older know three properties (Azure REST API, "Pricings"). */
function shown(request: RoutedRequest, plan: Resource): JsonObject {
  const version = queryOf(request, "api-version") ?? "";
  if (version >= "2023") return plan;
  const old = ["pricingTier", "subPlan", "freeTrialRemainingTime", "deprecated", "replacedBy"];
  const properties = Object.entries(objectAt(plan, "properties"));
  return {
    ...plan,
    properties: Object.fromEntries(properties.filter(([key]) => old.includes(key))),
  };
}

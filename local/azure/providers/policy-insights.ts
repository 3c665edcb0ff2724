import { badRequest } from "../arm-fault.ts";
import { type Answer, param, type Route, type RoutedRequest } from "../exchange.ts";
import { guidOf } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import { answerRows, nextLink, readQuery, type StateQuery, selected } from "../policy/query.ts";
import { componentRow, componentsOf, stateRow } from "../policy/rows.ts";
import { summaryOf } from "../policy/summary.ts";
import { latestBetween, type Seen, seenBetween } from "../policy/window.ts";
import { subscriptionOf } from "../resource-id.ts";

const versions = ["2019-10-01", "2024-10-01"];
const componentVersions = ["2022-04-01", "2024-10-01"];
const states = "/{scope}/providers/Microsoft.PolicyInsights/policyStates";
const components = "/{scope}/providers/Microsoft.PolicyInsights/componentPolicyStates";
const origin = "https://management.azure.com";

/** Rows of one page of policy states. */
const pageRows = 1000;

/** Most components that one answer holds; it has no pages. */
const mostComponents = 1000;

/** Azure Policy's verdicts: states, summaries, components inside clusters, evaluation on demand. */
export function createPolicyInsightsRoutes(parts: AzureParts, engine: PolicyEngine): Route[] {
  const read = "Microsoft.PolicyInsights/policyStates/queryResults/read";
  const post = (route: Pick<Route, "template" | "versions" | "action" | "handle">): Route => ({
    method: "POST",
    reads: true,
    ...route,
  });
  return [
    {
      ...post({
        template: `${states}/{view}/queryResults`,
        versions,
        action: "Microsoft.PolicyInsights/policyStates/queryResults/action",
        handle: (request) => queryStates(request, parts, engine),
      }),
      alsoNeeds: [read],
    },
    {
      ...post({
        template: `${states}/latest/summarize`,
        versions,
        action: "Microsoft.PolicyInsights/policyStates/summarize/action",
        handle: (request) => summarize(request, parts, engine),
      }),
      alsoNeeds: ["Microsoft.PolicyInsights/policyStates/summarize/read"],
    },
    post({
      template: `${components}/{view}/queryResults`,
      versions: componentVersions,
      action: "Microsoft.PolicyInsights/componentPolicyStates/queryResults/read",
      handle: (request) => queryComponents(request, parts, engine),
    }),
    ...evaluationRoutes(parts, engine),
  ];
}

function scopeOfPath(request: RoutedRequest): string {
  return request.path.replace(/\/providers\/Microsoft\.PolicyInsights\/.*$/i, "");
}

function contextOf(request: RoutedRequest, kind: string, view: string): string {
  return `${origin}${scopeOfPath(request)}/providers/Microsoft.PolicyInsights/${kind}/$metadata#${view}`;
}

function viewOf(request: RoutedRequest): "latest" | "default" {
  const view = param(request, "view").toLowerCase();
  if (view === "latest" || view === "default") return view;
  throw badRequest(
    `The virtual resource must be latest or default, not '${view}'.`,
    "InvalidVirtualResource",
  );
}

function seenBy(
  request: RoutedRequest,
  { parts, engine, query }: { parts: AzureParts; engine: PolicyEngine; query: StateQuery },
): readonly Seen[] {
  const scope = decodeURIComponent(scopeOfPath(request));
  const wanted = { ...query, store: parts.store, scope };
  return viewOf(request) === "latest" ? latestBetween(engine, wanted) : seenBetween(engine, wanted);
}

function queryStates(request: RoutedRequest, parts: AzureParts, engine: PolicyEngine): Answer {
  const query = readQuery(request, parts.clock.now());
  const context = contextOf(request, "policyStates", viewOf(request));
  const rows = seenBy(request, { parts, engine, query }).map(
    ({ record, at }): JsonObject => ({
      "@odata.context": `${context}/$entity`,
      ...stateRow(parts.store, record, at),
      ...(query.expand.includes("policyevaluationdetails")
        ? { policyEvaluationDetails: record.details }
        : {}),
      ...(query.expand.includes("components") ? { components: componentsOf(record, at) } : {}),
    }),
  );
  const answered = answerRows(rows, query);
  const page = answered.slice(query.skip, query.skip + pageRows);
  const end = query.skip + page.length;
  return {
    status: 200,
    body: {
      "@odata.context": context,
      "@odata.count": page.length,
      ...(end < answered.length ? { "@odata.nextLink": nextLink(request, query, end) } : {}),
      value: page.map((row) => selected(row, query)),
    },
  };
}

function queryComponents(request: RoutedRequest, parts: AzureParts, engine: PolicyEngine): Answer {
  const query = readQuery(request, parts.clock.now());
  const context = contextOf(request, "componentPolicyStates", "latest");
  const rows = seenBy(request, { parts, engine, query }).flatMap(({ record, at }) =>
    (record.components ?? []).map(
      (component): JsonObject => ({
        ...componentRow(record, component, at),
        ...(query.expand.includes("policyevaluationdetails")
          ? { policyEvaluationDetails: { reason: component.reason ?? "" } }
          : {}),
      }),
    ),
  );
  const value = answerRows(rows, query).slice(0, query.top ?? mostComponents);
  return {
    status: 200,
    body: {
      "@odata.context": context,
      "@odata.count": value.length,
      value: value.map((row) => selected(row, query)),
    },
  };
}

function summarize(request: RoutedRequest, parts: AzureParts, engine: PolicyEngine): Answer {
  const query = readQuery(request, parts.clock.now());
  const scope = decodeURIComponent(scopeOfPath(request));
  const seen = latestBetween(engine, { ...query, store: parts.store, scope });
  const rows = answerRows(
    seen.map(({ record, at }) => stateRow(parts.store, record, at)),
    { ...query, top: null },
  );
  const context = contextOf(request, "policyStates", "summary");
  const link = `${origin}${scopeOfPath(request)}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults?api-version=2024-10-01&$from=${iso(query.from)}&$to=${iso(query.to)}`;
  const summary = { "@odata.context": `${context}/$entity`, ...summaryOf(rows, link, query.top) };
  return { status: 200, body: { "@odata.context": context, "@odata.count": 1, value: [summary] } };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** A second trigger while one runs gives the same operation (Azure documentation, "Get policy compliance data"). */
function evaluationRoutes({ clock }: AzureParts, engine: PolicyEngine): Route[] {
  const running = new Map<string, { id: string; until: number }>();
  const ends = new Map<string, number>();
  const trigger = (request: RoutedRequest): Answer => {
    const scope = decodeURIComponent(scopeOfPath(request));
    const key = scope.toLowerCase();
    let run = running.get(key);
    if (!run || run.until <= clock.now()) {
      run = { id: guidOf(`${key} ${clock.now()}`), until: engine.evaluate(scope) };
      running.set(key, run);
      ends.set(run.id, run.until);
    }
    return { status: 202, headers: poll(subscriptionOf(scope) ?? "", run.id) };
  };
  const action = "Microsoft.PolicyInsights/policyStates/triggerEvaluation/action";
  const at = "providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation";
  const route = (template: string): Route => ({
    method: "POST",
    template,
    versions,
    action,
    reads: true,
    handle: trigger,
  });
  return [
    route(`/subscriptions/{subscriptionId}/${at}`),
    route(`/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/${at}`),
    {
      method: "GET",
      template:
        "/subscriptions/{subscriptionId}/providers/Microsoft.PolicyInsights/asyncOperationResults/{operationId}",
      versions,
      action: "Microsoft.PolicyInsights/asyncOperationResults/read",
      handle: (request) => {
        const id = param(request, "operationId").toLowerCase();
        const until = ends.get(id);
        if (until === undefined) throw badRequest(`No evaluation '${id}' is known.`, "NotFound");
        if (until <= clock.now()) return { status: 200, body: { status: "Succeeded" } };
        return { status: 202, headers: poll(param(request, "subscriptionId"), id) };
      },
    },
  ];
}

function poll(subscriptionId: string, id: string): Readonly<Record<string, string>> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.PolicyInsights/asyncOperationResults/${id}`;
  return { Location: `${origin}${path}?api-version=2024-10-01`, "Retry-After": "30" };
}

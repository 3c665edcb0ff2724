import * as z from "zod";
import type { Known, Wait } from "../domain/refusal.ts";
import { known, unreadable } from "../domain/refusal.ts";
import { canonicalId, parseResourceId, sameId } from "../domain/resource-id.ts";
import type { Compliance, Violation } from "../domain/violation.ts";
import type { Clients } from "./clients.ts";
import { AzureError, answerOf, parsed } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { kqlString } from "./kql.ts";
import { readAssignments } from "./policy-assignments.ts";
import { createLayers, type Layers } from "./policy-layers.ts";
import {
  ComponentState,
  complianceOf,
  componentsOf,
  joined,
  ruleOf,
  State,
  timeOf,
} from "./policy-verdicts.ts";
import type { ClusterCompliance, PolicyStateGateway } from "./ports.ts";
import { armOrigin } from "./read-only.ts";
import type { Memory } from "./remember.ts";

const days = 86_400_000;

/** Azure Policy evaluates everything once a day; a week back misses nothing that is still true. */
const window = 7 * days;

/** Azure Policy's verdicts and assignments. */
export function createPolicyStateGateway(
  clients: Clients,
  graph: Graph,
  memory: Memory,
): PolicyStateGateway {
  const layers = createLayers(graph);
  return {
    ofCluster: (id) => readCluster({ clients, layers }, id),

    ofResourceAndParts: (id) =>
      reading(async () => {
        const states = await statesOf(clients, id);
        const own = await ofLayer({ clients, layers }, states, { id, layer: "resource" });
        const parts = await graph.all(statesBelow(id), State);
        return complianceOf([...own, ...parts]);
      }),

    assignments: (scope) => reading(() => readAssignments(graph, memory, scope)),
  };
}

/** The cluster's own states tell of its settings and of what runs inside: they are asked for once. */
async function readCluster(sources: Sources, id: string): Promise<ClusterCompliance | Wait> {
  const states = statesOf(sources.clients, id);
  const [settings, inside] = await Promise.all([
    reading(async () => {
      return complianceOf(await ofLayer(sources, await states, { id, layer: "resource" }));
    }),
    reading(() => readInside(sources, id, states)),
  ]);
  if (settings.kind === "wait") return settings;
  return inside.kind === "wait" ? inside : { kind: "read", settings, inside };
}

async function reading<T>(read: () => Promise<T>): Promise<Known<T> | Wait> {
  try {
    return known(await read());
  } catch (error) {
    const answer = answerOf(error);
    return answer.kind === "wait" ? answer : unreadable(`${answer.code}: ${answer.message}`);
  }
}

/** The states of what lies below a resource: asked for one by one, it would have to be listed first. */
const statesBelow = (id: string): string => `policyresources
| where type =~ 'microsoft.policyinsights/policystates'
| extend resourceId = tolower(tostring(properties.resourceId))
| where resourceId startswith ${kqlString(`${canonicalId(id)}/`)}
| project id, resourceId, policyAssignmentId = tostring(properties.policyAssignmentId), policyAssignmentName = tostring(properties.policyAssignmentName), policyDefinitionId = tostring(properties.policyDefinitionId), policyDefinitionReferenceId = tostring(properties.policyDefinitionReferenceId), complianceState = tostring(properties.complianceState)
| order by id asc`;

/** The newest state of each assignment and definition, of this resource and not of its parts. */
async function statesOf(clients: Clients, id: string): Promise<readonly State[]> {
  const newest = new Map<string, State>();
  for await (const page of pagesOf(clients, id)) {
    for (const state of parsed(z.array(State), page, `policy states of ${id}`)) {
      if (!sameId(state.resourceId, id)) continue;
      const before = newest.get(ruleOf(state));
      if (!before || timeOf(before) <= timeOf(state)) newest.set(ruleOf(state), state);
    }
  }
  return [...newest.values()];
}

const NextPage = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().nullish() });

/**
 * The SDK asks for the second page with GET, which the service refuses
 * (azure-sdk-for-js#36686): the first page is the SDK's, the others are asked for with POST.
 */
async function* pagesOf(clients: Clients, id: string): AsyncIterable<readonly unknown[]> {
  const { client, raw, nextLink } = await clientOf(clients, id);
  const queryOptions = { from: new Date(Date.now() - window) };
  const first = await client.policyStates
    .listQueryResultsForResource("latest", withoutSlash(id), { queryOptions })
    .byPage()
    .next();
  if (first.done) return;
  yield first.value;
  let next = nextLink(first.value);
  while (next) {
    if (!next.startsWith(`${armOrigin}/`)) throw new AzureError("a next page outside Azure");
    const { body } = await raw({ method: "POST", url: next });
    const page = parsed(NextPage, body, `policy states of ${id}`);
    yield page.value;
    next = page["@odata.nextLink"] ?? undefined;
  }
}

interface Sources {
  readonly clients: Clients;
  readonly layers: Layers;
}

/** Of the states of a resource those under the definitions of one layer. */
async function ofLayer(
  { layers }: Sources,
  states: readonly State[],
  { id, layer }: { readonly id: string; readonly layer: Violation["layer"] },
): Promise<readonly State[]> {
  const layerOf = await layers(
    states.map(({ policyDefinitionId }) => policyDefinitionId),
    parseResourceId(id)?.subscriptionId ?? "",
  );
  return states.filter(({ policyDefinitionId }) => layerOf(policyDefinitionId) === layer);
}

/**
 * States of what runs inside. Azure keeps rows of what violates; that nothing does is said by the
 * cluster's own state under an in-cluster definition.
 */
async function readInside(
  sources: Sources,
  id: string,
  own: Promise<readonly State[]>,
): Promise<Compliance> {
  const { client } = await clientOf(sources.clients, id);
  const { value } = await client.componentPolicyStates.listQueryResultsForResource(
    withoutSlash(id),
    "latest",
    { from: new Date(Date.now() - window), expand: "PolicyEvaluationDetails" },
  );
  const rows = parsed(z.array(ComponentState), value ?? [], `components of ${id}`);
  const byRule = [...Map.groupBy(rows, ruleOf).values()];
  const violations = byRule.map(componentsOf).filter((violation) => violation !== null);
  const found = { ...complianceOf(rows), violations };
  if (found.compliant > 0) return found;
  const states = await ofLayer(sources, await own, { id, layer: "in-cluster" });
  const ruled = new Set(rows.map(ruleOf));
  const summary = complianceOf(states.filter((state) => !ruled.has(ruleOf(state))));
  return joined(found, {
    ...summary,
    violations: summary.violations.map((violation) => ({ ...violation, layer: "in-cluster" })),
  });
}

const clientOf = (clients: Clients, id: string) =>
  clients.policyInsights(parseResourceId(id)?.subscriptionId ?? "");

/** The SDK puts the slash itself. */
const withoutSlash = (id: string): string => id.replace(/^\//, "");

import { z } from "zod";
import type { Known, Wait } from "../domain/refusal.ts";
import { known, unreadable } from "../domain/refusal.ts";
import { parseResourceId, sameId } from "../domain/resource-id.ts";
import type { Compliance, Component, Violation } from "../domain/violation.ts";
import type { Clients } from "./clients.ts";
import { answerOf, parsed } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { readAssignments } from "./policy-assignments.ts";
import { createLayers, type Layers } from "./policy-layers.ts";
import type { PolicyStateGateway } from "./ports.ts";

const days = 86_400_000;

/** Azure Policy evaluates everything once a day; a week back misses nothing that is still true. */
const window = 7 * days;
const mostComponents = 50;
/** Azure keeps no more rows than this a policy and cluster. */
const mostRows = 500;

const text = z.string().nullish();
const State = z.object({
  timestamp: z.union([z.string(), z.date()]).nullish(),
  resourceId: z.string(),
  policyAssignmentId: z.string(),
  policyAssignmentName: text,
  policyDefinitionId: z.string(),
  policyDefinitionReferenceId: text,
  complianceState: text,
  isCompliant: z.boolean().nullish(),
});
type State = z.output<typeof State>;

const ComponentState = State.extend({
  componentId: text,
  componentType: text,
  componentName: text,
  policyEvaluationDetails: z.looseObject({ reason: text }).nullish(),
});
type ComponentState = z.output<typeof ComponentState>;

/** Azure Policy's verdicts and assignments. */
export function createPolicyStateGateway(clients: Clients, graph: Graph): PolicyStateGateway {
  const layers = createLayers(graph);
  return {
    ofResource: (id) =>
      reading(async () => complianceOf(await statesIn({ clients, layers }, id, "resource"))),

    inCluster: (id) => reading(() => readInCluster({ clients, layers }, id)),
    assignments: (scope) => reading(() => readAssignments(graph, scope)),
  };
}

async function reading<T>(read: () => Promise<T>): Promise<Known<T> | Wait> {
  try {
    return known(await read());
  } catch (error) {
    const answer = answerOf(error);
    return answer.kind === "wait" ? answer : unreadable(`${answer.code}: ${answer.message}`);
  }
}

/** The newest state of each assignment and definition, of this resource and not of its parts. */
async function statesOf(clients: Clients, id: string): Promise<readonly State[]> {
  const { policyStates } = clientOf(clients, id);
  const from = new Date(Date.now() - window);
  const pages = policyStates.listQueryResultsForResource("latest", withoutSlash(id), {
    queryOptions: { from },
  });
  const newest = new Map<string, State>();
  for await (const answered of pages) {
    const state = parsed(State, answered, `a policy state of ${id}`);
    if (!sameId(state.resourceId, id)) continue;
    const key = ruleOf(state);
    const before = newest.get(key);
    if (!before || timeOf(before) <= timeOf(state)) newest.set(key, state);
  }
  return [...newest.values()];
}

interface Sources {
  readonly clients: Clients;
  readonly layers: Layers;
}

/** The states of a resource under the definitions of one layer. */
async function statesIn(
  { clients, layers }: Sources,
  id: string,
  layer: Violation["layer"],
): Promise<readonly State[]> {
  const states = await statesOf(clients, id);
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
async function readInCluster(sources: Sources, id: string): Promise<Compliance> {
  const { componentPolicyStates } = clientOf(sources.clients, id);
  const { value } = await componentPolicyStates.listQueryResultsForResource(
    withoutSlash(id),
    "latest",
    { from: new Date(Date.now() - window), expand: "PolicyEvaluationDetails" },
  );
  const rows = parsed(z.array(ComponentState), value ?? [], `components of ${id}`);
  const byRule = [...Map.groupBy(rows, ruleOf).values()];
  const violations = byRule.map(componentsOf).filter((violation) => violation !== null);
  const found = { ...complianceOf(rows), violations };
  if (found.compliant > 0) return found;
  const states = await statesIn(sources, id, "in-cluster");
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

const guidOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

const ruleOf = (state: State): string =>
  [state.policyAssignmentId, state.policyDefinitionId, state.policyDefinitionReferenceId ?? ""]
    .join("|")
    .toLowerCase();

const timeOf = ({ timestamp }: State): number => (timestamp ? Date.parse(String(timestamp)) : 0);

function verdictOf({ complianceState, isCompliant }: State): string {
  if (complianceState) return complianceState;
  if (isCompliant === null || isCompliant === undefined) return "Unknown";
  return isCompliant ? "Compliant" : "NonCompliant";
}

const is = (state: State, verdict: string): boolean =>
  verdictOf(state).toLowerCase() === verdict.toLowerCase();

function complianceOf(states: readonly State[]): Compliance {
  const undecided: Record<string, number> = {};
  for (const state of states) {
    if (["NonCompliant", "Compliant", "Exempt"].some((verdict) => is(state, verdict))) continue;
    const verdict = verdictOf(state);
    undecided[verdict] = (undecided[verdict] ?? 0) + 1;
  }
  return {
    violations: states.filter((state) => is(state, "NonCompliant")).map(violationOf),
    compliant: states.filter((state) => is(state, "Compliant")).length,
    undecided,
    exempt: states.filter((state) => is(state, "Exempt")).length,
  };
}

const violationOf = (state: State): Violation => ({
  definition: guidOf(state.policyDefinitionId),
  assignment: state.policyAssignmentName || guidOf(state.policyAssignmentId),
  assignmentId: state.policyAssignmentId,
  layer: "resource",
  components: [],
  componentCount: 0,
  cutOff: false,
});

/** The violation that the component rows of one rule make; null when none violates. */
function componentsOf(rows: readonly ComponentState[]): Violation | null {
  const bad = rows.filter((row) => is(row, "NonCompliant"));
  const [first] = bad;
  if (!first) return null;
  return {
    ...violationOf(first),
    layer: "in-cluster",
    components: bad.slice(0, mostComponents).map(componentOf),
    componentCount: bad.length,
    cutOff: bad.length >= mostRows,
  };
}

/** Ids of what has a namespace read `namespace/name`. */
function componentOf(row: ComponentState): Component {
  const id = row.componentId ?? "";
  const slash = id.indexOf("/");
  return {
    type: row.componentType || "component",
    namespace: slash > 0 ? id.slice(0, slash) : null,
    name: row.componentName || id.slice(slash + 1) || "unnamed",
    reason: row.policyEvaluationDetails?.reason?.slice(0, 200) || null,
  };
}

function joined(one: Compliance, other: Compliance): Compliance {
  const undecided = { ...one.undecided };
  for (const [verdict, count] of Object.entries(other.undecided)) {
    undecided[verdict] = (undecided[verdict] ?? 0) + count;
  }
  return {
    violations: [...one.violations, ...other.violations],
    compliant: one.compliant + other.compliant,
    undecided,
    exempt: one.exempt + other.exempt,
  };
}

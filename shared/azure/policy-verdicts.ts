import * as z from "zod";
import type { Compliance, Component, Violation } from "../domain/violation.ts";

const mostComponents = 50;
/** Azure keeps no more rows than this a policy and cluster. */
const mostRows = 500;

const text = z.string().nullish();
/** A verdict about a resource under one assigned definition. */
export const State = z.object({
  timestamp: z.union([z.string(), z.date()]).nullish(),
  resourceId: z.string(),
  policyAssignmentId: z.string(),
  policyAssignmentName: text,
  policyDefinitionId: z.string(),
  policyDefinitionReferenceId: text,
  complianceState: text,
  isCompliant: z.boolean().nullish(),
});
/** A verdict about a resource under one assigned definition. */
export type State = z.output<typeof State>;

/** A verdict about something inside a cluster. */
export const ComponentState = State.extend({
  componentId: text,
  componentType: text,
  componentName: text,
  policyEvaluationDetails: z.looseObject({ reason: text }).nullish(),
});
type ComponentState = z.output<typeof ComponentState>;

const guidOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

/** The same for the same definition under the same assignment. */
export const ruleOf = (state: State): string =>
  [state.policyAssignmentId, state.policyDefinitionId, state.policyDefinitionReferenceId ?? ""]
    .join("|")
    .toLowerCase();

/** When a verdict was given, in milliseconds; 0 = Azure does not say. */
export const timeOf = ({ timestamp }: State): number =>
  timestamp ? Date.parse(String(timestamp)) : 0;

function verdictOf({ complianceState, isCompliant }: State): string {
  if (complianceState) return complianceState;
  if (isCompliant === null || isCompliant === undefined) return "Unknown";
  return isCompliant ? "Compliant" : "NonCompliant";
}

const is = (state: State, verdict: string): boolean =>
  verdictOf(state).toLowerCase() === verdict.toLowerCase();

/** Counts verdicts and lists what violates. */
export function complianceOf(states: readonly State[]): Compliance {
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
export function componentsOf(rows: readonly ComponentState[]): Violation | null {
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

/** Both together. */
export function joined(one: Compliance, other: Compliance): Compliance {
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

import { KqlFault } from "./fault.ts";
import type { Operator, Query } from "./syntax.ts";

/** How many of each a query may use; Resource Graph's documented limits for SDK queries. */
const most = { joins: 3, unions: 3, expands: 3 };

/** Tables that may be joined to each other more than once. */
const freelyJoined: ReadonlySet<string> = new Set(["resources", "resourcecontainers"]);

/** Refuses what Resource Graph refuses of well-formed KQL: too many joins, unions, expansions. */
export function checkLimits(query: Query): void {
  const steps = allSteps(query);
  countAtMost(steps, "join", most.joins);
  countAtMost(steps, "union", most.unions);
  countAtMost(steps, "mv-expand", most.expands);
  const remote = steps.flatMap((step) => (step.kind === "join" ? [step.right.table] : []));
  const seen = new Set<string>();
  for (const table of remote.filter((name) => !freelyJoined.has(name))) {
    if (seen.has(table)) {
      throw new KqlFault(
        "DisallowedMaxNumberOfRemoteTables",
        `Table ${table} stands on the right side of more than one join.`,
        { offset: query.offset, token: table },
      );
    }
    seen.add(table);
  }
}

function allSteps(query: Query): readonly Operator[] {
  return query.steps.flatMap((step) => {
    if (step.kind === "join") return [step, ...allSteps(step.right)];
    if (step.kind === "union") return [step, ...step.others.flatMap(allSteps)];
    return [step];
  });
}

function countAtMost(steps: readonly Operator[], kind: Operator["kind"], limit: number): void {
  const found = steps.filter((step) => step.kind === kind);
  const over = found[limit];
  if (!over) return;
  throw new KqlFault("InvalidQuery", `a query has at most ${limit} ${kind} operators`, {
    offset: over.offset,
    token: kind,
  });
}

import { isAlertFinding } from "../../shared/decisions/alerts.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import type { Ending, Run } from "./run.ts";

/** Looks only at subjects whose subscription the policy watches; the rest leaves the agenda, alerts and all. */
export function* ifWatched(
  run: Run,
  look: (run: Run) => Orchestration<Ending>,
): Orchestration<Ending> {
  const { subject, steps, taken } = run;
  if (taken.kind === "taken") return yield* look(run);
  const told = taken.case?.case.findings.filter(isAlertFinding).map(({ key }) => key) ?? [];
  const last = [steps.forgetAlerts({ subject, told })];
  return { kind: "settle", next: null, outcome: "not watched", last };
}

import { parseResourceId } from "../../shared/domain/resource-id.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import type { Ending, Run } from "./run.ts";

/** Looks only at subjects whose subscription the policy watches; the rest leaves the agenda. */
export function* ifWatched(
  run: Run,
  look: (run: Run) => Orchestration<Ending>,
): Orchestration<Ending> {
  const { subject, steps } = run;
  const subscriptionId = parseResourceId(subject)?.subscriptionId ?? "";
  const { watched } = yield* steps.isWatched({ subject, subscriptionId });
  return watched ? yield* look(run) : { kind: "settle", next: null, outcome: "not watched" };
}

import type { OrchestrationContext } from "durable-functions";
import { later } from "../../shared/durable/patience.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { type Ending, type Run, runOver } from "./run.ts";

/** Pages of closed cases that one day looks through. */
const mostPages = 500;

/** Removes, once a day, what the policy does not keep any longer. */
export function* housekeeping(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "housekeeping", { look: keepHouse });
}

function* keepHouse(run: Run): Orchestration<Ending> {
  const { context, steps, subject, taken } = run;
  const next = later(context, 24 * 60);
  const { keep } = taken.inForce.policy;
  yield* steps.removeOld({ subject, keep });
  let page: string | null = null;
  for (let read = 0; read < mostPages; read += 1) {
    const cases: { next: string | null } = yield* steps.removeClosedCases({
      subject,
      keep,
      next: page,
    });
    page = cases.next;
    if (page === null) break;
  }
  const { purged } = yield* steps.purgeRuns({ subject, days: keep.runsDays });
  return { kind: "settle", next, outcome: `${purged} runs purged` };
}

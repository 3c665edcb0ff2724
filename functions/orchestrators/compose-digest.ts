import type { OrchestrationContext } from "durable-functions";
import { systemSubjects } from "../../shared/domain/subject.ts";
import { later } from "../../shared/durable/patience.ts";
import { guidOf, type Orchestration, type Step, type Steps } from "../../shared/durable/steps.ts";
import type { Composed } from "../activities/compose.ts";
import type { Activities } from "../activities/index.ts";
import { type Ending, type Run, runOver } from "./run.ts";

/** Mails that one run freezes: an urgent one for each of some subjects, and the digest. */
const mostMails = 10;

/** Composes what a set of recipients must be told now, and plans when to look again. */
export function* composeDigest(context: OrchestrationContext): Orchestration<string> {
  const composeMail = (steps: Steps<Activities>, subject: string) =>
    steps.composeMail({ subject, operationId: guidOf(context) });
  return yield* runOver(context, "owners", {
    first: composeMail,
    look: (run, early) => compose(run, () => composeMail(run.steps, run.subject), early),
  });
}

function* compose(
  run: Run,
  composeMail: () => Step<Composed>,
  early: Composed | undefined,
): Orchestration<Ending> {
  const { context } = run;
  for (let mail = 0; mail < mostMails; mail += 1) {
    const composed = mail === 0 && early ? early : yield* composeMail();
    switch (composed.kind) {
      case "nothing":
        return { kind: "settle", next: null, outcome: `${mail} composed` };
      case "wait":
        return { kind: "settle", next: composed.until, outcome: `${mail} composed` };
      case "frozen":
        // When there is more to tell, its delivery puts the recipients back on the agenda.
        return toDeliver(run, composed.next);
      default:
    }
  }
  return { kind: "settle", next: later(context, 1), outcome: "more to compose" };
}

const toDeliver = ({ steps }: Run, next: string | null): Ending => ({
  kind: "settle",
  next,
  outcome: "one to deliver",
  last: [steps.wake({ subject: systemSubjects.delivery, kind: "delivery" })],
});

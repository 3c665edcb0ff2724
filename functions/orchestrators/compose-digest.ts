import type { OrchestrationContext } from "durable-functions";
import { systemSubjects } from "../../shared/domain/subject.ts";
import { later } from "../../shared/durable/patience.ts";
import { guidOf, type Orchestration } from "../../shared/durable/steps.ts";
import { type Ending, type Run, runOver } from "./run.ts";

/** Mails that one run freezes: an urgent one for each of some subjects, and the digest. */
const mostMails = 10;

/** Composes what a set of recipients must be told now, and plans when to look again. */
export function* composeDigest(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "owners", compose);
}

function* compose(run: Run): Orchestration<Ending> {
  const { context, steps, subject } = run;
  for (let mail = 0; mail < mostMails; mail += 1) {
    const operationId = guidOf(context);
    const composed = yield* steps.composeMail({ subject, operationId });
    switch (composed.kind) {
      case "nothing":
        return { kind: "settle", next: null, outcome: `${mail} composed` };
      case "wait":
        return { kind: "settle", next: composed.until, outcome: `${mail} composed` };
      case "frozen":
        // Its delivery puts the recipients back on the agenda; this is for the case that it cannot.
        return toDeliver(run, later(context, 24 * 60));
      default:
    }
  }
  return { kind: "settle", next: later(context, 1), outcome: "more to compose" };
}

const toDeliver = ({ steps }: Run, next: string): Ending => ({
  kind: "settle",
  next,
  outcome: "one to deliver",
  last: [steps.wake({ subject: systemSubjects.delivery, kind: "delivery" })],
});

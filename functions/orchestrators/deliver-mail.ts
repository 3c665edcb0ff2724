import type { OrchestrationContext } from "durable-functions";
import { later, mailPause } from "../../shared/durable/patience.ts";
import { goOnIf, inOrder, type Orchestration, sleep } from "../../shared/durable/steps.ts";
import type { Delivery } from "../activities/delivery.ts";
import { type Ending, type Run, runOver } from "./run.ts";

/** Turns of one run; what is left is taken up by the next. */
const mostTurns = 60;

/** Sends every frozen mail, one at a time, as fast as the quota allows; the only one that does. */
export function* deliverMail(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "delivery", {
    first: (steps, subject) => steps.deliverNext({ subject }),
    look: deliver,
  });
}

function* deliver(run: Run, early?: Delivery): Orchestration<Ending> {
  const { context } = run;
  let sent = 0;
  let asked = 0;
  let turn: readonly Delivery[] = early ? [early] : yield* deliverNext(run);
  for (let turns = 1; turns <= mostTurns; turns += 1) {
    for (const delivery of turn) {
      switch (delivery.kind) {
        case "idle":
          return { kind: "settle", next: null, outcome: `${sent} sent` };
        case "held":
          return { kind: "settle", next: later(context, 6 * 60), outcome: "held by the stage" };
        case "paced":
          return { kind: "settle", next: delivery.until, outcome: `${sent} sent, quota used up` };
        case "sent":
          sent += 1;
          asked = 0;
          break;
        case "failed":
        case "stale":
          asked = 0;
          break;
        default:
          yield* sleep(context, delivery.kind === "wait" ? delivery.seconds : mailPause(asked));
          asked += 1;
      }
    }
    turn = yield* deliverNext(run);
  }
  return { kind: "settle", next: later(context, 1), outcome: `${sent} sent, more to come` };
}

/** The mail under way one step further; when that was its last, the next one in the same activity. */
function* deliverNext({ context, steps, subject }: Run): Orchestration<readonly Delivery[]> {
  const next = steps.deliverNext({ subject });
  const answers = yield* inOrder(context, [goOnIf("sent", next), next]);
  return answers.filter((answer) => answer !== undefined);
}

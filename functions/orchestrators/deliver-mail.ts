import type { OrchestrationContext } from "durable-functions";
import { later, pollPause } from "../../shared/durable/patience.ts";
import { type Orchestration, sleep } from "../../shared/durable/steps.ts";
import { type Ending, type Run, runOver } from "./run.ts";

/** Steps of one run; what is left is taken up by the next. */
const mostSteps = 60;

/** Sends every frozen mail, one at a time, as fast as the quota allows; the only one that does. */
export function* deliverMail(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "delivery", deliver);
}

function* deliver(run: Run): Orchestration<Ending> {
  const { context, steps, subject } = run;
  let sent = 0;
  let asked = 0;
  for (let step = 0; step < mostSteps; step += 1) {
    const delivery = yield* steps.deliverNext({ subject });
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
        yield* sleep(context, delivery.kind === "wait" ? delivery.seconds : pollPause(asked, 1));
        asked += 1;
    }
  }
  return { kind: "settle", next: later(context, 1), outcome: `${sent} sent, more to come` };
}

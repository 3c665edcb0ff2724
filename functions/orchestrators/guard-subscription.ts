import type { OrchestrationContext } from "durable-functions";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { lookAtSubscription, namedBy } from "./look-at-subscription.ts";
import { runOver } from "./run.ts";
import { ifWatched } from "./watched.ts";

/** One pass over a subscription: its Defender plans, and alerts that belong to no cluster. */
export function* guardSubscription(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "subscription", {
    first: (steps, subject) => steps.findSubscription(namedBy(subject)),
    look: (run, early) => ifWatched(run, () => lookAtSubscription(run, early)),
  });
}

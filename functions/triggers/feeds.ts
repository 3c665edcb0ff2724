import type { InvocationContext } from "@azure/functions";
import { nameOfFault } from "../../shared/domain/fault-name.ts";
import { readDefenderEvents } from "../../shared/events/defender-events.ts";
import { readPolicyStates } from "../../shared/events/policy-state.ts";
import { readResourceChanges } from "../../shared/events/resource-change.ts";
import type { TriggerDependencies } from "./dependencies.ts";
import { quarantine, type Reader, takeIn } from "./intake.ts";
import { runsOf } from "./runs.ts";
import { createWatch } from "./watch.ts";

/** Where events come from, by the name of the function that takes them in. */
export const feedNames = ["defenderEvents", "resourceChanges", "policyStates"] as const;

/** A feed's name. */
export type FeedName = (typeof feedNames)[number];

/** How each feed's bodies are read. */
export function readersOf({
  settings,
}: Pick<TriggerDependencies, "settings">): Readonly<Record<FeedName, Reader>> {
  return {
    defenderEvents: (body, now) => readDefenderEvents(body, now()),
    resourceChanges: (body) => readResourceChanges(body, settings.own),
    policyStates: readPolicyStates,
  };
}

/** Said in place of a storage fault, whose own words may quote what was sent. */
class StorageOutage extends Error {
  override readonly name = "StorageOutage";
}

/**
 * Takes in the deliveries of one feed. It throws only while storage is out of reach, so that they
 * come again; it logs numbers, never what was in them.
 */
export function createFeed(deps: TriggerDependencies, feed: FeedName) {
  const read = readersOf(deps)[feed];
  const watch = createWatch(deps);
  return async (bodies: readonly unknown[], context: InvocationContext): Promise<void> => {
    const runs = runsOf(deps, context);
    try {
      const taken = await takeIn(deps, { bodies, read }, runs);
      await quarantine(deps, feed, taken.faults);
      const { alerts, marks, ignored, faults } = taken;
      context.log(
        `${feed}: ${bodies.length} received, ${alerts} alerts, ${marks} to look at, ${ignored} left, ${faults.length} kept aside`,
      );
    } catch (error) {
      throw new StorageOutage(
        `${feed}: storage does not answer (${nameOfFault(error)}); the delivery must come again`,
      );
    }
    await watch.arrived(feed, { runs, context });
  };
}

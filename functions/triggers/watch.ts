import type { InvocationContext } from "@azure/functions";
import { nameOfFault } from "../../shared/domain/fault-name.ts";
import type { TriggerDependencies } from "./dependencies.ts";
import type { Runs } from "./runs.ts";
import { sweepAgenda } from "./sweeping.ts";

/** Looks after the system by the way, whenever something arrives. */
export interface Watch {
  /** Notes that a feed is alive, and sweeps if the timer seems not to. At most once a minute. */
  arrived(feed: string | null, by: { runs: Runs; context: InvocationContext }): Promise<void>;
}

const minute = 60_000;

/** So old a sweep means that the timer has stopped. */
const stale = 3 * minute;

/** Creates the watch of one function in this process. */
export function createWatch(deps: TriggerDependencies): Watch {
  let last = Number.NEGATIVE_INFINITY;

  async function look(feed: string | null, now: Date, runs: Runs): Promise<void> {
    const { system } = deps.gateways;
    if (feed) await system.noteFeed(feed, now.toISOString());
    const swept = await system.lastSweep();
    if (!swept || now.getTime() - Date.parse(swept) > stale) await sweepAgenda(deps, runs);
  }

  return {
    async arrived(feed, { runs, context }) {
      const now = deps.now();
      if (Math.abs(now.getTime() - last) < minute) return;
      last = now.getTime();
      try {
        await look(feed, now, runs);
      } catch (error) {
        context.warn(`looking after the system: ${nameOfFault(error)}`);
      }
    },
  };
}

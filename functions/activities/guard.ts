import type { InForce } from "../../shared/domain/policy.ts";
import type { Superseded } from "../../shared/domain/refusal.ts";
import type { InForceSource } from "./in-force.ts";

/** What a run decided under; every write carries it. */
export type DecidedUnder = Pick<InForce, "hash" | "stage">;

/**
 * Runs a write only while what it was decided under still rules and nothing is stopped: a run can
 * have waited for minutes since.
 */
export async function guarded<T>(
  source: InForceSource,
  under: DecidedUnder,
  write: () => Promise<T>,
): Promise<T | Superseded> {
  const live = await source.live();
  const same = live.hash === under.hash && live.stage === under.stage && !live.stopped;
  return same ? write() : { kind: "superseded" };
}

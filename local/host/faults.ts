import { z } from "zod";

/** The moments at which a process can be killed on purpose. */
export const KillPoint = z.enum([
  "before-activity-effect",
  /** After one write of an activity over HTTP; it may have more. */
  "after-write",
  "after-activity-effect",
  "before-commit",
  "after-commit",
]);

/** Faults of the platform that tests and demonstrations can switch on; all are off by default. */
export const Faults = z.strictObject({
  /**
   * Kills the process (SIGKILL) at the `index`-th time, from 1, that the point is passed; with a
   * `name`, that it is passed by the function of that name.
   */
  killAt: z
    .strictObject({
      point: KillPoint,
      name: z.string().optional(),
      index: z.int().positive(),
    })
    .optional(),
  /** Every activity runs twice; the second result counts. */
  activitiesTwice: z.boolean().default(false),
  /** A second run of every activity lands late: so many milliseconds after its result was taken. */
  lateFirstActivity: z.union([z.boolean(), z.int().nonnegative()]).default(false),
  /** Every batch of hub events is delivered twice, the second time in reverse order. */
  duplicateHubBatches: z.boolean().default(false),
  /** Durable timers fire on the whole second before they are due, up to a second early. */
  earlyTimers: z.boolean().default(false),
  /** The n-th activity, from 1, fails as if the worker process had died while it ran. */
  workerDiesAtActivity: z.int().positive().optional(),
});

/** Parsed fault switches. */
export type Faults = z.infer<typeof Faults>;

/** How often a function has passed a point at which the process can be killed. */
export interface Passes {
  readonly point: z.infer<typeof KillPoint>;
  /** The activity, or the orchestrator whose turn is committed. */
  readonly name: string;
  readonly count: number;
}

/** The switches with their counters. */
export interface FaultSwitches {
  readonly faults: Faults;
  /** Passes a point: does not come back if this is where the process is to be killed. */
  pass(point: z.infer<typeof KillPoint>, name: string): void;
  /** What was passed so far. */
  passes(): readonly Passes[];
  /** Milliseconds after which a late second run of an activity starts; null for none. */
  readonly lateAfter: number | null;
  /** When a durable timer that is due at this time becomes visible. */
  timerVisibleAt(due: number): number;
  workerDiesNow(): boolean;
}

const defaultLateness = 60_000;

/** Reads the switches; anything unknown is refused by name. */
export function createFaults(value: unknown): FaultSwitches {
  const faults = Faults.parse(value ?? {});
  const { killAt, lateFirstActivity: late } = faults;
  const passed = new Map<string, Passes>();
  let reached = 0;
  let activities = 0;
  return {
    faults,
    pass(point, name) {
      const key = `${point} ${name}`;
      passed.set(key, { point, name, count: (passed.get(key)?.count ?? 0) + 1 });
      if (killAt?.point !== point || (killAt.name ?? name) !== name) return;
      reached += 1;
      if (reached !== killAt.index) return;
      process.kill(process.pid, "SIGKILL");
      // The signal may arrive a moment later, and nothing may happen in between.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
    passes: () => [...passed.values()],
    lateAfter: late === false ? null : late === true ? defaultLateness : late,
    timerVisibleAt: (due) => (faults.earlyTimers ? Math.floor(due / 1000) * 1000 : due),
    workerDiesNow: () => ++activities === faults.workerDiesAtActivity,
  };
}

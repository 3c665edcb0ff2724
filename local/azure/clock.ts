/** Milliseconds since 1970, by the simulator's clock. */
export type Time = number;

/** The time of the simulated Azure. */
export interface SimulatorClock {
  readonly kind: "virtual" | "real";
  now(): Time;
  /** Runs `what` once time has come to `at`. Faults of `what` go to `onFault`. */
  schedule(at: Time, what: () => void | Promise<void>): void;
  /** The next time at which something is due here, or null. */
  nextDue(): Time | null;
  /**
   * Moves to the next due time of this side or the host's, whichever comes first, and runs what is
   * due here; `held` = it lies beyond the limit, so time stands.
   */
  advance(hostNextDue: Time | null): Promise<{ now: Time; held: boolean }>;
  /** Stops what is still scheduled. */
  stop(): void;
}

/** A clock that moves only when both sides have nothing left to do. */
export interface VirtualClock extends SimulatorClock {
  readonly kind: "virtual";
  /**
   * Lets time move up to `limit` and resolves when both sides are idle until then; the clock then
   * stands at the limit. Someone must call `advance` meanwhile (the host does).
   */
  runUntil(limit: Time): Promise<void>;
  /** Moves to `until` with no host beside it, running what is due on the way. */
  passTo(until: Time): Promise<void>;
}

/** A clock that follows the machine's. */
export interface RealClock extends SimulatorClock {
  readonly kind: "real";
}

type OnFault = (error: unknown) => void;

/** Builds a virtual clock that stands at `start` (ISO time) until a limit is given. */
export function createVirtualClock(options: { start: string; onFault?: OnFault }): VirtualClock {
  const due = createDueList();
  const onFault = options.onFault ?? rethrowLater;
  let now = Date.parse(options.start);
  if (Number.isNaN(now)) throw new Error(`start is "${options.start}"; it must be an ISO time.`);
  let limit = now;
  let staleQuestion = false;
  let waiting: (() => void)[] = [];

  const runDue = async (): Promise<void> => {
    for (let next = due.take(now); next; next = due.take(now)) await guarded(next, onFault);
  };

  const stand = (): { now: Time; held: boolean } => {
    now = Math.max(now, limit);
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
    return { now, held: true };
  };

  const advance = async (hostNextDue: Time | null): Promise<{ now: Time; held: boolean }> => {
    if (staleQuestion) {
      staleQuestion = false;
      return { now, held: true };
    }
    const hostIsDue = hostNextDue !== null && hostNextDue <= now;
    if ((due.next() ?? Number.POSITIVE_INFINITY) <= now || hostIsDue) {
      await runDue();
      return { now, held: false };
    }
    const next = earliest(hostNextDue, due.next());
    if (next === null || next > limit) return stand();
    now = next;
    await runDue();
    return { now, held: false };
  };

  return {
    kind: "virtual",
    now: () => now,
    schedule: due.add,
    nextDue: due.next,
    advance,
    runUntil(until) {
      limit = Math.max(limit, until);
      // The host may have asked before it heard of what the caller has just put in; its next question counts.
      staleQuestion = true;
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    async passTo(until) {
      limit = Math.max(limit, until);
      staleQuestion = false;
      let held = false;
      while (!held) held = (await advance(null)).held;
    },
    stop: due.clear,
  };
}

/** What setTimeout can wait at most, in milliseconds; beyond it fires at once. */
const longestTimer = 2_147_483_647;

/** Builds a clock that follows the machine's. */
export function createRealClock(options: { onFault?: OnFault } = {}): RealClock {
  const onFault = options.onFault ?? rethrowLater;
  const timers = new Map<NodeJS.Timeout, Time>();

  const schedule = (at: Time, what: () => void | Promise<void>): void => {
    const wait = Math.min(Math.max(0, at - Date.now()), longestTimer);
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (at > Date.now()) schedule(at, what);
      else void guarded(what, onFault);
    }, wait);
    timers.set(timer, at);
  };

  return {
    kind: "real",
    now: () => Date.now(),
    schedule,
    nextDue: () => (timers.size === 0 ? null : Math.min(...timers.values())),
    advance: async () => ({ now: Date.now(), held: false }),
    stop() {
      for (const timer of timers.keys()) clearTimeout(timer);
      timers.clear();
    },
  };
}

interface Due {
  readonly at: Time;
  readonly what: () => void | Promise<void>;
}

function createDueList() {
  let items: Due[] = [];
  return {
    add(at: Time, what: () => void | Promise<void>): void {
      const index = items.findLastIndex((item) => item.at <= at) + 1;
      items.splice(index, 0, { at, what });
    },
    next: (): Time | null => items[0]?.at ?? null,
    take(until: Time): Due["what"] | null {
      const first = items[0];
      if (!first || first.at > until) return null;
      items.shift();
      return first.what;
    },
    clear(): void {
      items = [];
    },
  };
}

function earliest(...times: readonly (Time | null)[]): Time | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

async function guarded(what: () => void | Promise<void>, onFault: OnFault): Promise<void> {
  try {
    await what();
  } catch (error) {
    onFault(error);
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

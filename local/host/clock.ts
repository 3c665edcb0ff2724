import { createDueQueue } from "./due-queue.ts";

/** The host's time; all times in milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Runs once the time has come; the answer takes it back. */
  schedule(due: number, run: () => void): () => void;
  sleep(milliseconds: number): Promise<void>;
  /** When the earliest thing scheduled is due. */
  nextDue(): number | null;
  /** Resolves when `now` is up to date: at once, but while a clock outside is moving it. */
  sync(): Promise<void>;
  stop(): void;
}

const longestTimeout = 2 ** 31 - 1;

/** The machine's own clock. */
export function createRealClock(): Clock {
  const queue = createDueQueue();
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  const arm = (): void => {
    const due = queue.next();
    if (due === null || due >= armedFor) return;
    clearTimeout(timer);
    armedFor = due;
    timer = setTimeout(fire, Math.min(Math.max(0, due - Date.now()), longestTimeout));
  };

  const fire = (): void => {
    armedFor = Number.POSITIVE_INFINITY;
    queue.runUntil(Date.now());
    arm();
  };

  const schedule = (due: number, run: () => void): (() => void) => {
    const cancel = queue.add(due, run);
    arm();
    return cancel;
  };

  return {
    now: () => Date.now(),
    schedule,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        schedule(Date.now() + milliseconds, resolve);
      }),
    nextDue: queue.next,
    sync: () => Promise.resolve(),
    stop: () => clearTimeout(timer),
  };
}

import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import { createDueQueue } from "./due-queue.ts";
import { requestJson } from "./json-request.ts";
import { replaceDate } from "./virtual-date.ts";

/** Where the time comes from, and who hears that it could not be read. */
export interface VirtualClockOptions {
  readonly url: string;
  readonly busy: Busy;
  readonly onError: (message: string) => void;
}

const retryMilliseconds = 25;

/**
 * A clock that lives outside. `Date` follows it in this process until it is put back. It moves only when the host has
 * nothing to do: then the host tells its next due time and is told the new time.
 */
export async function createVirtualClock(
  options: VirtualClockOptions,
): Promise<Clock & { run(): void; putDateBack(): void }> {
  const { url, busy, onError } = options;
  const queue = createDueQueue();
  let now = readNow(await requestJson("GET", `${url}/clock`));
  let asking = false;
  let stopped = false;
  const date = replaceDate(() => now);

  const moveTo = (time: number): void => {
    if (time > now) now = time;
    queue.runUntil(now);
  };

  const ask = async (): Promise<void> => {
    const due = queue.next();
    const nextDue = due === null ? null : new date.real(due).toISOString();
    const before = now;
    asking = true;
    try {
      const answer = await requestJson("POST", `${url}/clock/advance`, { nextDue });
      if (!stopped) moveTo(readNow(answer));
    } catch (error) {
      if (!stopped) onError(`The clock at ${url} did not answer: ${String(error)}`);
    } finally {
      asking = false;
    }
    if (now === before && busy.count() === 0) await busy.begun(retryMilliseconds);
  };

  return {
    now: () => now,
    schedule(due, run) {
      return queue.add(due, run);
    },
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        queue.add(now + milliseconds, resolve);
      }),
    nextDue: queue.next,
    async sync() {
      if (asking) moveTo(readNow(await requestJson("GET", `${url}/clock`)));
    },
    stop() {
      stopped = true;
    },
    putDateBack: date.putBack,
    async run() {
      while (!stopped) {
        await busy.idle();
        const due = queue.next();
        if (due !== null && due <= now) moveTo(now);
        else await ask();
      }
    },
  };
}

function readNow(answer: unknown): number {
  const text = typeof answer === "object" && answer && "now" in answer ? answer.now : undefined;
  const time = typeof text === "string" ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new Error(
      `The clock answered ${JSON.stringify(answer)}; it must answer { "now": an ISO time }.`,
    );
  }
  return time;
}

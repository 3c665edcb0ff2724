import type { AppFunction } from "./app-loader.ts";
import { parseSchedule, type Schedule } from "./cron.ts";
import { HostStartError } from "./errors.ts";
import { runWithRetry } from "./function-retry.ts";
import { invariantDate } from "./rpc-codec.ts";
import type { TimerStatus } from "./store-triggers.ts";
import type { TriggerOptions } from "./triggers.ts";

/** The app's timer triggers. */
export interface TimerTriggers {
  begin(): void;
  /** Runs one now, as `POST /admin/functions/{name}` does; `input` goes into the metadata. */
  run(fn: AppFunction, input: string | undefined): Promise<void>;
}

interface Timer {
  readonly fn: AppFunction;
  readonly schedule: Schedule;
  /** Its status is kept, and a run that was missed is made up for. */
  readonly monitored: boolean;
}

const minute = 60_000;
const never = "0001-01-01T00:00:00+00:00";

/**
 * Runs timer triggers by their schedules, in UTC, one run of a function at a time.
 * @throws HostStartError when a schedule cannot be read.
 */
export function createTimerTriggers(options: TriggerOptions): TimerTriggers {
  const { app, store, clock, busy, invoke, log, stopped } = options;
  const timers = app.functions.filter(({ type }) => type === "timerTrigger").map(readTimer);

  const attempt = async (timer: Timer, isPastDue: boolean, input?: string): Promise<void> => {
    const { fn } = timer;
    const TimerTrigger = { string: invariantDate(new Date(clock.now())) };
    const named = input === undefined ? {} : { [fn.bindingName]: { string: input } };
    const data = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status(timer),
      IsPastDue: isPastDue,
    };
    const trigger = { json: JSON.stringify(data) };
    const invocation = { fn: fn.registered, trigger, triggerMetadata: { TimerTrigger, ...named } };
    const retry = { clock, busy, stopped };
    try {
      await runWithRetry(
        fn.registered,
        (retryContext) => invoke({ ...invocation, retryContext, timeout: options.timeout }),
        retry,
      );
    } catch (error) {
      log("error", `Timer ${fn.name} failed: ${String(error)}`);
    }
  };

  const status = (timer: Timer): object | null => {
    if (!timer.monitored) return null;
    const kept = store.timerStatus(timer.fn.name);
    const next = kept?.next ?? timer.schedule.next(clock.now());
    return { Last: stamp(kept?.last), Next: stamp(next), LastUpdated: stamp(kept?.updated) };
  };

  const keep = (timer: Timer, value: TimerStatus): void => {
    if (timer.monitored) store.putTimerStatus(timer.fn.name, value);
  };

  const runThenPlan = async (timer: Timer, isPastDue: boolean): Promise<void> => {
    const end = busy.begin();
    try {
      const last = clock.now();
      await attempt(timer, isPastDue);
      if (stopped()) return;
      const updated = clock.now();
      keep(timer, { last, next: timer.schedule.next(updated), updated });
      plan(timer, timer.schedule.next(updated));
    } finally {
      end();
    }
  };

  const plan = (timer: Timer, due: number): void => {
    clock.schedule(due, () => {
      if (!stopped()) void runThenPlan(timer, false);
    });
  };

  return {
    begin() {
      for (const timer of timers) {
        const now = clock.now();
        const kept = timer.monitored ? store.timerStatus(timer.fn.name) : undefined;
        const missed = kept !== undefined && kept.next <= now;
        const next = timer.schedule.next(now);
        if (missed || timer.fn.trigger["runOnStartup"] === true) {
          void runThenPlan(timer, missed);
          continue;
        }
        if (!kept) keep(timer, { last: null, next, updated: now });
        plan(timer, kept?.next ?? next);
      }
    },
    async run(fn, input) {
      const timer = timers.find((known) => known.fn === fn);
      if (timer) await attempt(timer, false, input);
    },
  };
}

function readTimer(fn: AppFunction): Timer {
  const text = String(fn.trigger["schedule"]);
  const schedule = parseSchedule(text);
  if (!schedule) {
    throw new HostStartError(
      `Function '${fn.name}': the schedule expression '${text}' was not recognized as a valid cron expression or timespan string.`,
    );
  }
  const first = schedule.next(0);
  const period = schedule.next(first) - first;
  const monitored = fn.trigger["useMonitor"] !== false && period >= minute;
  return { fn, schedule, monitored };
}

function stamp(time: number | null | undefined): string {
  return typeof time === "number" ? new Date(time).toISOString().replace("Z", "+00:00") : never;
}

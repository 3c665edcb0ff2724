import type { App } from "./app-loader.ts";
import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import { FunctionFailure, FunctionTimeout } from "./errors.ts";
import { activityFailure, type FailureText, hostFailure } from "./failures.ts";
import type { FaultSwitches } from "./faults.ts";
import { common, EventType, type HistoryEvent } from "./history.ts";
import type { HostConfig } from "./host-json.ts";
import { timeSpanMilliseconds } from "./host-json.ts";
import type { Invoke } from "./invoker.ts";
import { activityInput, resultText } from "./rpc-codec.ts";
import type { Store, Work } from "./store.ts";
import { watchWrites } from "./writes.ts";

/** What running activities needs. */
export interface ActivityOptions {
  readonly app: App;
  readonly store: Store;
  readonly clock: Clock;
  readonly busy: Busy;
  readonly config: HostConfig;
  readonly faults: FaultSwitches;
  readonly invoke: Invoke;
  readonly log: (level: "warning" | "error", message: string) => void;
  /** An instance has got an answer. */
  readonly answered: (instanceId: string) => void;
}

/** Runs activities, a limited number at a time, each at least once. */
export interface Activities {
  add(work: Work): void;
  /** Starts no more of them and resolves when those that run have answered. */
  drain(): Promise<void>;
}

type Outcome = { readonly result: string | null } | { readonly failure: FailureText };

const warnAbove = 45 * 1024;
const payloadLimit = 1024 * 1024;
const backOff = 1000;

/** Creates the runner; the result and the end of the work are written as one transaction. */
export function createActivities(options: ActivityOptions): Activities {
  const { app, store, clock, busy, config, faults, invoke, log } = options;
  const limit = config.extensions.durableTask.maxConcurrentActivityFunctions;
  const text = config.functionTimeout;
  const timeout = { milliseconds: timeSpanMilliseconds(text), text };
  const queue = new Map<number, { work: Work; end: () => void }>();
  const running = new Map<number, Promise<void>>();
  let draining = false;
  const writes = watchWrites((activity) => faults.pass("after-write", activity));

  const invokeOnce = async (item: Work): Promise<Outcome> => {
    const { name } = item;
    const fn = app.find("activityTrigger", name);
    if (!fn) {
      const reason = `The function '${name}' doesn't exist, is disabled, or is not an activity function.`;
      return { failure: hostFailure(name, reason) };
    }
    const { instanceId, input } = item;
    const value = activityInput({ instanceId, input, bindingName: fn.bindingName });
    try {
      const work = () => invoke({ fn: fn.registered, timeout, ...value });
      const result = resultText(await writes.run(name, work));
      return sized(item, result);
    } catch (error) {
      if (error instanceof FunctionFailure || error instanceof FunctionTimeout) {
        return { failure: activityFailure(name, error) };
      }
      throw error;
    }
  };

  const sized = ({ name }: Work, result: string | null): Outcome => {
    const size = Buffer.byteLength(result ?? "");
    if (size > payloadLimit) {
      const reason = "The result is larger than 1 MB: pass an id instead.";
      return { failure: hostFailure(name, reason) };
    }
    if (size > warnAbove) log("warning", `Activity ${name} answered ${size} bytes.`);
    return { result };
  };

  const run = async (work: Work): Promise<void> => {
    const dies = faults.workerDiesNow();
    faults.pass("before-activity-effect", work.name);
    let outcome = await invokeOnce(work);
    if (faults.faults.activitiesTwice) outcome = await invokeOnce(work);
    faults.pass("after-activity-effect", work.name);
    if (dies) outcome = { failure: hostFailure(work.name, "node exited with code 137 (0x89)") };
    const event = answer(work, outcome, new Date(clock.now()).toISOString());
    store.transaction(() => {
      store.removeWork(work.id);
      const { instanceId: target, executionId } = work;
      store.send({ target, executionId, kind: "event", visibleAt: clock.now(), event });
    });
    options.answered(work.instanceId);
    if (faults.lateAfter !== null) {
      clock.schedule(clock.now() + faults.lateAfter, () => {
        const end = busy.begin();
        void invokeOnce(work).finally(end);
      });
    }
  };

  const next = (): void => {
    for (const [id, item] of queue) {
      if (draining || running.size >= limit) return;
      queue.delete(id);
      const done = run(item.work)
        .catch((error: unknown) => {
          log("error", `Activity ${item.work.name} runs again: ${String(error)}`);
          clock.schedule(clock.now() + backOff, () => add(item.work));
        })
        .finally(() => {
          running.delete(id);
          item.end();
          next();
        });
      running.set(id, done);
    }
  };

  const add = (work: Work): void => {
    if (running.has(work.id) || queue.has(work.id)) return;
    queue.set(work.id, { work, end: busy.begin() });
    next();
  };

  return {
    add,
    async drain() {
      draining = true;
      await Promise.all(running.values());
      writes.stop();
    },
  };
}

function answer(work: Work, outcome: Outcome, timestamp: string): HistoryEvent {
  const TaskScheduledId = work.taskId;
  if ("result" in outcome) {
    const { result: Result } = outcome;
    return { EventType: EventType.TaskCompleted, TaskScheduledId, Result, ...common(timestamp) };
  }
  const { reason: Reason, details: Details } = outcome.failure;
  return {
    EventType: EventType.TaskFailed,
    ...{ TaskScheduledId, Reason, Details },
    FailureDetails: null,
    ...common(timestamp),
  };
}

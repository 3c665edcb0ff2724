import { EventType, type HistoryEvent } from "./history.ts";
import { nonDeterministic } from "./replay-errors.ts";

/** Something the orchestrator asked for and the history does not hold yet; `id` is its EventId. */
export type Command =
  | { readonly kind: "task"; readonly id: number; readonly name: string; readonly input: unknown }
  | {
      readonly kind: "sub";
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
      readonly instanceId?: string | undefined;
      readonly version?: string | undefined;
    }
  | { readonly kind: "timer"; readonly id: number; readonly fireAt: string };

/** Retry options of an activity or sub-orchestration, as the library writes them. */
export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** One action of the library's answer (`actionType` tells which fields are there). */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
  readonly retryOptions?: RetryOptions;
  readonly fireAt?: string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly compoundActions?: readonly Action[];
}

/** Whether the app has an activity or an orchestrator of that name. */
export type Known = (kind: "task" | "sub", name: string) => boolean;

/** What an orchestrator's actions come to when they are held against its history. */
export interface Replayed {
  /** What has to be scheduled now, in the order of the ids. */
  readonly scheduled: readonly Command[];
  /** Every action was awaited to its end and no activity, sub-orchestration or timer is open. */
  readonly finished: boolean;
  readonly continueAsNew: { readonly input: unknown } | null;
  readonly terminated: { readonly reason: string | null } | null;
  /** The orchestrator does not fit its history, or uses what this host does not have. */
  readonly failure: string | null;
  /** Ids of timers that were created and then cancelled. */
  readonly cancelledTimers: readonly number[];
}

type Settle = (ok: boolean) => void;

const day = 24 * 3600_000;
const longestTimer = 6 * day;
const longTimerStep = 3 * day;

/**
 * Holds the full list of an orchestrator's actions against its history, as the Durable extension does.
 * Pure: the same history and actions give the same answer.
 */
export function replay(
  events: readonly HistoryEvent[],
  actions: readonly Action[],
  known: Known,
): Replayed {
  const pending = new Map<number, Command>();
  const open = new Map<number, Settle>();
  const waiters = new Map<string, (() => void)[]>();
  const buffered = new Map<string, number>();
  const cancelledTimers: number[] = [];
  let now = 0;
  let sequence = 0;
  let index = 0;
  let exhausted = false;
  let failure: string | null = null;
  let terminated: { reason: string | null } | null = null;
  let continueAsNew: { input: unknown } | null = null;

  const emit = (command: (id: number) => Command, settle: Settle): number => {
    const id = sequence++;
    pending.set(id, command(id));
    open.set(id, settle);
    return id;
  };

  const emitTimer = (fireAt: number, settle: Settle): number =>
    emit((id) => ({ kind: "timer", id, fireAt: new Date(fireAt).toISOString() }), settle);

  const call = (action: Action, settle: Settle): void => {
    const kind = action.actionType <= 1 ? "task" : "sub";
    const name = action.functionName ?? "";
    if (!known(kind, name)) {
      const what = kind === "task" ? "an activity" : "an orchestrator";
      failure ??= `The function '${name}' doesn't exist, is disabled, or is not ${what} function.`;
      return;
    }
    const { input, instanceId, version } = action;
    emit(
      (id) =>
        kind === "task"
          ? { kind, id, name, input }
          : { kind, id, name, input, instanceId, version },
      settle,
    );
  };

  const callWithRetry = (action: Action, options: RetryOptions, done: () => void): void => {
    let attempt = 0;
    const first = now;
    const timeout = options.retryTimeoutInMilliseconds;
    const cap = options.maxRetryIntervalInMilliseconds ?? longestTimer;
    const go = (): void => call(action, (ok) => (ok ? done() : again()));
    const again = (): void => {
      if (attempt + 1 >= options.maxNumberOfAttempts) return void emitTimer(now, done);
      if (timeout !== undefined && now >= first + timeout) return done();
      const factor = (options.backoffCoefficient ?? 1) ** attempt++;
      emitTimer(now + Math.min(options.firstRetryIntervalInMilliseconds * factor, cap), go);
    };
    go();
  };

  const startTimer = (action: Action, done: () => void): void => {
    const fireAt = Date.parse(action.fireAt ?? "");
    if (fireAt - now > longestTimer) {
      emitTimer(Math.min(fireAt, now + longTimerStep), () => startTimer(action, done));
      return;
    }
    const id = emitTimer(fireAt, done);
    if (action.isCanceled) {
      open.delete(id);
      cancelledTimers.push(id);
      done();
    }
  };

  const waitForEvent = (name: string, done: () => void): void => {
    const key = name.toLowerCase();
    const early = buffered.get(key) ?? 0;
    if (early > 0) {
      buffered.set(key, early - 1);
      done();
    } else {
      waiters.set(key, [...(waiters.get(key) ?? []), done]);
    }
  };

  const startAll = (children: readonly Action[], done: () => void): void => {
    let left = children.length;
    for (const child of children) start(child, () => --left === 0 && done());
  };

  const startAny = (children: readonly Action[], done: () => void): void => {
    let first = true;
    for (const child of children) {
      start(child, () => {
        if (!first) return;
        first = false;
        done();
      });
    }
  };

  const start = (action: Action, done: () => void): void => {
    switch (action.actionType) {
      case 0:
      case 2:
        return call(action, done);
      case 1:
      case 3:
        return action.retryOptions
          ? callWithRetry(action, action.retryOptions, done)
          : call(action, done);
      case 4:
        continueAsNew = { input: action.input };
        return done();
      case 5:
        return startTimer(action, done);
      case 6:
        return waitForEvent(action.externalEventName ?? "", done);
      case 11:
        return startAny(action.compoundActions ?? [], done);
      case 12:
        return startAll(action.compoundActions ?? [], done);
      default:
        failure ??= `The embedded host does not support action ${action.actionType} (entities, locks and callHttp).`;
    }
  };

  const advance = (): void => {
    while (index < actions.length) {
      const action = actions[index];
      let inside = true;
      let done = false;
      if (action)
        start(action, () => {
          done = true;
          if (inside) return;
          index++;
          advance();
        });
      inside = false;
      if (!done) return;
      index++;
    }
    exhausted = true;
  };

  const settle = (id: number, ok: boolean): void => {
    const callback = open.get(id);
    open.delete(id);
    callback?.(ok);
  };

  const confirm = (event: HistoryEvent & { readonly EventType: 4 | 7 | 10 }): void => {
    const command = pending.get(event.EventId);
    const mismatch = nonDeterministic(event, command);
    if (mismatch !== null) failure ??= mismatch;
    pending.delete(event.EventId);
  };

  const raise = (name: string): void => {
    const key = name.toLowerCase();
    const waiter = waiters.get(key)?.pop();
    if (waiter) waiter();
    else buffered.set(key, (buffered.get(key) ?? 0) + 1);
  };

  const process = (event: HistoryEvent): void => {
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        now = Date.parse(event.Timestamp);
        return;
      case EventType.ExecutionStarted:
        return advance();
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        return confirm(event);
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        return settle(event.TaskScheduledId, true);
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        return settle(event.TaskScheduledId, false);
      case EventType.TimerFired:
        return settle(event.TimerId, true);
      case EventType.EventRaised:
        return continueAsNew ? undefined : raise(event.Name);
      case EventType.ExecutionTerminated:
        terminated = { reason: event.Input };
    }
  };

  for (const event of events) process(event);
  const scheduled = [...pending.values()].sort((a, b) => a.id - b.id);
  return {
    scheduled,
    finished: exhausted && open.size === 0,
    continueAsNew,
    terminated,
    failure,
    cancelledTimers,
  };
}

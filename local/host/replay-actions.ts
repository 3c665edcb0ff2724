import type { Action, RetryOptions } from "./actions.ts";
import type { ReplayState } from "./replay-state.ts";

const day = 24 * 3600_000;
const longestTimer = 6 * day;
const longTimerStep = 3 * day;

/** Starts an action; `done` is called once when it has come to its end, be that at once. */
export function startAction(state: ReplayState, action: Action, done: () => void): void {
  switch (action.actionType) {
    case 0:
    case 2:
      call(state, action, done);
      break;
    case 1:
    case 3:
      callWithRetry(state, action, done);
      break;
    case 4:
      state.continueAsNew = { input: action.input };
      done();
      break;
    case 5:
      startTimer(state, action, done);
      break;
    case 6:
      state.waitFor(action.externalEventName ?? "", done);
      break;
    case 11:
      startAny(state, action.compoundActions ?? [], done);
      break;
    case 12:
      startAll(state, action.compoundActions ?? [], done);
      break;
    default:
      state.failure ??= `The embedded host does not support action ${action.actionType} (entities, locks and callHttp).`;
  }
}

function call(state: ReplayState, action: Action, settle: (ok: boolean) => void): void {
  const kind = action.actionType <= 1 ? "task" : "sub";
  const name = action.functionName ?? "";
  if (!state.known(kind, name)) {
    const what = kind === "task" ? "an activity" : "an orchestrator";
    state.failure ??= `The function '${name}' doesn't exist, is disabled, or is not ${what} function.`;
    return;
  }
  const { input, instanceId, version } = action;
  state.emit(
    (id) =>
      kind === "task" ? { kind, id, name, input } : { kind, id, name, input, instanceId, version },
    settle,
  );
}

/** After the last attempt one timer that is due at once is still made, as by the extension. */
function callWithRetry(state: ReplayState, action: Action, done: () => void): void {
  const options = action.retryOptions ?? once;
  const timeout = options.retryTimeoutInMilliseconds;
  const first = state.now;
  let attempt = 0;
  const go = (): void => call(state, action, (ok) => (ok ? done() : again()));
  const again = (): void => {
    if (attempt + 1 >= options.maxNumberOfAttempts) emitTimer(state, state.now, done);
    else if (timeout !== undefined && state.now >= first + timeout) done();
    else emitTimer(state, state.now + delay(options, attempt++), go);
  };
  go();
}

const once: RetryOptions = { firstRetryIntervalInMilliseconds: 0, maxNumberOfAttempts: 1 };

function delay(options: RetryOptions, attempt: number): number {
  const grown =
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** attempt;
  return Math.min(grown, options.maxRetryIntervalInMilliseconds ?? longestTimer);
}

function emitTimer(state: ReplayState, fireAt: number, done: () => void): number {
  return state.emit((id) => ({ kind: "timer", id, fireAt: new Date(fireAt).toISOString() }), done);
}

function startTimer(state: ReplayState, action: Action, done: () => void): void {
  const fireAt = Date.parse(action.fireAt ?? "");
  if (fireAt - state.now > longestTimer) {
    const step = Math.min(fireAt, state.now + longTimerStep);
    emitTimer(state, step, () => startTimer(state, action, done));
    return;
  }
  const id = emitTimer(state, fireAt, done);
  if (!action.isCanceled) return;
  state.abandon(id);
  state.cancelledTimers.push(id);
  done();
}

function startAll(state: ReplayState, children: readonly Action[], done: () => void): void {
  let left = children.length;
  const one = (): void => {
    if (--left === 0) done();
  };
  for (const child of children) startAction(state, child, one);
}

function startAny(state: ReplayState, children: readonly Action[], done: () => void): void {
  let first = true;
  const one = (): void => {
    if (!first) return;
    first = false;
    done();
  };
  for (const child of children) startAction(state, child, one);
}

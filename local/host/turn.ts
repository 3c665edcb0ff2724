import type { App } from "./app-loader.ts";
import type { Batch } from "./batch.ts";
import { customStatusText, decide, type Verdict } from "./decide.ts";
import { common, EventType, type ExecutionStarted, type HistoryEvent } from "./history.ts";
import type { CachedHistory } from "./history-cache.ts";
import type { HostConfig } from "./host-json.ts";
import type { Invoke } from "./invoker.ts";
import { eventText, runOrchestrator } from "./orchestrator.ts";
import { replay } from "./replay.ts";
import { judgeVersion, versionMismatch } from "./versions.ts";

/** The outcome of a turn, not yet written. */
export interface TurnResult {
  readonly started: ExecutionStarted;
  /** What the history gains before anything that is scheduled. */
  readonly fresh: readonly HistoryEvent[];
  readonly verdict: Verdict;
  /** JSON text; undefined = none was set: it stays as it is, and is taken away at the end. */
  readonly customStatus: string | undefined;
  readonly cancelledTimers: readonly number[];
  readonly failureDetails: object | null;
}

/** What a turn needs. */
export interface TurnContext {
  readonly app: App;
  readonly config: HostConfig;
  readonly invoke: Invoke;
}

/** One turn of an instance: runs the orchestrator and judges its answer; null = the version has to wait. */
export async function takeTurn(
  context: TurnContext,
  batch: Batch,
  at: { readonly history: CachedHistory; readonly now: string },
): Promise<TurnResult | null> {
  const { history, now } = at;
  const frame: HistoryEvent = { EventType: EventType.OrchestratorStarted, ...common(now) };
  const fresh = batch.resume ? [] : [frame, ...(batch.start ? [batch.start] : []), ...batch.events];
  const events = batch.start ? fresh : [...history.events, ...fresh];
  const started = events.find(isStart);
  if (!started) throw new Error("An instance has no ExecutionStarted event.");
  const nothing = { started, fresh, customStatus: undefined, cancelledTimers: [] };

  const version = judgeVersion(started.Version, context.config.extensions.durableTask);
  if (version === "wait") return null;
  if (version === "fail") {
    const { details } = versionMismatch;
    const failure = { reason: details.ErrorMessage, details: details.ErrorType };
    const verdict: Verdict = { kind: "end", status: "Failed", result: null, failure };
    return { ...nothing, verdict, failureDetails: details };
  }
  const fn = context.app.find("orchestrationTrigger", started.Name);
  if (!fn) {
    const reason = `The function '${started.Name}' doesn't exist, is disabled, or is not an orchestrator function.`;
    const failure = { reason, details: "" };
    const result = JSON.stringify(reason);
    return {
      ...nothing,
      verdict: { kind: "end", status: "Failed", result, failure },
      failureDetails: null,
    };
  }
  const past = batch.start ? [] : history.texts;
  const turn = {
    instanceId: started.OrchestrationInstance.InstanceId,
    input: started.Input,
    parent: started.ParentInstance,
    history: batch.resume
      ? history.events.map((event) => eventText(event, false))
      : [...past, ...fresh.map((event) => eventText(event))],
    isReplaying: !batch.resume && past.length > 0,
  };
  const answer = await runOrchestrator(fn, turn, context.invoke);
  const replayed = replay(events, answer.actions, (kind, name) => {
    const type = kind === "task" ? "activityTrigger" : "orchestrationTrigger";
    return context.app.find(type, name) !== undefined;
  });
  return {
    ...nothing,
    verdict: decide(started.Name, answer, replayed),
    customStatus: customStatusText(answer),
    cancelledTimers: replayed.cancelledTimers,
    failureDetails: null,
  };
}

function isStart(event: HistoryEvent): event is ExecutionStarted {
  return event.EventType === EventType.ExecutionStarted;
}

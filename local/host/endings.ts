import type { Verdict } from "./decide.ts";
import { compactId, executionStarted, iso } from "./execution.ts";
import { common, EventType, type HistoryEvent, statusNumber } from "./history.ts";
import { versionMismatch } from "./versions.ts";
import type { Base, Prepared, Writer, Written } from "./written.ts";

/** The turn after which an instance begins anew, with an execution id of its own. */
export function continueAsNew(
  { store }: Writer,
  { result, now }: Written,
  { next, input }: Base & { readonly input: string | null },
): Prepared {
  const instance = { InstanceId: next.id, ExecutionId: compactId() };
  const timestamp = iso(now);
  const { Name: name, Version: version, ParentInstance: parent } = result.started;
  const again = { instance, name, version, input, parent, generation: null, timestamp };
  const appended: HistoryEvent[] = [
    { EventType: EventType.OrchestratorStarted, ...common(timestamp) },
    { ...executionStarted(again), IsPlayed: true },
    { EventType: EventType.OrchestratorCompleted, ...common(timestamp), IsPlayed: true },
  ];
  const former = next.executionId;
  const executionId = instance.ExecutionId;
  return {
    next: { ...next, executionId, input, created: now },
    appended,
    fromScratch: true,
    send() {
      store.removeMessagesOf(next.id, former);
      store.send({ target: next.id, executionId, kind: "resume", visibleAt: now, event: null });
      return { targets: [next.id], work: [], timers: [], cancelled: "all" };
    },
  };
}

/** The turn after which an instance has ended; its parent hears of it. */
export function end(
  { store }: Writer,
  { result, now }: Written,
  { next, played, fromScratch, verdict }: Base & { readonly verdict: Verdict & { kind: "end" } },
): Prepared {
  const at = common(iso(now));
  const appended: HistoryEvent[] = [
    ...played,
    {
      EventType: EventType.ExecutionCompleted,
      OrchestrationStatus: statusNumber[verdict.status],
      Result: verdict.result,
      FailureDetails: result.failureDetails,
      ...at,
    },
    { EventType: EventType.OrchestratorCompleted, ...at },
  ];
  const mismatch = result.failureDetails === versionMismatch.details;
  const output = mismatch ? JSON.stringify(versionMismatch.output) : verdict.result;
  const parent = result.started.ParentInstance;
  return {
    next: { ...next, status: verdict.status, output, customStatus: result.customStatus ?? null },
    appended,
    fromScratch,
    send() {
      store.removeMessagesOf(next.id, next.executionId);
      if (parent) {
        const { InstanceId: target, ExecutionId: executionId } = parent.OrchestrationInstance;
        const event = answerToParent(verdict, parent.TaskScheduleId, iso(now));
        store.send({ target, executionId, kind: "event", visibleAt: now, event });
      }
      const targets = [next.id, ...(parent ? [parent.OrchestrationInstance.InstanceId] : [])];
      return { targets, work: [], timers: [], cancelled: "all" };
    },
  };
}

function answerToParent(
  { failure, result }: Verdict & { kind: "end" },
  taskId: number,
  timestamp: string,
): HistoryEvent {
  const at = common(timestamp);
  if (!failure) {
    const Result = result ?? "null";
    return {
      EventType: EventType.SubOrchestrationInstanceCompleted,
      ...{ TaskScheduledId: taskId, Result },
      ...at,
    };
  }
  return {
    EventType: EventType.SubOrchestrationInstanceFailed,
    ...{ TaskScheduledId: taskId, Reason: failure.reason, Details: failure.details },
    FailureDetails: null,
    ...at,
  };
}

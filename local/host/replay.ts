import type { Action, Command, Known } from "./actions.ts";
import { EventType, type HistoryEvent } from "./history.ts";
import { startAction } from "./replay-actions.ts";
import { createReplayState, type ReplayState } from "./replay-state.ts";

export type { Action, Command } from "./actions.ts";

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

/**
 * Holds the full list of an orchestrator's actions against its history, as the Durable extension does.
 * Pure: the same history and actions give the same answer.
 */
export function replay(
  events: readonly HistoryEvent[],
  actions: readonly Action[],
  known: Known,
): Replayed {
  const state = createReplayState(known);
  for (const event of events) process(state, actions, event);
  return {
    scheduled: state.pending(),
    finished: state.exhausted && state.openCount() === 0,
    continueAsNew: state.continueAsNew,
    terminated: state.terminated,
    failure: state.failure,
    cancelledTimers: state.cancelledTimers,
  };
}

function process(state: ReplayState, actions: readonly Action[], event: HistoryEvent): void {
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
      state.now = Date.parse(event.Timestamp);
      break;
    case EventType.ExecutionStarted:
      awaitInOrder(state, actions, 0);
      break;
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
    case EventType.TimerCreated:
      state.confirm(event);
      break;
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      state.settle(event.TaskScheduledId, true);
      break;
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      state.settle(event.TaskScheduledId, false);
      break;
    case EventType.TimerFired:
      state.settle(event.TimerId, true);
      break;
    case EventType.EventRaised:
      if (!state.continueAsNew) state.raise(event.Name);
      break;
    case EventType.ExecutionTerminated:
      state.terminated = { reason: event.Input };
      break;
  }
}

/** Awaits the actions one after the other, from one on. */
function awaitInOrder(state: ReplayState, actions: readonly Action[], from: number): void {
  for (let index = from; index < actions.length; index++) {
    const action = actions[index];
    if (!action) continue;
    let starting = true;
    let done = false;
    startAction(state, action, () => {
      done = true;
      if (!starting) awaitInOrder(state, actions, index + 1);
    });
    starting = false;
    if (!done) return;
  }
  state.exhausted = true;
}

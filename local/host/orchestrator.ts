import type { Action } from "./actions.ts";
import type { AppFunction } from "./app-loader.ts";
import { FunctionFailure } from "./errors.ts";
import type { HistoryEvent, ParentInstance } from "./history.ts";
import type { Invoke } from "./invoker.ts";
import { answerText } from "./rpc-codec.ts";

/** What an orchestrator function said about one turn. */
export interface OrchestratorAnswer {
  readonly isDone: boolean;
  readonly actions: readonly Action[];
  readonly output?: unknown;
  readonly customStatus?: unknown;
  /** Message of what it threw; null when it did not. Empty texts and non-errors are told as such. */
  readonly error: string | null;
}

/** One turn of an orchestrator: the history so far and what is new, as JSON texts. */
export interface Turn {
  readonly instanceId: string;
  readonly input: string | null;
  readonly parent: ParentInstance | null;
  readonly history: readonly string[];
  readonly isReplaying: boolean;
}

const limits =
  '"upperSchemaVersion":1,"upperSchemaVersionNew":3,"longRunningTimerIntervalDuration":"3.00:00:00",' +
  '"maximumShortTimerDuration":"6.00:00:00","defaultHttpAsyncRequestSleepTimeMillseconds":30000';
const stateMark = "\n\n$OutOfProcData$:";
const unreadableError =
  "it threw an Error with an empty message, or something that is not an Error; the real host would leave it Running for ever. Throw an Error with a message.";

/** The trigger's JSON, as the Durable extension writes it for the library. */
export function orchestratorRequest(turn: Turn): string {
  const { instanceId, input, parent, history, isReplaying } = turn;
  const parentId = parent?.OrchestrationInstance.InstanceId ?? null;
  return (
    `{"history":[${history.join(",")}],"input":${input ?? "null"},"instanceId":${JSON.stringify(instanceId)},` +
    `"isReplaying":${isReplaying},"parentInstanceId":${JSON.stringify(parentId)},${limits}}`
  );
}

/** Runs one turn of an orchestrator function. */
export async function runOrchestrator(
  fn: AppFunction,
  turn: Turn,
  invoke: Invoke,
): Promise<OrchestratorAnswer> {
  try {
    const value = await invoke({
      fn: fn.registered,
      trigger: { string: orchestratorRequest(turn) },
      triggerMetadata: {},
    });
    return { ...readState(answerText(value)), error: null };
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    return readFailure(error.message);
  }
}

function readFailure(message: string): OrchestratorAnswer {
  const mark = message.indexOf(stateMark);
  if (mark < 0) return { isDone: false, actions: [], error: message };
  const state = readState(message.slice(mark + stateMark.length));
  return { ...state, error: state.error ?? unreadableError };
}

interface State extends Omit<OrchestratorAnswer, "actions" | "error"> {
  readonly actions?: readonly (readonly Action[])[];
  readonly error?: string;
}

function readState(text: string): Omit<OrchestratorAnswer, "error"> & { error?: string } {
  const state = JSON.parse(text) as State;
  return { ...state, isDone: state.isDone === true, actions: (state.actions ?? []).flat() };
}

/** JSON text of a history event; `played` overrides what it says about itself. */
export function eventText(event: HistoryEvent, played = event.IsPlayed): string {
  return JSON.stringify(played === event.IsPlayed ? event : { ...event, IsPlayed: played });
}

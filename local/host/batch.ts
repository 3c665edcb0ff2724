import { type ExecutionStarted, type HistoryEvent, isTerminal } from "./history.ts";
import type { Message } from "./store.ts";
import type { Instance } from "./store-instances.ts";

/** The messages one turn of an instance takes. */
export interface Batch {
  /** Messages that are taken off the inbox with the turn, the stale ones among them. */
  readonly consumed: readonly number[];
  /** First event of the execution, when this turn begins one. */
  readonly start: ExecutionStarted | null;
  /** The turn goes on after continueAsNew. */
  readonly resume: boolean;
  readonly events: readonly HistoryEvent[];
}

/**
 * Chooses what a turn takes of the messages that are due. A start waits while another execution of the same id is
 * alive; messages of former executions are thrown away; continueAsNew goes on before anything else.
 */
export function chooseBatch(messages: readonly Message[], instance: Instance | undefined): Batch {
  const alive = instance !== undefined && !isTerminal(instance.status);
  const start = messages.find(
    ({ kind, executionId }) => kind === "start" && (!alive || executionId === instance.executionId),
  );
  const execution = start ? start.executionId : alive ? instance.executionId : null;
  const resume = messages.find(
    ({ kind, executionId }) => kind === "resume" && executionId === execution,
  );
  if (resume) return { consumed: [resume.id], start: null, resume: true, events: [] };
  const rest = messages.filter(({ kind }) => kind !== "start");
  const events = rest.flatMap(({ event, executionId }) =>
    event && execution !== null && executionId === execution ? [event] : [],
  );
  return {
    consumed: [...(start ? [start.id] : []), ...rest.map(({ id }) => id)],
    start: start ? (start.event as ExecutionStarted) : null,
    resume: false,
    events,
  };
}

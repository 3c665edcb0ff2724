import type { Clock } from "./clock.ts";
import type { Waiting } from "./store.ts";

/** The durable timers that are to fire, so that those of an ended execution can be taken back. */
export interface TimerIndex {
  add(timer: Waiting): void;
  cancel(executionId: string, timerIds: readonly number[] | "all"): void;
}

/** Keeps timers on a clock; `fire` is told the instance. */
export function createTimerIndex(clock: Clock, fire: (target: string) => void): TimerIndex {
  const byExecution = new Map<string, Map<number, () => void>>();

  const drop = (executionId: string, timerId: number): void => {
    const timers = byExecution.get(executionId);
    timers?.delete(timerId);
    if (timers?.size === 0) byExecution.delete(executionId);
  };

  return {
    add({ target, executionId, timerId, visibleAt }) {
      const cancel = clock.schedule(visibleAt, () => {
        if (executionId !== null && timerId !== null) drop(executionId, timerId);
        fire(target);
      });
      if (executionId === null || timerId === null) return;
      const timers = byExecution.get(executionId) ?? new Map<number, () => void>();
      byExecution.set(executionId, timers.set(timerId, cancel));
    },
    cancel(executionId, timerIds) {
      const timers = byExecution.get(executionId);
      const ids = timerIds === "all" ? [...(timers?.keys() ?? [])] : timerIds;
      for (const id of ids) {
        timers?.get(id)?.();
        drop(executionId, id);
      }
    },
  };
}

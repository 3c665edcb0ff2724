import type { Command, Known } from "./actions.ts";
import type { HistoryEvent } from "./history.ts";
import { nonDeterministic } from "./replay-errors.ts";

/** Where a replay stands. */
export interface ReplayState {
  readonly known: Known;
  /** Time of the turn that is replayed, in milliseconds. */
  now: number;
  /** Every action was awaited to its end. */
  exhausted: boolean;
  failure: string | null;
  terminated: { readonly reason: string | null } | null;
  continueAsNew: { readonly input: unknown } | null;
  readonly cancelledTimers: number[];
  /** Gives a command the next id; `settle` hears whether it went well. */
  emit(command: (id: number) => Command, settle: (ok: boolean) => void): number;
  /** Forgets who waits for a command. */
  abandon(id: number): void;
  settle(id: number, ok: boolean): void;
  /** Takes a command that the history holds off the pending ones. */
  confirm(event: HistoryEvent & { readonly EventType: 4 | 7 | 10 }): void;
  /** Waiters of one name are served last come, first served; early events are kept. */
  waitFor(name: string, done: () => void): void;
  raise(name: string): void;
  pending(): Command[];
  openCount(): number;
}

/** A replay before its first event. */
export function createReplayState(known: Known): ReplayState {
  const pending = new Map<number, Command>();
  const open = new Map<number, (ok: boolean) => void>();
  const waiters = new Map<string, (() => void)[]>();
  const early = new Map<string, number>();
  let sequence = 0;

  const state: ReplayState = {
    known,
    now: 0,
    exhausted: false,
    failure: null,
    terminated: null,
    continueAsNew: null,
    cancelledTimers: [],
    emit(command, settle) {
      const id = sequence++;
      pending.set(id, command(id));
      open.set(id, settle);
      return id;
    },
    abandon: (id) => void open.delete(id),
    settle(id, ok) {
      const callback = open.get(id);
      open.delete(id);
      callback?.(ok);
    },
    confirm(event) {
      state.failure ??= nonDeterministic(event, pending.get(event.EventId));
      pending.delete(event.EventId);
    },
    waitFor(name, done) {
      const key = name.toLowerCase();
      const kept = early.get(key) ?? 0;
      if (kept === 0) {
        waiters.set(key, [...(waiters.get(key) ?? []), done]);
        return;
      }
      early.set(key, kept - 1);
      done();
    },
    raise(name) {
      const key = name.toLowerCase();
      const waiter = waiters.get(key)?.pop();
      if (waiter) waiter();
      else early.set(key, (early.get(key) ?? 0) + 1);
    },
    pending: () => [...pending.values()].sort((a, b) => a.id - b.id),
    openCount: () => open.size,
  };
  return state;
}

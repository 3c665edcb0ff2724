import type { DatabaseSync } from "node:sqlite";

/** When a timer trigger ran and when it is due, in milliseconds; `last` is null before its first run. */
export interface TimerStatus {
  readonly last: number | null;
  readonly next: number;
  readonly updated: number;
}

/** An event of an event hub that its function has not been given yet; the id is its sequence number. */
export interface HubEvent {
  readonly id: number;
  readonly enqueued: number;
  readonly body: string;
}

/** What the timer and event hub triggers keep. */
export interface TriggerRows {
  timerStatus(fn: string): TimerStatus | undefined;
  putTimerStatus(fn: string, status: TimerStatus): void;
  addHubEvent(fn: string, event: Omit<HubEvent, "id">): void;
  hubEvents(fn: string, top: number): HubEvent[];
  /** Takes events off the hub: the checkpoint of a batch. */
  removeHubEvents(ids: readonly number[]): void;
}

/** Statements on the tables `timers` and `hubEvents`. */
export function createTriggerRows(db: DatabaseSync): TriggerRows {
  const findTimer = db.prepare("SELECT last, next, updated FROM timers WHERE fn = ?");
  const putTimer = db.prepare(
    "INSERT OR REPLACE INTO timers (fn, last, next, updated) VALUES (?, ?, ?, ?)",
  );
  const addEvent = db.prepare("INSERT INTO hubEvents (fn, enqueued, body) VALUES (?, ?, ?)");
  const events = db.prepare(
    "SELECT id, enqueued, body FROM hubEvents WHERE fn = ? ORDER BY id LIMIT ?",
  );
  const removeEvent = db.prepare("DELETE FROM hubEvents WHERE id = ?");
  return {
    timerStatus: (fn) => findTimer.get(fn) as unknown as TimerStatus | undefined,
    putTimerStatus: (fn, { last, next, updated }) => void putTimer.run(fn, last, next, updated),
    addHubEvent: (fn, { enqueued, body }) => void addEvent.run(fn, enqueued, body),
    hubEvents: (fn, top) => events.all(fn, top) as unknown as HubEvent[],
    removeHubEvents(ids) {
      for (const id of ids) removeEvent.run(id);
    },
  };
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HostStartError } from "./errors.ts";
import type { HistoryEvent } from "./history.ts";
import { createInstanceRows, type InstanceRows } from "./store-instances.ts";
import { createTriggerRows, type TriggerRows } from "./store-triggers.ts";

/** A message to an orchestration instance; `start` begins an execution, `resume` goes on after continueAsNew. */
export interface Message {
  readonly id: number;
  readonly target: string;
  readonly executionId: string | null;
  readonly kind: "start" | "resume" | "event";
  readonly visibleAt: number;
  readonly event: HistoryEvent | null;
}

/** Whom a message is for and when; `timerId` tells a timer from the others. */
export interface Waiting {
  readonly target: string;
  readonly executionId: string | null;
  readonly timerId: number | null;
  readonly visibleAt: number;
}

/** An activity that was scheduled and has not answered yet. */
export interface Work {
  readonly id: number;
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
  readonly name: string;
  /** JSON text of the input; null when the activity was called without one. */
  readonly input: string | null;
}

/** The host's state, in one SQLite file; each method is one statement, `transaction` makes several one. */
export interface Store extends InstanceRows, TriggerRows {
  transaction<T>(work: () => T): T;
  send(message: Omit<Message, "id">): number;
  due(target: string, now: number): Message[];
  /** Every message that waits, without its content. */
  waiting(): Waiting[];
  remove(messageIds: readonly number[]): void;
  removeTimers(executionId: string, timerIds: readonly number[]): void;
  removeMessagesOf(target: string, executionId: string): void;
  addWork(work: Omit<Work, "id">): Work;
  removeWork(id: number): void;
  allWork(): Work[];
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS instances (id TEXT PRIMARY KEY, executionId TEXT NOT NULL, name TEXT NOT NULL,
    version TEXT, status TEXT NOT NULL, input TEXT, output TEXT, customStatus TEXT, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, generation INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS failures (executionId TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL,
    output TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS history (instanceId TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (instanceId, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, executionId TEXT,
    kind TEXT NOT NULL, visibleAt INTEGER NOT NULL, timerId INTEGER, event TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS inboxByTarget ON inbox (target, visibleAt);
  CREATE TABLE IF NOT EXISTS work (id INTEGER PRIMARY KEY AUTOINCREMENT, instanceId TEXT NOT NULL,
    executionId TEXT NOT NULL, taskId INTEGER NOT NULL, name TEXT NOT NULL, input TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS hubEvents (id INTEGER PRIMARY KEY AUTOINCREMENT, fn TEXT NOT NULL,
    enqueued INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS hubEventsByFunction ON hubEvents (fn, id);
  CREATE TABLE IF NOT EXISTS timers (fn TEXT PRIMARY KEY, last INTEGER, next INTEGER NOT NULL,
    updated INTEGER NOT NULL) STRICT;`;

/**
 * Opens (or makes) the state of a host in a folder. WAL with `synchronous=NORMAL` outlives a killed process.
 * @throws HostStartError when another host runs on it.
 */
export function openStore(folder: string): Store {
  const db = openDatabase(folder);
  const insertMessage = db.prepare(
    "INSERT INTO inbox (target, executionId, kind, visibleAt, timerId, event) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const dueMessages = db.prepare(
    "SELECT * FROM inbox WHERE target = ? AND visibleAt <= ? ORDER BY id",
  );
  const allWaiting = db.prepare("SELECT target, executionId, timerId, visibleAt FROM inbox");
  const deleteMessage = db.prepare("DELETE FROM inbox WHERE id = ?");
  const deleteTimer = db.prepare("DELETE FROM inbox WHERE executionId = ? AND timerId = ?");
  const deleteExecution = db.prepare(
    "DELETE FROM inbox WHERE target = ? AND executionId = ? AND kind <> 'start'",
  );
  const insertWork = db.prepare(
    "INSERT INTO work (instanceId, executionId, taskId, name, input) VALUES (?, ?, ?, ?, ?)",
  );
  const deleteWork = db.prepare("DELETE FROM work WHERE id = ?");
  const selectWork = db.prepare("SELECT * FROM work ORDER BY id");

  return {
    ...createInstanceRows(db),
    ...createTriggerRows(db),
    transaction(work) {
      db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
    },
    send({ target, executionId, kind, visibleAt, event }) {
      const timerId = event && "TimerId" in event ? event.TimerId : null;
      const text = event && JSON.stringify(event);
      const row = insertMessage.run(target, executionId, kind, visibleAt, timerId, text);
      return Number(row.lastInsertRowid);
    },
    due: (target, now) => dueMessages.all(target, now).map(readMessage),
    waiting: () => allWaiting.all() as unknown as Waiting[],
    remove(ids) {
      for (const id of ids) deleteMessage.run(id);
    },
    removeTimers(executionId, ids) {
      for (const id of ids) deleteTimer.run(executionId, id);
    },
    removeMessagesOf: (target, executionId) => void deleteExecution.run(target, executionId),
    addWork(work) {
      const { instanceId, executionId, taskId, name, input } = work;
      const row = insertWork.run(instanceId, executionId, taskId, name, input);
      return { ...work, id: Number(row.lastInsertRowid) };
    },
    removeWork: (id) => void deleteWork.run(id),
    allWork: () => selectWork.all() as unknown as Work[],
    close: () => db.close(),
  };
}

function openDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, "host.sqlite"));
  try {
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
    db.exec(schema);
  } catch (error) {
    db.close();
    if (!/locked/.test(String(error))) throw error;
    throw new HostStartError(`Another host runs on ${folder}: stop it, or use another folder.`);
  }
  return db;
}

function readMessage(row: Record<string, unknown>): Message {
  const message = row as unknown as Omit<Message, "event"> & { event: string | null };
  return { ...message, event: message.event === null ? null : JSON.parse(message.event) };
}

import type { DatabaseSync } from "node:sqlite";
import type { HistoryEvent, RuntimeStatus } from "./history.ts";

/** Everything about an instance but its history. */
export interface Instance {
  readonly id: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  readonly status: RuntimeStatus;
  readonly input: string | null;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly created: number;
  readonly updated: number;
  readonly generation: number;
}

/** Which instances a listing or a purge is about. Times in milliseconds. */
export interface InstanceFilter {
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  readonly statuses?: readonly RuntimeStatus[] | undefined;
  readonly prefix?: string | undefined;
  /** Only ids from this one on, in the order of ids. */
  readonly fromId?: string | undefined;
}

/** Instances and their histories. */
export interface InstanceRows {
  findInstance(id: string): Instance | undefined;
  /**
   * Inserts the instance or replaces the one of that id, without its history. A failed one stays on
   * record when another takes its place.
   */
  putInstance(instance: Instance): void;
  listInstances(filter: InstanceFilter, top: number): Instance[];
  /** Removes the instance with its history and messages. */
  deleteInstance(id: string): void;
  history(instanceId: string): HistoryEvent[];
  appendHistory(instanceId: string, from: number, events: readonly HistoryEvent[]): void;
  clearHistory(instanceId: string): void;
}

/** Statements on the tables `instances` and `history`. */
export function createInstanceRows(db: DatabaseSync): InstanceRows {
  const find = db.prepare("SELECT * FROM instances WHERE id = ?");
  const put = db.prepare(
    "INSERT OR REPLACE INTO instances (id, executionId, name, version, status, input, output, customStatus, created, updated, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const putFailure = db.prepare(
    "INSERT OR REPLACE INTO failures (executionId, name, status, output) VALUES (?, ?, ?, ?)",
  );
  const remove = db.prepare("DELETE FROM instances WHERE id = ?");
  const select = db.prepare("SELECT event FROM history WHERE instanceId = ? ORDER BY seq");
  const append = db.prepare("INSERT INTO history (instanceId, seq, event) VALUES (?, ?, ?)");
  const clear = db.prepare("DELETE FROM history WHERE instanceId = ?");
  const clearInbox = db.prepare("DELETE FROM inbox WHERE target = ? AND kind <> 'start'");

  return {
    findInstance: (id) => find.get(id) as unknown as Instance | undefined,
    putInstance(row) {
      const { id, executionId, name, version, status, input, output, customStatus } = row;
      put.run(
        ...[id, executionId, name, version, status, input, output, customStatus],
        ...[row.created, row.updated, row.generation],
      );
      if (status === "Failed" || status === "Terminated") {
        putFailure.run(executionId, name, status, output);
      }
    },
    listInstances(filter, top) {
      const { where, values } = conditions(filter);
      const query = db.prepare(`SELECT * FROM instances ${where} ORDER BY id LIMIT ?`);
      return query.all(...values, top) as unknown as Instance[];
    },
    deleteInstance(id) {
      remove.run(id);
      clear.run(id);
      clearInbox.run(id);
    },
    history: (id) => select.all(id).map((row) => JSON.parse(String(row["event"]))),
    appendHistory(id, from, events) {
      for (const [index, event] of events.entries()) {
        append.run(id, from + index, JSON.stringify(event));
      }
    },
    clearHistory: (id) => void clear.run(id),
  };
}

function conditions(filter: InstanceFilter): { where: string; values: (string | number)[] } {
  const { createdFrom, createdTo, statuses, prefix, fromId } = filter;
  const parts: [string, (string | number)[]][] = [];
  if (createdFrom !== undefined) parts.push(["created >= ?", [createdFrom]]);
  if (createdTo !== undefined) parts.push(["created <= ?", [createdTo]]);
  if (statuses) parts.push([`status IN (${statuses.map(() => "?").join(",")})`, [...statuses]]);
  if (prefix) parts.push(["substr(id, 1, ?) = ?", [prefix.length, prefix]]);
  if (fromId) parts.push(["id >= ?", [fromId]]);
  const where = parts.length > 0 ? `WHERE ${parts.map(([text]) => text).join(" AND ")}` : "";
  return { where, values: parts.flatMap(([, values]) => values) };
}

import { randomUUID } from "node:crypto";
import type { Row, StoredRow, Table } from "../../shared/azure/tables.ts";

/** Rows of a query's page; small, so that tests meet the second page. */
const pageSize = 50;

/**
 * A table in memory that behaves as Azure's: rows in the order of their keys, a new etag for each
 * write, guarded writes, OData filters, pages, transactions of one partition. What goes in and comes
 * out is copied, so that nobody shares state with it.
 */
export function createInMemoryTable(): Table {
  const rows = new Map<string, StoredRow>();
  const keyOf = (partitionKey: string, rowKey: string) => JSON.stringify([partitionKey, rowKey]);
  const write = (row: Row): void => {
    checkKeys(row);
    const { etag: _, ...columns } = structuredClone(row) as StoredRow;
    rows.set(keyOf(row.partitionKey, row.rowKey), { ...columns, etag: randomUUID() } as StoredRow);
  };
  const guard = (partitionKey: string, rowKey: string, etag: string) => {
    const row = rows.get(keyOf(partitionKey, rowKey));
    if (!row) return "absent" as const;
    return etag === "*" || row.etag === etag ? ("written" as const) : ("changed" as const);
  };
  const matching = (filter = "") =>
    [...rows.values()]
      .filter(matches(filter))
      .sort(byKeys)
      .map((row) => structuredClone(row));

  return {
    async get(partitionKey, rowKey) {
      return structuredClone(rows.get(keyOf(partitionKey, rowKey)) ?? null);
    },

    async put(row) {
      write(row);
    },

    async insert(row) {
      if (rows.has(keyOf(row.partitionKey, row.rowKey))) return false;
      write(row);
      return true;
    },

    async replace(row, etag) {
      const outcome = guard(row.partitionKey, row.rowKey, etag);
      if (outcome === "written") write(row);
      return outcome;
    },

    async remove(partitionKey, rowKey, etag = "*") {
      const outcome = guard(partitionKey, rowKey, etag);
      if (outcome === "written") rows.delete(keyOf(partitionKey, rowKey));
      return outcome;
    },

    async query(filter) {
      return matching(filter);
    },

    async page(filter, next) {
      if (next !== null && !/^\d+$/.test(next)) throw new SyntaxError("no token of this table");
      const start = next === null ? 0 : Number(next);
      const found = matching(filter);
      const end = start + pageSize;
      return { rows: found.slice(start, end), next: end < found.length ? String(end) : null };
    },

    async transact(actions) {
      const before = new Map(rows);
      for (const [verb, entity, mode, options] of actions as readonly Change[]) {
        const { partitionKey, rowKey } = entity;
        const exists = rows.has(keyOf(partitionKey, rowKey));
        const etag = (options as { etag?: string } | undefined)?.etag ?? "*";
        const allowed =
          verb === "upsert" ||
          (verb === "create" ? !exists : guard(partitionKey, rowKey, etag) === "written");
        if (mode === "Merge" || !allowed) {
          rows.clear();
          for (const [key, row] of before) rows.set(key, row);
          return exists || verb === "create" ? "changed" : "absent";
        }
        if (verb === "delete") rows.delete(keyOf(partitionKey, rowKey));
        else write(entity);
      }
      return "written";
    },
  };
}

type Change = readonly [verb: string, entity: Row, mode?: unknown, options?: unknown];

/** What Azure would refuse with 400. */
function checkKeys(row: Row): void {
  for (const key of [row.partitionKey, row.rowKey]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden in keys
    if (/[/\\#?\u0000-\u001f\u007f-\u009f]/.test(key) || key.length > 512) {
      throw new RangeError(`a key that Azure Tables does not take: ${key.slice(0, 80)}`);
    }
  }
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "string" && value.length > 32_768) {
      throw new RangeError(`${name}: over 32K characters`);
    }
  }
}

const byKeys = (left: Row, right: Row): number =>
  compare(left.partitionKey, right.partitionKey) || compare(left.rowKey, right.rowKey);

const compare = (left: unknown, right: unknown): number =>
  left === right ? 0 : (left as string) < (right as string) ? -1 : 1;

const term = /^(\w+) (eq|ne|lt|le|gt|ge) (?:'((?:[^']|'')*)'|(true|false))( and |$)/;
const operators: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

/** Comparisons joined by `and`; a row without the column matches none of them. */
function matches(filter: string): (row: StoredRow) => boolean {
  const tests: ((row: StoredRow) => boolean)[] = [];
  for (let rest = filter; rest !== ""; ) {
    const found = term.exec(rest);
    if (!found) throw new SyntaxError(`a filter that this table does not know: ${rest}`);
    const [whole, column = "", operator = "", text, truth] = found;
    const wanted = truth === undefined ? (text ?? "").replaceAll("''", "'") : truth === "true";
    const name = { PartitionKey: "partitionKey", RowKey: "rowKey" }[column] ?? column;
    tests.push((row) => {
      const value = row[name];
      return (
        typeof value === typeof wanted && operators[operator]?.(compare(value, wanted)) === true
      );
    });
    rest = rest.slice(whole.length);
  }
  return (row) => tests.every((test) => test(row));
}

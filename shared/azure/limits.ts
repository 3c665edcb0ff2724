import { keyOf } from "../domain/key.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import type { Reservation, SystemGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

type Reserved = Awaited<ReturnType<SystemGateway["reserve"]>>;

/** What one row counts: reservations by key, each with its cost. */
interface Count {
  readonly which: "hour" | "day" | "month";
  readonly rowKey: string;
  readonly limit: number;
  readonly adds: number;
  readonly entries: Readonly<Record<string, number>>;
  readonly etag: string | null;
}

const partitionKey = "system";

/**
 * Reservations under the limits. The rows of hour, day and month change together or not at all, each
 * If-Match, so that no number of runs at once can pass a limit.
 */
export function createLimits(table: Table): Pick<SystemGateway, "reserve" | "release"> {
  const tryOnce = async (request: Reservation): Promise<Reserved | "again"> => {
    const counts = await Promise.all(rowsOf(request).map((count) => read(table, count)));
    const key = entryKey(request);
    if (counts.some(({ entries }) => key in entries)) return { kind: "reserved" };
    for (const { which, limit, adds, entries } of counts) {
      const used = sum(entries);
      if (used + adds > limit) return { kind: "over", which, used, limit };
    }
    const written = await table.transact(
      counts.map((count) => action(count, { ...count.entries, [key]: count.adds })),
    );
    return written === "written" ? { kind: "reserved" } : "again";
  };

  return {
    reserve: inTurn(async (request) => {
      for (;;) {
        const outcome = await tryOnce(request);
        if (outcome !== "again") return outcome;
      }
    }),

    release: inTurn(async (request) => {
      const key = entryKey(request);
      for (;;) {
        const counts = await Promise.all(rowsOf(request).map((count) => read(table, count)));
        const held = counts.filter(({ entries }) => key in entries);
        if (held.length === 0) return;
        const actions = held.map((count) => {
          const { [key]: _, ...others } = count.entries;
          return action(count, others);
        });
        if ((await table.transact(actions)) === "written") return;
      }
    }),
  };
}

const entryKey = ({ key }: Pick<Reservation, "key">): string => keyOf(key).slice(0, 16);

function rowsOf({ at, perHour, perDay, costPerMonth, addedCost }: Reservation) {
  const hour = { which: "hour", rowKey: `limit-hour-${at.slice(0, 13)}`, limit: perHour, adds: 1 };
  const day = { which: "day", rowKey: `limit-day-${at.slice(0, 10)}`, limit: perDay, adds: 1 };
  const month = {
    which: "month",
    rowKey: `limit-month-${at.slice(0, 7)}`,
    limit: costPerMonth,
    adds: addedCost,
  };
  const rows = addedCost > 0 ? [hour, day, month] : [hour, day];
  return rows as readonly Omit<Count, "entries" | "etag">[];
}

async function read(table: Table, count: Omit<Count, "entries" | "etag">): Promise<Count> {
  const row = await table.get(partitionKey, count.rowKey);
  return { ...count, entries: row ? entriesOf(row) : {}, etag: row?.etag ?? null };
}

const entriesOf = (row: StoredRow) => fromChunks(row) as Record<string, number>;

const sum = (entries: Readonly<Record<string, number>>): number =>
  Object.values(entries).reduce((total, value) => total + value, 0);

function action({ rowKey, etag }: Count, entries: Count["entries"]) {
  const row: Row = { partitionKey, rowKey, ...toChunks(entries) };
  return etag === null
    ? (["create", row] as ["create", Row])
    : (["update", row, "Replace", { etag }] as ["update", Row, "Replace", { etag: string }]);
}

/** One reservation at a time in this process: fewer lost races with itself. */
function inTurn<A, R>(act: (input: A) => Promise<R>): (input: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const result = last.then(() => act(input));
    last = result.catch(() => undefined);
    return result;
  };
}

import { keyOf } from "../domain/key.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { quoted, removeAll } from "./rows.ts";
import type { LedgerGateway } from "./table-ports.ts";
import type { StoredRow, Table } from "./tables.ts";

/** Row keys ascend, so the newest first needs the time turned round. */
const endOfTime = 9_999_999_999_999;
const dayMs = 86_400_000;

/** The ledger: one row a change, a refusal or a decision to leave; a partition a day. */
export function createLedgerGateway(table: Table): LedgerGateway {
  return {
    write: (entry) =>
      table.put({
        partitionKey: dayOf(entry.at),
        rowKey: `${invertedTime(entry.at)}-${keyOf(entry.subject)}-${entry.id}`,
        ...toChunks(entry),
      }),

    async *list(from, to) {
      for (const day of daysBack(from, to)) {
        const rows = await table.query(`PartitionKey eq ${quoted(day)}`);
        for (const row of rows) yield read(row);
      }
    },

    async removeOlder(than) {
      return removeAll(table, await table.query(`PartitionKey lt ${quoted(dayOf(than))}`, ["id"]));
    },
  };
}

function* daysBack(from: string, to: string): Iterable<string> {
  const first = Date.parse(dayOf(from));
  for (let time = Date.parse(dayOf(to)); time >= first; time -= dayMs) {
    yield dayOf(new Date(time).toISOString());
  }
}

const dayOf = (time: string): string => time.slice(0, 10);

const invertedTime = (time: string): string =>
  String(endOfTime - Date.parse(time)).padStart(13, "0");

const read = (row: StoredRow): LedgerEntry => fromChunks(row) as LedgerEntry;

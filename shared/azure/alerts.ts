import type { DefenderAlert } from "../domain/alert.ts";
import { keyOf } from "../domain/key.ts";
import { canonicalId } from "../domain/resource-id.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { change, inParallel, partitionOf, quoted, removeAll } from "./rows.ts";
import type { AlertGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** Alerts as they were told to us, one row an alert. */
export function createAlertGateway(table: Table): AlertGateway {
  const bySubject = async (subject: string): Promise<readonly DefenderAlert[]> => {
    const partition = `PartitionKey eq ${quoted(partitionOf(subject))}`;
    const rows = await table.query(`${partition} and subject eq ${quoted(canonicalId(subject))}`);
    return rows.map(read).sort((one, other) => one.startedAt.localeCompare(other.startedAt));
  };

  return {
    insert: async (alert) => ((await table.insert(rowOf(alert))) ? "new" : "seen"),

    async find(alert) {
      const { partitionKey, rowKey } = keysOf(alert);
      const row = await table.get(partitionKey, rowKey);
      return row && read(row);
    },

    bySubject,

    async move(from, to) {
      const alerts = await bySubject(from);
      await inParallel(8, alerts, async (alert) => {
        await table.put(rowOf({ ...alert, subject: canonicalId(to) }));
        const { partitionKey, rowKey } = keysOf(alert);
        if (partitionOf(to) !== partitionKey) await table.remove(partitionKey, rowKey);
      });
      return alerts.length;
    },

    async setStatus(alert, status) {
      await change(table, keysOf(alert), (row) => row && rowOf({ ...read(row), status }));
    },

    remove: (alerts) => removeAll(table, alerts.map(keysOf)),

    async removeOlder(than) {
      return removeAll(table, await table.query(`seenAt lt ${quoted(than)}`, ["seenAt"]));
    },
  };
}

const keysOf = (alert: Pick<DefenderAlert, "id" | "subject">) => ({
  partitionKey: partitionOf(alert.subject),
  rowKey: keyOf(alert.id),
});

const rowOf = (alert: DefenderAlert): Row => ({
  ...keysOf(alert),
  subject: canonicalId(alert.subject),
  seenAt: alert.seenAt,
  status: alert.status,
  ...toChunks(alert),
});

const read = (row: StoredRow): DefenderAlert => fromChunks(row) as DefenderAlert;

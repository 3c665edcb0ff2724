import { keyOf } from "../domain/key.ts";
import type { Digest } from "../domain/notice.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { quoted, removeAll } from "./rows.ts";
import type { DigestGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** Frozen mails by recipient set, one row a mail. */
export function createDigestGateway(table: Table): DigestGateway {
  const find = async (owners: string, id: string): Promise<Digest | null> => {
    const row = await table.get(keyOf(owners), id);
    return row && read(row);
  };

  return {
    async freeze(owners, digest) {
      if (await table.insert(rowOf(owners, digest))) return digest;
      return (await find(owners, digest.id)) ?? digest;
    },

    find,

    async list(status) {
      const rows = await table.query(`status eq ${quoted(status)}`);
      return rows
        .map((row) => ({ owners: String(row["owners"]), digest: read(row) }))
        .sort((one, other) => one.digest.frozenAt.localeCompare(other.digest.frozenAt));
    },

    async failedSince(at) {
      const rows = await table.query(`status eq 'failed' and frozenAt ge ${quoted(at)}`);
      return rows.map(read).sort((one, other) => other.frozenAt.localeCompare(one.frozenAt));
    },

    async ofOwners(owners) {
      const rows = await table.query(`PartitionKey eq ${quoted(keyOf(owners))}`);
      return rows.map(read).sort((one, other) => other.frozenAt.localeCompare(one.frozenAt));
    },

    update: (owners, digest) => table.put(rowOf(owners, digest)),

    async sentSince(at) {
      const rows = await table.query(`sentAt ge ${quoted(at)}`, ["sentAt"]);
      return rows.map((row) => String(row["sentAt"])).sort();
    },

    async removeOlder(than) {
      const filter = `frozenAt lt ${quoted(than)} and status ne 'sending'`;
      return removeAll(table, await table.query(filter, ["frozenAt"]));
    },
  };
}

const rowOf = (owners: string, digest: Digest): Row => ({
  partitionKey: keyOf(owners),
  rowKey: digest.id,
  owners,
  status: digest.status,
  frozenAt: digest.frozenAt,
  sentAt: digest.sentAt ?? "",
  ...toChunks(digest),
});

const read = (row: StoredRow): Digest => fromChunks(row) as Digest;

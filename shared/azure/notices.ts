import { keyOf } from "../domain/key.ts";
import type { Notice } from "../domain/notice.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { change, inParallel, quoted, removeAll } from "./rows.ts";
import type { NoticeGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

type NoticeName = Pick<Notice, "subject" | "key">;

/** `.` follows `-`, which ends a subject's part of the key, in the order of keys. */
const rowKeysAbout = (subject: string): string =>
  `RowKey ge ${quoted(`${keyOf(subject)}-`)} and RowKey lt ${quoted(`${keyOf(subject)}.`)}`;

/** Notices by recipient set, one row a thing to be told. */
export function createNoticeGateway(table: Table): NoticeGateway {
  const keysOf = (owners: string, { subject, key }: NoticeName) => ({
    partitionKey: keyOf(owners),
    rowKey: `${keyOf(subject)}-${keyOf(key)}`,
  });
  const rowOf = (owners: string, notice: Notice): Row => ({
    ...keysOf(owners, notice),
    createdAt: notice.createdAt,
    sentAt: notice.sentAt ?? "",
    ...toChunks(notice),
  });

  return {
    async upsert(owners, notices) {
      await inParallel(8, notices, (notice) =>
        change(table, keysOf(owners, notice), (row) => {
          const merged = merge(row && read(row), notice);
          return merged && rowOf(owners, merged);
        }),
      );
    },

    async list(owners, subject) {
      const about = subject === undefined ? "" : ` and ${rowKeysAbout(subject)}`;
      const rows = await table.query(`PartitionKey eq ${quoted(keyOf(owners))}${about}`);
      return rows.map(read).sort((one, other) => one.createdAt.localeCompare(other.createdAt));
    },

    async remove(owners, notices) {
      await removeAll(
        table,
        notices.map((notice) => keysOf(owners, notice)),
      );
    },

    async markSent(owners, notices, at) {
      await inParallel(8, notices, (name) =>
        change(table, keysOf(owners, name), (row) => {
          const notice = row && read(row);
          if (!notice || (notice.sentAt !== null && notice.sentAt >= at)) return null;
          return rowOf(owners, { ...notice, sentAt: at });
        }),
      );
    },

    async removeOlder(than) {
      const told = `sentAt ne '' and sentAt lt ${quoted(than)}`;
      const untold = `sentAt eq '' and createdAt lt ${quoted(than)}`;
      const removed = async (filter: string) =>
        removeAll(table, await table.query(filter, ["sentAt"]));
      return (await removed(told)) + (await removed(untold));
    },
  };
}

/**
 * A repeat is the same notice: it keeps what became of the first. Only one made after the first was
 * sent is told anew (the thing came back), unless it is about what was told then.
 */
function merge(before: Notice | null, notice: Notice): Notice | null {
  if (!before) return notice;
  if (before.sentAt === null) {
    const first = before.createdAt < notice.createdAt ? before : notice;
    return { ...notice, createdAt: first.createdAt, digest: notice.digest ?? before.digest };
  }
  const isTheSame = notice.began !== undefined && notice.began <= before.createdAt;
  return notice.createdAt > before.sentAt && !isTheSame ? notice : null;
}

const read = (row: StoredRow): Notice => fromChunks(row) as Notice;

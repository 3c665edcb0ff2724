import { keyOf } from "../domain/key.ts";
import { isWatchedKind, type SubjectKind } from "../domain/subject.ts";
import type { AgendaGateway, AgendaRow } from "./ports.ts";
import { partitionOf } from "./rows.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** The agenda: one row a subject that wants a look. */
export function createAgendaGateway(table: Table): AgendaGateway {
  return {
    mark: ({ subject, kind, at, by = null }) => table.put(rowOf({ subject, kind, at, by })),

    async find(subject, kind) {
      const row = await table.get(partition(subject, kind), keyOf(subject));
      return row && read(row);
    },

    async settle(row, next) {
      const keys = keysOf(row);
      const outcome =
        next === null
          ? await table.remove(keys.partitionKey, keys.rowKey, row.etag)
          : await table.replace(rowOf({ ...row, at: next }), row.etag);
      const words = { written: "settled", absent: "absent", changed: "marked-again" } as const;
      return words[outcome];
    },

    list: async () => (await table.query()).map(read),
  };
}

const partitions = {
  owners: "owners",
  scan: "system",
  delivery: "system",
  housekeeping: "system",
} as const;

const partition = (subject: string, kind: SubjectKind): string =>
  isWatchedKind(kind) ? partitionOf(subject) : partitions[kind];

const keysOf = ({ subject, kind }: Pick<AgendaRow, "subject" | "kind">) => ({
  partitionKey: partition(subject, kind),
  rowKey: keyOf(subject),
});

const rowOf = (row: Omit<AgendaRow, "etag">): Row => ({
  ...keysOf(row),
  subject: row.subject,
  kind: row.kind,
  at: row.at,
  ...(row.by === null ? {} : { by: row.by }),
});

const read = (row: StoredRow): AgendaRow => ({
  subject: String(row["subject"]),
  kind: String(row["kind"]) as SubjectKind,
  at: String(row["at"]),
  etag: row.etag,
  by: typeof row["by"] === "string" ? row["by"] : null,
});

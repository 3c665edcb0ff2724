import { type AgendaRow, marked, settled, turnOf } from "../domain/agenda-row.ts";
import { keyOf } from "../domain/key.ts";
import { isWatchedKind, type SubjectKind } from "../domain/subject.ts";
import { change, partitionOf } from "./rows.ts";
import type { AgendaGateway } from "./table-ports.ts";
import type { Guarded, Row, StoredRow, Table } from "./tables.ts";

interface Leaving {
  readonly next: string | null;
  readonly noted: readonly string[];
}

/** The agenda: one row a subject that wants a look. */
export function createAgendaGateway(table: Table): AgendaGateway {
  async function find(subject: string, kind: SubjectKind): Promise<AgendaRow | null> {
    const row = await table.get(partition(subject, kind), keyOf(subject));
    return row && read(row);
  }

  async function leave(row: AgendaRow, { next, noted }: Leaving): Promise<Guarded> {
    const keys = keysOf(row);
    const left = settled(row, next, noted);
    return left === null
      ? await table.remove(keys.partitionKey, keys.rowKey, row.etag)
      : await table.replace(rowOf(left), row.etag);
  }

  return {
    async mark(asked) {
      // Most subjects are not there yet: one write is enough for them.
      if (await table.insert(rowOf(marked(null, asked)))) return;
      await change(table, keysOf(asked), (row) => rowOf(marked(row && read(row), asked)));
    },

    find,

    async settle(row, next, noted = []) {
      const outcome = await leave(row, { next, noted });
      if (outcome !== "changed") return outcome === "written" ? "settled" : "absent";
      const found = await find(row.subject, row.kind);
      if (!found || turnOf(found) !== turnOf(row)) return "marked-again";
      return (await leave(found, { next, noted })) === "written" ? "settled" : "marked-again";
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
  ...(row.notBefore === undefined ? {} : { notBefore: row.notBefore }),
  ...(row.own === undefined ? {} : { own: row.own.join(" ") }),
  ...(row.turn === undefined ? {} : { turn: row.turn }),
});

const read = (row: StoredRow): AgendaRow => ({
  subject: String(row["subject"]),
  kind: String(row["kind"]) as SubjectKind,
  at: String(row["at"]),
  etag: row.etag,
  by: typeof row["by"] === "string" ? row["by"] : null,
  ...(typeof row["notBefore"] === "string" ? { notBefore: row["notBefore"] } : {}),
  ...(typeof row["own"] === "string" ? { own: row["own"].split(" ") } : {}),
  ...(typeof row["turn"] === "string" ? { turn: row["turn"] } : {}),
});

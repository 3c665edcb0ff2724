import type { Case } from "../domain/case.ts";
import { keyOf } from "../domain/key.ts";
import { isClusterId, isRegistryId } from "../domain/resource-id.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { inParallel, partitionOf, quoted } from "./rows.ts";
import type { CaseGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** Up to so many subjects are read one by one. */
const pointReads = 10;

/** Cases, one row a subject. */
export function createCaseGateway(table: Table): CaseGateway {
  return {
    async find(subject) {
      const row = await table.get(partitionOf(subject), rowKeyOf(subject));
      return row && { case: read(row), etag: row.etag };
    },

    async put(value, etag) {
      const row = rowOf(value);
      if (etag === null) return (await table.insert(row)) ? "written" : "conflict";
      return (await table.replace(row, etag)) === "written" ? "written" : "conflict";
    },

    async findById(id) {
      const [row] = await table.query(`caseId eq ${quoted(id.toUpperCase())}`);
      return row ? read(row) : null;
    },

    async list({ subscriptionId, open }, next) {
      const filters = [
        ...(subscriptionId ? [`PartitionKey eq ${quoted(subscriptionId.toLowerCase())}`] : []),
        ...(open === undefined ? [] : [`open eq ${open}`]),
      ];
      const page = await table.page(filters.join(" and "), next);
      return { rows: page.rows.map(read), next: page.next };
    },

    async findMany(subjects) {
      if (subjects.length <= pointReads) return oneByOne(table, subjects);
      const byKind = Map.groupBy(subjects, kindOf);
      const found: Case[] = [];
      for (const [kind, wanted] of byKind) found.push(...(await within(table, kind, wanted)));
      return found;
    },

    async remove(subject) {
      await table.remove(partitionOf(subject), rowKeyOf(subject));
    },
  };
}

async function oneByOne(table: Table, subjects: readonly string[]): Promise<Case[]> {
  const rows = await inParallel(pointReads, subjects, (subject) =>
    table.get(partitionOf(subject), rowKeyOf(subject)),
  );
  return rows.filter((row) => row !== null).map(read);
}

/**
 * With one query over the range of their subscriptions: a page of a scan is such a range, and what
 * has no case costs nothing.
 */
async function within(
  table: Table,
  kind: Case["kind"],
  subjects: readonly string[],
): Promise<Case[]> {
  const partitions = subjects.map(partitionOf).sort();
  const [from = "", to = ""] = [partitions[0], partitions.at(-1)];
  const filter = [
    `PartitionKey ge ${quoted(from)} and PartitionKey le ${quoted(to)}`,
    // A hyphen, and the sign after it.
    `RowKey ge ${quoted(`${kind}-`)} and RowKey lt ${quoted(`${kind}.`)}`,
  ];
  const wanted = new Set(subjects);
  const rows = await table.query(filter.join(" and "));
  return rows.map(read).filter(({ subject }) => wanted.has(subject));
}

const rowKeyOf = (subject: string): string => `${kindOf(subject)}-${keyOf(subject)}`;

const kindOf = (subject: string): Case["kind"] => {
  if (isClusterId(subject)) return "cluster";
  return isRegistryId(subject) ? "registry" : "subscription";
};

const rowOf = (value: Case): Row => ({
  partitionKey: partitionOf(value.subject),
  rowKey: rowKeyOf(value.subject),
  subject: value.subject,
  caseId: value.id,
  open: value.closedAt === null,
  ...toChunks(value),
});

const read = (row: StoredRow): Case => fromChunks(row) as Case;

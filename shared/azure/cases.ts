import type { Case } from "../domain/case.ts";
import { keyOf } from "../domain/key.ts";
import { isClusterId, isRegistryId } from "../domain/resource-id.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import type { CaseGateway } from "./ports.ts";
import { inParallel, partitionOf, quoted } from "./rows.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** Beyond this many subjects of one subscription, its cases are read with one query. */
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
      const bySubscription = Map.groupBy(subjects, partitionOf);
      const found: Case[] = [];
      for (const [partition, wanted] of bySubscription) {
        found.push(...(await casesOf(table, partition, wanted)));
      }
      return found;
    },

    async remove(subject) {
      await table.remove(partitionOf(subject), rowKeyOf(subject));
    },
  };
}

async function casesOf(
  table: Table,
  partition: string,
  subjects: readonly string[],
): Promise<Case[]> {
  if (subjects.length <= pointReads) {
    const rows = await inParallel(pointReads, subjects, (subject) =>
      table.get(partition, rowKeyOf(subject)),
    );
    return rows.filter((row) => row !== null).map(read);
  }
  const keys = new Set(subjects.map(rowKeyOf));
  const rows = await table.query(`PartitionKey eq ${quoted(partition)}`);
  return rows.filter(({ rowKey }) => keys.has(rowKey)).map(read);
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

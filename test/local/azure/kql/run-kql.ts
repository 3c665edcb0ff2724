import { evaluate } from "../../../../local/azure/kql/evaluate.ts";
import { KqlFault } from "../../../../local/azure/kql/fault.ts";
import { parseKql } from "../../../../local/azure/kql/parse-query.ts";
import type { Column, Json, Row, Table } from "../../../../local/azure/kql/values.ts";

const columns: readonly Column[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string" },
  { name: "cores", type: "long" },
  { name: "tags", type: "dynamic" },
  { name: "properties", type: "dynamic" },
];

/** One row of the small table that these tests query. */
export interface Thing {
  id: string;
  type?: string;
  cores?: number | null;
  tags?: Json;
  properties?: Json;
}

const clock = Date.parse("2026-11-23T09:00:00Z");

/** Builds a table of things. */
export function things(rows: readonly Thing[]): Table {
  return {
    columns,
    rows: rows.map(
      ({ id, type = "", cores = null, tags = null, properties = null }): Row => [
        id,
        type,
        cores,
        tags,
        properties,
      ],
    ),
  };
}

/** Runs a query over `resources` (and `resourcecontainers`), answers rows as objects. */
export function runKql(
  query: string,
  rows: readonly Thing[] = [],
  others: readonly Thing[] = [],
): Record<string, Json>[] {
  return asObjects(tableOf(query, rows, others));
}

/** The same, as a table. */
export function tableOf(
  query: string,
  rows: readonly Thing[],
  others: readonly Thing[] = [],
): Table {
  const tables: Record<string, Table> = {
    resources: things(rows),
    resourcecontainers: things(others),
  };
  return evaluate(parseKql(query), { table: (name) => tables[name] ?? null, now: clock });
}

function asObjects(table: Table): Record<string, Json>[] {
  return table.rows.map((row) =>
    Object.fromEntries(table.columns.map(({ name }, at) => [name, row[at] ?? null])),
  );
}

/** The value of one expression over one row. */
export function resultOf(expression: string, row: Partial<Thing> = {}): Json | undefined {
  return runKql(`resources | project it = ${expression}`, [{ id: "a", ...row }])[0]?.["it"];
}

/** The fault that a query ends in. */
export function faultOf(query: string, rows: readonly Thing[] = []): KqlFault {
  try {
    tableOf(query, rows);
  } catch (error) {
    if (error instanceof KqlFault) return error;
    throw error;
  }
  throw new Error(`no fault: ${query}`);
}

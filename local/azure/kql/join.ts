import { identity } from "./compare.ts";
import { compileKey } from "./compile.ts";
import { invalid } from "./compiled.ts";
import { freeName } from "./naming.ts";
import type { Operator } from "./syntax.ts";
import type { Column, Row, Table, Value } from "./values.ts";

type Join = Operator & { kind: "join" };
type KeyOf = (row: Row) => string | null;

/** Joins two tables; a right column whose name is taken gets a number, as in Kusto (`id1`). */
export function join(left: Table, right: Table, operator: Join): Table {
  const keyOf = keysOf(left, right, operator);
  const rightRows = indexed(right.rows, keyOf.right);
  const leftRows = operator.join === "innerunique" ? firstOfEach(left.rows, keyOf.left) : left.rows;
  const outerLeft = operator.join === "leftouter" || operator.join === "fullouter";
  const matched = new Set<string>();
  const rows = leftRows.flatMap((row): Row[] => {
    const key = keyOf.left(row);
    const partners = key === null ? undefined : rightRows.get(key);
    if (key !== null && partners) matched.add(key);
    if (partners) return partners.map((partner) => [...row, ...partner]);
    return outerLeft ? [[...row, ...absent(right.columns)]] : [];
  });
  if (operator.join === "fullouter") {
    for (const row of right.rows) {
      const key = keyOf.right(row);
      if (key === null || !matched.has(key)) rows.push([...absent(left.columns), ...row]);
    }
  }
  return { columns: [...left.columns, ...renamed(left.columns, right.columns)], rows };
}

function keysOf(left: Table, right: Table, operator: Join): { left: KeyOf; right: KeyOf } {
  const { offset } = operator;
  const pairs = operator.keys.map((key) => {
    const ofLeft = compileKey({ kind: "name", name: key.left, offset }, { ...left, now: 0 });
    const ofRight = compileKey({ kind: "name", name: key.right, offset }, { ...right, now: 0 });
    if (ofLeft.type !== ofRight.type) {
      invalid(
        operator,
        `${key.left} is ${ofLeft.type}, ${key.right} is ${ofRight.type}: add a cast`,
      );
    }
    return { left: ofLeft.run, right: ofRight.run };
  });
  const keyOf = (values: Value[]) => (values.includes(null) ? null : identity(values));
  return {
    left: (row) => keyOf(pairs.map((pair) => pair.left(row))),
    right: (row) => keyOf(pairs.map((pair) => pair.right(row))),
  };
}

function indexed(rows: readonly Row[], keyOf: KeyOf): Map<string, Row[]> {
  const index = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const same = index.get(key);
    if (same) same.push(row);
    else index.set(key, [row]);
  }
  return index;
}

function firstOfEach(rows: readonly Row[], keyOf: KeyOf): Row[] {
  return [...indexed(rows, keyOf).values()].flatMap((same) => same.slice(0, 1));
}

/** What an outer join shows where there is no partner: null, and the empty text. */
function absent(columns: readonly Column[]): Value[] {
  return columns.map(({ type }) => (type === "string" ? "" : null));
}

function renamed(left: readonly Column[], right: readonly Column[]): Column[] {
  const used = new Set(left.map(({ name }) => name));
  return right.map((column) => {
    const name = freeName(column.name, used);
    used.add(name);
    return { ...column, name };
  });
}

/** Rows of all tables under each other; columns match by name and type. */
export function union(
  tables: readonly { readonly name: string; readonly table: Table }[],
  operator: Operator & { kind: "union" },
): Table {
  const columns = unionColumns(
    tables.map(({ table }) => table),
    operator,
  );
  const rows = tables.flatMap(({ name, table }) => {
    const places = columns.map((column) =>
      table.columns.findIndex((own) => own.name === column.name && own.type === column.type),
    );
    return table.rows.map((row) => {
      const cells = places.map((place, at) =>
        place < 0 ? (columns[at]?.type === "string" ? "" : null) : (row[place] ?? null),
      );
      return operator.sourceColumn === null ? cells : [name, ...cells];
    });
  });
  const source: Column[] =
    operator.sourceColumn === null ? [] : [{ name: operator.sourceColumn, type: "string" }];
  return { columns: [...source, ...columns], rows };
}

function unionColumns(
  tables: readonly Table[],
  operator: Operator & { kind: "union" },
): readonly Column[] {
  const all = new Map<string, Column>();
  for (const column of tables.flatMap((table) => table.columns)) {
    const known = all.get(column.name);
    if (known && known.type !== column.type) {
      invalid(
        operator,
        `${column.name} is ${known.type} here and ${column.type} there: add a cast`,
      );
    }
    all.set(column.name, column);
  }
  const columns = [...all.values()];
  if (operator.outer) return columns;
  return columns.filter(({ name }) =>
    tables.every((table) => table.columns.some((own) => own.name === name)),
  );
}

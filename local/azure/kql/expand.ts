import { compile, type Scope } from "./compile.ts";
import { invalid } from "./compiled.ts";
import { namesOf } from "./naming.ts";
import type { Operator } from "./syntax.ts";
import { type Column, isBag, isList, type ScalarType, type Table, type Value } from "./values.ts";

type Expand = Operator & { kind: "mv-expand" };

const castTypes: Readonly<Record<string, ScalarType>> = {
  string: "string",
  guid: "string",
  long: "long",
  int: "long",
  real: "real",
  double: "real",
  bool: "bool",
  dynamic: "dynamic",
};

/** `mv-expand`: one row for each item; null stays one row, an empty array or bag none. */
export function expand(table: Table, operator: Expand, now: number): Table {
  const scope: Scope = { columns: table.columns, now };
  const names = namesOf(operator.items);
  const parts = operator.items.map((item, at) => {
    const value = compile(item.value, scope);
    if (value.type !== "dynamic")
      invalid(item.value, `mv-expand takes a dynamic, not ${value.type}`);
    const type = item.to === null ? "dynamic" : castTypes[item.to];
    if (!type) return invalid(item.value, `to typeof(${item.to}) is not supported`);
    return { name: names[at] ?? "", type, run: value.run };
  });
  const columns = replaced(table.columns, [
    ...parts.map(({ name, type }) => ({ name, type })),
    ...(operator.indexName === null ? [] : [{ name: operator.indexName, type: "long" as const }]),
  ]);
  const places = parts.map(({ name }) => columns.findIndex((column) => column.name === name));
  const rows = table.rows.flatMap((row) => {
    const lists = parts.map(({ run }) => itemsOf(run(row), operator.pairs));
    const length = Math.min(operator.limit, Math.max(...lists.map((list) => list.length)));
    return Array.from({ length }, (_, at) => {
      const cells: Value[] = columns.map((_column, place) => row[place] ?? null);
      for (const [index, { type }] of parts.entries()) {
        const place = places[index] ?? -1;
        cells[place] = cast(lists[index]?.[at] ?? null, type);
      }
      if (operator.indexName !== null) cells[columns.length - 1] = at;
      return cells;
    });
  });
  return { columns, rows };
}

function replaced(columns: readonly Column[], made: readonly Column[]): readonly Column[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  for (const column of made) byName.set(column.name, column);
  return [...byName.values()];
}

function itemsOf(value: Value, pairs: boolean): readonly Value[] {
  if (isList(value)) return value;
  if (!isBag(value)) return [value];
  return Object.entries(value).map(([key, inner = null]) =>
    pairs ? [key, inner] : { [key]: inner },
  );
}

/** Cast only: an item of another type becomes null, or the empty text. */
function cast(value: Value, type: ScalarType): Value {
  if (type === "dynamic") return value;
  if (type === "string") return typeof value === "string" ? value : "";
  if (type === "bool") return typeof value === "boolean" ? value : null;
  if (typeof value !== "number") return null;
  return type === "real" || Number.isInteger(value) ? value : null;
}

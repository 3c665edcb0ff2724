import { compare, identity } from "./compare.ts";
import { compile, compileCondition, compileKey, type Scope } from "./compile.ts";
import { invalid } from "./compiled.ts";
import { expand } from "./expand.ts";
import { KqlFault } from "./fault.ts";
import { join, union } from "./join.ts";
import { namesOf } from "./naming.ts";
import { summarize } from "./summarize.ts";
import type { Item, Operator, Query, SortKey } from "./syntax.ts";
import type { Column, Row, Table, Value } from "./values.ts";

/** What a query runs on. */
export interface Data {
  /** The table of this name in lower case, or null. */
  readonly table: (name: string) => Table | null;
  /** Milliseconds since 1970, for `now()` and `ago()`. */
  readonly now: number;
}

/** Runs a query. Throws a KqlFault for names and types that do not fit, whatever rows there are. */
export function evaluate(query: Query, data: Data): Table {
  const start = data.table(query.table);
  if (!start) {
    throw new KqlFault(
      "DisallowedLogicalTableName",
      `Table ${query.table} is invalid, unsupported or disallowed.`,
      { offset: query.offset, token: query.table },
    );
  }
  return query.steps.reduce((table, step) => apply(table, step, { query, data }), start);
}

function apply(table: Table, step: Operator, { query, data }: { query: Query; data: Data }): Table {
  const scope: Scope = { columns: table.columns, now: data.now };
  switch (step.kind) {
    case "where": {
      const { run } = compileCondition(step.condition, scope);
      return { ...table, rows: table.rows.filter((row) => run(row) === true) };
    }
    case "project":
      return project(table, step.items, scope);
    case "extend":
      return extend(table, step.items, scope);
    case "project-away":
      return dropColumns(table, step);
    case "summarize":
      return summarize(table, step, data.now);
    case "sort":
      return { ...table, rows: sorted(table.rows, step.keys, scope) };
    case "take":
      return { ...table, rows: table.rows.slice(0, step.rows) };
    case "top":
      return { ...table, rows: sorted(table.rows, [step.key], scope).slice(0, step.rows) };
    case "distinct":
      return distinct(table, step, scope);
    case "count":
      return { columns: [{ name: "Count", type: "long" }], rows: [[table.rows.length]] };
    case "mv-expand":
      return expand(table, step, data.now);
    case "join":
      return join(table, evaluate(step.right, data), step);
    case "union":
      return union(
        [{ name: query.table, table }].concat(
          step.others.map((other) => ({ name: other.table, table: evaluate(other, data) })),
        ),
        step,
      );
  }
}

function project(table: Table, items: readonly Item[], scope: Scope): Table {
  const names = namesOf(items);
  const values = items.map(({ value }) => compile(value, scope));
  return {
    columns: values.map(({ type }, at) => ({ name: names[at] ?? "", type })),
    rows: table.rows.map((row) => values.map(({ run }) => run(row))),
  };
}

/** Each item sees the columns as they were before; one that is named anew moves to the end. */
function extend(table: Table, items: readonly Item[], scope: Scope): Table {
  const unnamed = items.filter(({ name }) => name === null);
  const implied = namesOf(unnamed);
  const names = items.map((item) => item.name ?? implied[unnamed.indexOf(item)] ?? "");
  const values = items.map(({ value }) => compile(value, scope));
  const made = new Set(names);
  const kept = table.columns.flatMap(({ name }, at) => (made.has(name) ? [] : [at]));
  return {
    columns: [
      ...kept.flatMap((at) => table.columns[at] ?? []),
      ...values.map(({ type }, at): Column => ({ name: names[at] ?? "", type })),
    ],
    rows: table.rows.map((row) => [
      ...kept.map((at) => row[at] ?? null),
      ...values.map(({ run }) => run(row)),
    ]),
  };
}

function dropColumns(table: Table, step: Operator & { kind: "project-away" }): Table {
  const patterns = step.patterns.map((pattern) => ({
    pattern,
    test: new RegExp(`^${pattern.replace(/[$]/g, "\\$&").replaceAll("*", ".*")}$`),
  }));
  for (const { pattern, test } of patterns) {
    const known = table.columns.some(({ name }) => test.test(name));
    if (!known && !pattern.includes("*")) invalid(step, `no column is named '${pattern}'`);
  }
  const kept = table.columns.flatMap(({ name }, at) =>
    patterns.some(({ test }) => test.test(name)) ? [] : [at],
  );
  return {
    columns: kept.flatMap((at) => table.columns[at] ?? []),
    rows: table.rows.map((row) => kept.map((at) => row[at] ?? null)),
  };
}

/** Stable, so that equal rows keep their order. */
function sorted(rows: readonly Row[], keys: readonly SortKey[], scope: Scope): readonly Row[] {
  const orders = keys.map((key) => ({ ...key, run: compileKey(key.value, scope).run }));
  return rows.toSorted((a, b) => {
    for (const { run, ascending, nullsFirst } of orders) {
      const sign = compareCells(run(a), run(b), { ascending, nullsFirst });
      if (sign !== 0) return sign;
    }
    return 0;
  });
}

function compareCells(
  a: Value,
  b: Value,
  { ascending, nullsFirst }: { ascending: boolean; nullsFirst: boolean },
): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return compare(a, b) * (ascending ? 1 : -1);
}

function distinct(table: Table, step: Operator & { kind: "distinct" }, scope: Scope): Table {
  const items =
    step.items === "*"
      ? table.columns.map(
          ({ name }): Item => ({ name: null, value: { kind: "name", name, offset: step.offset } }),
        )
      : step.items;
  for (const { value } of items) compileKey(value, scope);
  const narrowed = project(table, items, scope);
  const seen = new Map(narrowed.rows.map((row) => [identity(row as Value), row]));
  return { ...narrowed, rows: [...seen.values()] };
}

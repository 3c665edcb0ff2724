import { aggregateName, compileAggregate, isAggregate } from "./aggregates.ts";
import { compare, identity } from "./compare.ts";
import { compile, compileKey, type Scope } from "./compile.ts";
import { type Compiled, invalid } from "./compiled.ts";
import { freeName, impliedName, namesOf } from "./naming.ts";
import type { Expression, Item, Operator } from "./syntax.ts";
import type { Column, Row, Table, Value } from "./values.ts";

type Call = Expression & { kind: "call" };

/** The columns that one item of `summarize` makes of a group. */
interface Output {
  readonly columns: readonly Column[];
  readonly run: (rows: readonly Row[]) => readonly Value[];
}

/** Groups rows by the keys and makes one row of each group; no keys = one group, even of no rows. */
export function summarize(
  table: Table,
  operator: Operator & { kind: "summarize" },
  now: number,
): Table {
  const scope: Scope = { columns: table.columns, now };
  const keys = operator.keys.map(({ value }) => compileKey(value, scope));
  const keyNames = namesOf(operator.keys);
  const used = new Set(keyNames);
  const outputs = operator.aggregates.map((item, at) => {
    const output = outputOf(item, { scope, keyNames, unnamed: at + 1 });
    const columns = output.columns.map((column) => {
      const name = freeName(column.name, used);
      used.add(name);
      return { ...column, name };
    });
    return { ...output, columns };
  });
  const groups = groupBy(table.rows, keys);
  if (keys.length === 0 && groups.length === 0) groups.push({ key: [], rows: [] });
  return {
    columns: [
      ...keys.map(({ type }, at) => ({ name: keyNames[at] ?? "", type })),
      ...outputs.flatMap(({ columns }) => columns),
    ],
    rows: groups.map(({ key, rows }) => [...key, ...outputs.flatMap(({ run }) => run(rows))]),
  };
}

function groupBy(
  rows: readonly Row[],
  keys: readonly Compiled[],
): { key: readonly Value[]; rows: Row[] }[] {
  const groups = new Map<string, { key: readonly Value[]; rows: Row[] }>();
  for (const row of rows) {
    const key = keys.map(({ run }) => run(row));
    const group = groups.get(identity(key));
    if (group) group.rows.push(row);
    else groups.set(identity(key), { key, rows: [row] });
  }
  return [...groups.values()];
}

interface Context {
  readonly scope: Scope;
  readonly keyNames: readonly string[];
  readonly unnamed: number;
}

function outputOf({ name, value }: Item, context: Context): Output {
  if (value.kind === "call" && (value.name === "arg_max" || value.name === "arg_min")) {
    return extremeRow(value, name, context);
  }
  const { expression, aggregates } = overAggregates(value, context.scope);
  if (aggregates.length === 0) invalid(value, "expected an aggregate, such as count()");
  const implied =
    value.kind === "call" && isAggregate(value.name)
      ? aggregateName(value, value.args[0] ? impliedName(value.args[0]) : null)
      : `Column${context.unnamed}`;
  return {
    columns: [{ name: name ?? implied, type: expression.type }],
    run: (rows) => [expression.run(aggregates.map(({ run }) => run(rows)))],
  };
}

/** An expression over aggregates is read as one over a row that holds their results. */
function overAggregates(value: Expression, scope: Scope) {
  const aggregates: ReturnType<typeof compileAggregate>[] = [];
  const call = (expression: Call): Compiled | null => {
    if (!isAggregate(expression.name)) return null;
    const aggregate = compileAggregate(expression, scope);
    const place = aggregates.push(aggregate) - 1;
    return { type: aggregate.type, run: (row) => row[place] ?? null };
  };
  const expression = compile(value, { columns: [], now: scope.now, call });
  return { expression, aggregates };
}

/** `arg_max(key, columns)`: of the row with the greatest key, the key and the columns. */
function extremeRow(call: Call, name: string | null, context: Context): Output {
  const [first, ...rest] = call.args;
  if (!first) return invalid(call, `${call.name}() takes a key and columns`);
  const { scope, keyNames } = context;
  const key = compileKey(first, scope);
  const keyName = name ?? impliedName(first) ?? `${call.name}_`;
  const shown = rest.flatMap((expression) =>
    expression.kind === "star"
      ? scope.columns
          .filter((column) => column.name !== keyName && !keyNames.includes(column.name))
          .map(
            (column): Item => ({
              name: null,
              value: { ...expression, kind: "name", name: column.name },
            }),
          )
      : [{ name: null, value: expression }],
  );
  const values = shown.map((item) => compile(item.value, scope));
  const names = namesOf(shown, [keyName]);
  const sign = call.name === "arg_max" ? 1 : -1;
  return {
    columns: [
      { name: keyName, type: key.type },
      ...values.map(({ type }, at) => ({ name: names[at] ?? "", type })),
    ],
    run: (rows) => {
      const best = rows.reduce<Row | null>(
        (winner, row) =>
          winner === null || beats(key.run(row), key.run(winner), sign) ? row : winner,
        null,
      );
      return best
        ? [key.run(best), ...values.map(({ run }) => run(best))]
        : [null, ...values.map(() => null)];
    },
  };
}

function beats(one: Value, other: Value, sign: number): boolean {
  if (one === null) return false;
  return other === null || compare(one, other) * sign > 0;
}

import { compare, identity } from "./compare.ts";
import { compile, compileCondition, compileKey, type Scope } from "./compile.ts";
import { type Compiled, invalid } from "./compiled.ts";
import type { Expression } from "./syntax.ts";
import { jsonOf, type Row, type ScalarType, type Value } from "./values.ts";

type Call = Expression & { kind: "call" };

/** One value made of all rows of a group. */
export interface Aggregate {
  readonly type: ScalarType;
  readonly run: (rows: readonly Row[]) => Value;
}

interface Rule {
  readonly least: number;
  readonly most: number;
  readonly make: (args: readonly Expression[], scope: Scope) => Aggregate;
}

const prefixes: Readonly<Record<string, string>> = { make_set: "set", make_list: "list" };

const rules: Readonly<Record<string, Rule>> = {
  count: rule(0, () => ({ type: "long", run: (rows) => rows.length })),
  countif: rule(1, ([condition], scope) => {
    const keep = compileCondition(at(condition), scope);
    return { type: "long", run: (rows) => rows.filter((row) => keep.run(row) === true).length };
  }),
  dcount: rule(1, ([value], scope) => distinctCount(compile(at(value), scope)), 2),
  dcountif: rule(2, ([value, condition], scope) =>
    onlyIf(distinctCount(compile(at(value), scope)), { condition: at(condition), scope }),
  ),
  sum: rule(1, ([value], scope) => sum(at(value), scope)),
  sumif: rule(2, ([value, condition], scope) =>
    onlyIf(sum(at(value), scope), { condition: at(condition), scope }),
  ),
  avg: rule(1, ([value], scope) => average(at(value), scope)),
  min: rule(1, ([value], scope) => extreme(at(value), scope, -1)),
  max: rule(1, ([value], scope) => extreme(at(value), scope, 1)),
  make_set: rule(1, ([value], scope) => collect(compile(at(value), scope), true), 2),
  make_list: rule(1, ([value], scope) => collect(compile(at(value), scope), false), 2),
  take_any: rule(1, ([value], scope) => anyOf(compile(at(value), scope))),
  any: rule(1, ([value], scope) => anyOf(compile(at(value), scope))),
};

function rule(least: number, make: Rule["make"], most = least): Rule {
  return { least, most, make };
}

function at(expression: Expression | undefined): Expression {
  if (!expression) throw new RangeError("the number of arguments is checked before");
  return expression;
}

/** Whether a call is an aggregate, `arg_max` and `arg_min` apart. */
export function isAggregate(name: string): boolean {
  return Object.hasOwn(rules, name);
}

/** Makes an aggregate ready. Throws a KqlFault. */
export function compileAggregate(call: Call, scope: Scope): Aggregate {
  const found = rules[call.name];
  const { length } = call.args;
  if (!found || length < found.least || length > found.most) {
    return invalid(call, `${call.name}() does not take ${length} arguments`);
  }
  return found.make(call.args, scope);
}

/** The name of an aggregate's column when the query gives none: `count_`, `sum_x`, `set_x`. */
export function aggregateName(call: Call, argument: string | null): string {
  if (call.name === "take_any") return argument ?? "any_";
  return `${prefixes[call.name] ?? call.name}_${argument ?? ""}`;
}

function onlyIf(
  aggregate: Aggregate,
  { condition, scope }: { condition: Expression; scope: Scope },
): Aggregate {
  const keep = compileCondition(condition, scope);
  return {
    type: aggregate.type,
    run: (rows) => aggregate.run(rows.filter((row) => keep.run(row) === true)),
  };
}

function valuesOf({ run }: Compiled, rows: readonly Row[]): readonly Value[] {
  return rows.map(run).filter((value) => value !== null);
}

function distinctCount(value: Compiled): Aggregate {
  return { type: "long", run: (rows) => new Set(valuesOf(value, rows).map(identity)).size };
}

function numeric(expression: Expression, scope: Scope): Compiled {
  const value = compile(expression, scope);
  if (value.type === "long" || value.type === "real" || value.type === "timespan") return value;
  return invalid(expression, `a sum is of numbers, not of ${value.type}: add a cast`);
}

function total(values: readonly Value[]): number {
  return values.reduce<number>((all, one) => all + (typeof one === "number" ? one : 0), 0);
}

function sum(expression: Expression, scope: Scope): Aggregate {
  const value = numeric(expression, scope);
  return { type: value.type, run: (rows) => total(valuesOf(value, rows)) };
}

function average(expression: Expression, scope: Scope): Aggregate {
  const value = numeric(expression, scope);
  return {
    type: value.type === "timespan" ? "timespan" : "real",
    run: (rows) => {
      const values = valuesOf(value, rows);
      return values.length === 0 ? null : total(values) / values.length;
    },
  };
}

function extreme(expression: Expression, scope: Scope, sign: 1 | -1): Aggregate {
  const value = compileKey(expression, scope);
  return {
    type: value.type,
    run: (rows) =>
      valuesOf(value, rows).reduce<Value>(
        (best, one) => (best === null || compare(one, best) * sign > 0 ? one : best),
        null,
      ),
  };
}

function collect(value: Compiled, once: boolean): Aggregate {
  return {
    type: "dynamic",
    run: (rows) => {
      const all = valuesOf(value, rows).map((one) => jsonOf(one, value.type));
      return once ? [...new Map(all.map((one) => [identity(one), one])).values()] : [...all];
    },
  };
}

function anyOf(value: Compiled): Aggregate {
  return { type: value.type, run: (rows) => valuesOf(value, rows)[0] ?? null };
}

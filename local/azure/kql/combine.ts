import { align, compare, equal, identity } from "./compare.ts";
import { admit, type Compiled, invalid } from "./compiled.ts";
import type { BinaryOperator, ListOperator, TextOperator } from "./syntax.ts";
import { hasTerm, textSearch } from "./text-search.ts";
import { isList, type Row, type ScalarType, textOf, type Value } from "./values.ts";

/** Both sides of an operator, and where it stands. */
export interface Sides {
  readonly left: Compiled;
  readonly right: Compiled;
  readonly offset: number;
}

/** Joins two operands with an operator other than `and` and `or`. */
export function combine(operator: BinaryOperator, sides: Sides): Compiled {
  if (operator === "==" || operator === "!=") {
    return comparison(sides, (a, b) => {
      const same = equal(a, b);
      return same === null ? null : same === (operator === "==");
    });
  }
  const ordered = orders[operator];
  if (ordered) {
    return comparison(sides, (a, b) => (a === null || b === null ? null : ordered(compare(a, b))));
  }
  return arithmeticOperators.has(operator)
    ? arithmetic(operator, sides)
    : textual(operator as TextOperator, sides);
}

const orders: Readonly<Partial<Record<BinaryOperator, (sign: number) => boolean>>> = {
  "<": (sign) => sign < 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  ">=": (sign) => sign >= 0,
};

function comparison(
  { left, right, offset }: Sides,
  judge: (left: Value, right: Value) => boolean | null,
): Compiled {
  const aligned = align(left.type, right.type, offset);
  return {
    type: "bool",
    run: (row) => judge(aligned.left(left.run(row)), aligned.right(right.run(row))),
  };
}

function textual(operator: TextOperator, { left, right, offset }: Sides): Compiled {
  const search = textSearch(operator);
  const text = admit(left, { parameter: "text", name: operator, offset });
  const wanted = admit(right, { parameter: "text", name: operator, offset });
  return { type: "bool", run: (row) => search(String(text.run(row)), String(wanted.run(row))) };
}

/** Three-valued `and` and `or`: null only where neither side decides. */
export function logic(operator: "and" | "or", conditions: readonly Compiled[]): Compiled {
  const decides = operator === "or";
  return {
    type: "bool",
    run: (row) => {
      const values = conditions.map(({ run }) => run(row));
      if (values.includes(decides)) return decides;
      return values.includes(null) ? null : !decides;
    },
  };
}

const arithmeticOperators: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

function arithmetic(operator: BinaryOperator, sides: Sides): Compiled {
  const { left, right } = sides;
  const type = arithmeticType(operator, left.type, right.type);
  if (!type) {
    return invalid(sides, `${operator} cannot take ${left.type} and ${right.type}: add a cast`);
  }
  return {
    type,
    run: (row) => {
      const [a, b] = [left.run(row), right.run(row)];
      if (typeof a !== "number" || typeof b !== "number") return null;
      return calculate({ operator, type, a, b });
    },
  };
}

function arithmeticType(
  operator: BinaryOperator,
  left: ScalarType,
  right: ScalarType,
): ScalarType | null {
  const numbers = [left, right].every((type) => type === "long" || type === "real");
  if (numbers) return left === "long" && right === "long" ? "long" : "real";
  const pair = `${left} ${operator} ${right}`;
  if (pair === "datetime - datetime") return "timespan";
  if (/^datetime [+-] timespan$/.test(pair)) return "datetime";
  if (/^timespan [+-] timespan$/.test(pair)) return "timespan";
  if (/^timespan [*/] (long|real)$/.test(pair)) return "timespan";
  if (/^(long|real) \* timespan$/.test(pair)) return "timespan";
  return pair === "timespan / timespan" ? "real" : null;
}

function calculate(sum: { operator: BinaryOperator; type: ScalarType; a: number; b: number }) {
  const { operator, type, a, b } = sum;
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (b === 0) return null;
  if (operator === "%") return a % b;
  return type === "long" ? Math.trunc(a / b) : a / b;
}

/** A value held against a list; an array in the list counts as its items. */
export interface Membership {
  readonly operator: ListOperator;
  readonly left: Compiled;
  readonly items: readonly Compiled[];
  readonly offset: number;
}

/** `in`, `has_any` and their kin. */
export function membership(parts: Membership): Compiled {
  const { operator, items } = parts;
  const valuesOf = (row: Row): readonly Value[] =>
    items.flatMap(({ type, run }) => {
      const value = run(row);
      return type === "dynamic" && isList(value) ? value : [value];
    });
  return operator === "has_any" || operator === "has_all"
    ? hasTerms(parts, valuesOf)
    : isIn(parts, valuesOf);
}

function hasTerms(parts: Membership, valuesOf: (row: Row) => readonly Value[]): Compiled {
  const { operator: name, left, offset } = parts;
  const text = admit(left, { parameter: "text", name, offset });
  return {
    type: "bool",
    run: (row) => {
      const source = String(text.run(row)).toLowerCase();
      const found = (one: Value) => hasTerm(source, textOf(one, "dynamic").toLowerCase());
      return name === "has_any" ? valuesOf(row).some(found) : valuesOf(row).every(found);
    },
  };
}

function isIn(parts: Membership, valuesOf: (row: Row) => readonly Value[]): Compiled {
  const { operator, left } = parts;
  const aligned = alignment(parts);
  const negated = operator.startsWith("!");
  const insensitive = operator.endsWith("~");
  const key = (value: Value) =>
    identity(insensitive && typeof value === "string" ? value.toLowerCase() : value);
  return {
    type: "bool",
    run: (row) => {
      const wanted = key(aligned(left.run(row)));
      return valuesOf(row).some((value) => value !== null && key(value) === wanted) !== negated;
    },
  };
}

function alignment({ operator, left, items, offset }: Membership): (value: Value) => Value {
  const types = new Set(items.map(({ type }) => type).filter((type) => type !== "dynamic"));
  if (operator.endsWith("~")) types.add("string");
  const [type] = types;
  for (const one of types) align(left.type, one, offset);
  return type ? align(left.type, type, offset).left : (value) => value;
}

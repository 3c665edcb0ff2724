import { combine, logic, membership } from "./combine.ts";
import { admit, type Compiled, invalid } from "./compiled.ts";
import { KqlFault } from "./fault.ts";
import { findFunction } from "./functions.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";
import { type Column, isBag, isList, type Row, type Value } from "./values.ts";

/** What names in an expression mean. */
export interface Scope {
  readonly columns: readonly Column[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Reads a call in another way than as a scalar function, or answers null. */
  readonly call?: (expression: Expression & { kind: "call" }) => Compiled | null;
}

type Of<K extends Expression["kind"]> = Expression & { kind: K };

/** Resolves names and types of an expression. Throws a KqlFault, as Kusto would before it runs. */
export function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case "literal": {
      const { type, value } = expression.literal;
      return { type, run: () => value };
    }
    case "name":
      return compileName(expression, scope);
    case "member":
      return access(expression, scope, () => expression.key);
    case "index":
      return compileIndex(expression, scope);
    case "call":
      return scope.call?.(expression) ?? compileCall(expression, scope);
    case "negate":
      return compileNegate(expression, scope);
    case "binary":
      return compileBinary(expression, scope);
    case "list": {
      const { operator, offset } = expression;
      const items = expression.items.map((item) => compile(item, scope));
      return membership({ operator, offset, items, left: compile(expression.left, scope) });
    }
    case "between":
      return compileBetween(expression, scope);
    case "star":
      return invalid(expression, "* stands only in distinct, arg_max and arg_min");
  }
}

/** A condition: only a bool is one. */
export function compileCondition(expression: Expression, scope: Scope): Compiled {
  const condition = compile(expression, scope);
  if (condition.type === "bool") return condition;
  return invalid(expression, `a condition must be bool, not ${condition.type}: use tobool()`);
}

/** A sort, group or join key: anything but a dynamic. */
export function compileKey(expression: Expression, scope: Scope): Compiled {
  const key = compile(expression, scope);
  if (key.type !== "dynamic") return key;
  return invalid(
    expression,
    "a key of a 'dynamic' type is not supported. Please use an explicit cast, such as tostring()",
  );
}

function compileName({ name, offset }: Of<"name">, scope: Scope): Compiled {
  const place = scope.columns.findIndex((column) => column.name === name);
  const column = scope.columns[place];
  if (!column) {
    throw new KqlFault("InvalidQuery", `Failed to resolve scalar expression named '${name}'`, {
      offset,
      token: name,
    });
  }
  return { type: column.type, run: (row) => row[place] ?? null };
}

function compileIndex(expression: Of<"index">, scope: Scope): Compiled {
  const index = compile(expression.index, scope);
  if (index.type === "string" || index.type === "long") {
    return access(expression, scope, (row) => index.run(row));
  }
  return invalid(expression.index, `an index is a string or a whole number, not ${index.type}`);
}

function access(
  expression: Of<"member"> | Of<"index">,
  scope: Scope,
  keyOf: (row: Row) => Value,
): Compiled {
  const target = compile(expression.target, scope);
  if (target.type !== "dynamic") {
    return invalid(
      expression,
      `only a dynamic has parts, this is ${target.type}: use parse_json()`,
    );
  }
  return { type: "dynamic", run: (row) => partOf(target.run(row), keyOf(row)) };
}

function partOf(value: Value, key: Value): Value {
  if (typeof key === "number") {
    return isList(value) ? (value.at(key) ?? null) : null;
  }
  const name = String(key);
  return isBag(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function compileCall(expression: Of<"call">, scope: Scope): Compiled {
  const { offset } = expression;
  const rule = findFunction(expression.name);
  const name = `${expression.name}()`;
  if (!rule) {
    throw new KqlFault("InvalidQuery", `the function ${name} is not supported`, {
      offset,
      token: expression.name,
    });
  }
  const { length } = expression.args;
  if (length < rule.least || length > rule.most) {
    const wanted = rule.least === rule.most ? rule.least : `${rule.least} to ${rule.most}`;
    return invalid(expression, `${name} takes ${wanted} arguments, not ${length}`);
  }
  const args = expression.args.map((argument, at) => {
    const parameter = rule.parameters[Math.min(at, rule.parameters.length - 1)] ?? "any";
    return admit(compile(argument, scope), { parameter, name, offset: argument.offset });
  });
  const types = args.map(({ type }) => type);
  const type = rule.type(types);
  if (!type) return invalid(expression, `${name} cannot take ${types.join(", ")}`);
  const { now } = scope;
  return { type, run: (row) => rule.run({ values: args.map(({ run }) => run(row)), types, now }) };
}

function compileNegate(expression: Of<"negate">, scope: Scope): Compiled {
  const { type, run } = compile(expression.operand, scope);
  if (type !== "long" && type !== "real" && type !== "timespan") {
    return invalid(expression, `- takes a number or timespan, not ${type}`);
  }
  return {
    type,
    run: (row) => {
      const value = run(row);
      return typeof value === "number" ? -value : null;
    },
  };
}

function compileBinary(expression: Of<"binary">, scope: Scope): Compiled {
  const { operator, left, right, offset } = expression;
  if (operator === "and" || operator === "or") {
    return logic(operator, [compileCondition(left, scope), compileCondition(right, scope)]);
  }
  return combine(operator, { left: compile(left, scope), right: compile(right, scope), offset });
}

function compileBetween(expression: Of<"between">, scope: Scope): Compiled {
  const { negated, left, low, high, offset } = expression;
  const side = (operator: BinaryOperator, right: Expression) =>
    compile({ kind: "binary", operator, left, right, offset }, scope);
  const inside = logic("and", [side(">=", low), side("<=", high)]);
  if (!negated) return inside;
  return {
    type: "bool",
    run: (row) => {
      const value = inside.run(row);
      return value === null ? null : value !== true;
    },
  };
}

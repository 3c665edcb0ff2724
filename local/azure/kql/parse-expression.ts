import type { Cursor } from "./cursor.ts";
import { parseLiteral } from "./parse-literal.ts";
import type { BinaryOperator, Expression, ListOperator, Query } from "./syntax.ts";

/** A query being read: where we are, its whole text, and how a query inside it is read. */
export interface Source {
  readonly cursor: Cursor;
  readonly text: string;
  readonly pipeline: (source: Source) => Query;
}

const textOperators: ReadonlySet<string> = new Set(
  ["has", "has_cs", "hasprefix", "hassuffix", "contains", "contains_cs", "startswith"]
    .concat(["startswith_cs", "endswith", "endswith_cs"])
    .flatMap((name) => [name, `!${name}`])
    .concat(["=~", "!~"]),
);
const listOperators: ReadonlySet<string> = new Set([
  "in",
  "!in",
  "in~",
  "!in~",
  "has_any",
  "has_all",
]);

/**
 * Reads a scalar expression. Kusto's own precedence: `or`, `and`, equality and lists, order,
 * `+ -`, `* / %`, then the operators on text, which bind closest.
 */
export function parseExpression(source: Source): Expression {
  return leftAssociative(source, ["or"], (inner) => leftAssociative(inner, ["and"], equality));
}

function leftAssociative(
  source: Source,
  operators: readonly string[],
  operand: (source: Source) => Expression,
): Expression {
  let left = operand(source);
  for (;;) {
    const operator = operators.find((one) => source.cursor.at(one));
    if (!operator) return left;
    source.cursor.next();
    left = binary({ operator: operator as BinaryOperator, left, right: operand(source) });
  }
}

function binary(parts: {
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
}): Expression {
  return { kind: "binary", offset: parts.left.offset, ...parts };
}

function equality(source: Source): Expression {
  const { cursor } = source;
  const left = order(source);
  const operator = cursor.peek();
  if (operator.kind === "string") return left;
  if (operator.text === "==" || operator.text === "!=" || operator.text === "<>") {
    cursor.next();
    const written = operator.text === "<>" ? "!=" : operator.text;
    return binary({ operator: written, left, right: order(source) });
  }
  if (listOperators.has(operator.text)) return list(source, left);
  if (operator.text === "between" || operator.text === "!between") return between(source, left);
  return left;
}

function list(source: Source, left: Expression): Expression {
  const { cursor } = source;
  const operator = cursor.next().text as ListOperator;
  cursor.expect("(");
  const items: Expression[] = [];
  while (!cursor.at(")")) {
    if (items.length > 0) cursor.expect(",");
    items.push(parseExpression(source));
    if (cursor.at("|")) cursor.fail(`a query inside ${operator} (...) is not supported here`);
  }
  cursor.expect(")");
  return { kind: "list", operator, left, items, offset: left.offset };
}

function between(source: Source, left: Expression): Expression {
  const { cursor } = source;
  const negated = cursor.next().text.startsWith("!");
  cursor.expect("(");
  const low = additive(source);
  cursor.expect("..");
  const high = additive(source);
  cursor.expect(")");
  return { kind: "between", negated, left, low, high, offset: left.offset };
}

function order(source: Source): Expression {
  const left = additive(source);
  const operator = ["<=", ">=", "<", ">"].find((one) => source.cursor.at(one));
  if (!operator) return left;
  source.cursor.next();
  return binary({ operator: operator as BinaryOperator, left, right: additive(source) });
}

function additive(source: Source): Expression {
  return leftAssociative(source, ["+", "-"], (inner) =>
    leftAssociative(inner, ["*", "/", "%"], textual),
  );
}

function textual(source: Source): Expression {
  const { cursor } = source;
  let left = unary(source);
  for (;;) {
    const token = cursor.peek();
    if (token.kind === "string") return left;
    if (token.text === "matches" && cursor.at("regex", 1)) {
      cursor.next();
      cursor.next();
      left = binary({ operator: "matches regex", left, right: unary(source) });
    } else if (textOperators.has(token.text)) {
      cursor.next();
      left = binary({ operator: token.text as BinaryOperator, left, right: unary(source) });
    } else {
      return left;
    }
  }
}

function unary(source: Source): Expression {
  const { cursor } = source;
  const minus = cursor.take("-");
  if (minus) return { kind: "negate", operand: unary(source), offset: minus.offset };
  cursor.take("+");
  return path(source);
}

function path(source: Source): Expression {
  const { cursor } = source;
  let target = primary(source);
  for (;;) {
    const { offset } = target;
    if (cursor.take(".")) {
      const key = cursor.expectName().text;
      target = { kind: "member", target, key, offset };
    } else if (cursor.take("[")) {
      const index = parseExpression(source);
      cursor.expect("]");
      target = { kind: "index", target, index, offset };
    } else {
      return target;
    }
  }
}

function primary(source: Source): Expression {
  const { cursor, text } = source;
  const { offset } = cursor.peek();
  if (cursor.take("(")) {
    const inner = parseExpression(source);
    if (cursor.at("|")) cursor.fail("a query inside an expression is not supported here");
    cursor.expect(")");
    return inner;
  }
  if (cursor.take("*")) return { kind: "star", offset };
  const literal = parseLiteral(cursor, text);
  if (literal) return { kind: "literal", literal, offset };
  const name = cursor.expectName();
  if (!cursor.at("(")) return { kind: "name", name: name.text, offset };
  return { kind: "call", name: name.text, args: callArguments(source), offset };
}

function callArguments(source: Source): readonly Expression[] {
  const { cursor } = source;
  cursor.expect("(");
  const args: Expression[] = [];
  while (!cursor.at(")")) {
    if (args.length > 0) cursor.expect(",");
    args.push(parseExpression(source));
  }
  cursor.expect(")");
  return args;
}

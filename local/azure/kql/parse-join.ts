import { parseExpression, type Source } from "./parse-expression.ts";
import type { Expression, JoinKind, Operator, Query } from "./syntax.ts";

const kinds: ReadonlySet<string> = new Set(["innerunique", "inner", "leftouter", "fullouter"]);

/** Reads what follows `join`: kind, the other query, and the columns to match. */
export function parseJoin(source: Source, offset: number): Operator {
  const { cursor } = source;
  const join = joinKind(source);
  if (cursor.at("=", 1)) cursor.fail(`the join option ${cursor.peek().text} is not supported`);
  const right = operand(source);
  cursor.expect("on");
  const keys = [joinKey(source)].flat();
  while (cursor.take(",")) keys.push(...joinKey(source));
  return { kind: "join", offset, join, right, keys };
}

function joinKind({ cursor }: Source): JoinKind {
  if (!cursor.take("kind")) return "innerunique";
  cursor.expect("=");
  const kind = cursor.next();
  if (kinds.has(kind.text)) return kind.text as JoinKind;
  return cursor.fail(
    `the join kind ${kind.text} is not supported: use ${[...kinds].join(", ")}`,
    kind,
  );
}

function operand(source: Source): Query {
  if (!source.cursor.take("(")) return bareTable(source);
  const query = source.pipeline(source);
  source.cursor.expect(")");
  return query;
}

function bareTable({ cursor }: Source): Query {
  const name = cursor.expectName();
  return { table: name.text.toLowerCase(), offset: name.offset, steps: [] };
}

function joinKey(source: Source): { left: string; right: string }[] {
  const condition = parseExpression(source);
  return matches(condition, source);
}

function matches(condition: Expression, source: Source): { left: string; right: string }[] {
  if (condition.kind === "name") return [{ left: condition.name, right: condition.name }];
  if (condition.kind === "binary" && condition.operator === "and") {
    return [...matches(condition.left, source), ...matches(condition.right, source)];
  }
  if (condition.kind === "binary" && condition.operator === "==") {
    const left = side(condition.left, "$left") ?? side(condition.right, "$left");
    const right = side(condition.right, "$right") ?? side(condition.left, "$right");
    if (left && right) return [{ left, right }];
  }
  return source.cursor.fail("a join matches on `column` or `$left.a == $right.b`");
}

function side(expression: Expression, name: "$left" | "$right"): string | null {
  if (expression.kind !== "member" || expression.target.kind !== "name") return null;
  return expression.target.name === name ? expression.key : null;
}

/** Reads what follows `union`: options, then tables or bracketed queries. */
export function parseUnion(source: Source, offset: number): Operator {
  const { cursor } = source;
  let outer = true;
  let sourceColumn: string | null = null;
  while (cursor.at("=", 1)) {
    if (cursor.take("kind")) {
      cursor.expect("=");
      outer = cursor.take("outer") !== null;
      if (!outer) cursor.expect("inner");
    } else if (cursor.take("withsource") ?? cursor.take("with_source")) {
      cursor.expect("=");
      sourceColumn = cursor.expectName().text;
    } else {
      cursor.fail(`the union option ${cursor.peek().text} is not supported`);
    }
  }
  const others = [operand(source)];
  while (cursor.take(",")) others.push(operand(source));
  return { kind: "union", offset, outer, sourceColumn, others };
}

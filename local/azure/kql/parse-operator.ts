import type { Cursor } from "./cursor.ts";
import { parseExpression, type Source } from "./parse-expression.ts";
import { parseJoin, parseUnion } from "./parse-join.ts";
import type { Expression, Item, Operator, SortKey } from "./syntax.ts";

type Read = (source: Source, offset: number) => Operator;

/** How many rows `mv-expand` makes of one by default, and the most a query may ask for. */
const expandedRows = { usual: 128, most: 400 };

const readers: Readonly<Record<string, Read>> = {
  where: (source, offset) => ({ kind: "where", offset, condition: parseExpression(source) }),
  filter: (source, offset) => ({ kind: "where", offset, condition: parseExpression(source) }),
  project: (source, offset) => ({ kind: "project", offset, items: itemList(source) }),
  extend: (source, offset) => ({ kind: "extend", offset, items: itemList(source) }),
  "project-away": (source, offset) => ({
    kind: "project-away",
    offset,
    patterns: commaList(source, namePattern),
  }),
  summarize: readSummarize,
  sort: readSort,
  order: readSort,
  take: (source, offset) => ({ kind: "take", offset, rows: rowCount(source.cursor) }),
  limit: (source, offset) => ({ kind: "take", offset, rows: rowCount(source.cursor) }),
  top: readTop,
  distinct: (source, offset) => ({
    kind: "distinct",
    offset,
    items: source.cursor.take("*") ? "*" : itemList(source),
  }),
  count: (_, offset) => ({ kind: "count", offset }),
  "mv-expand": readExpand,
  mvexpand: readExpand,
  join: parseJoin,
  union: parseUnion,
};

/** Whether an operator starts here; its name can have a hyphen. */
export function operatorAhead(cursor: Cursor): string | null {
  const name = operatorName(cursor);
  return Object.hasOwn(readers, name) ? name : null;
}

function operatorName(cursor: Cursor): string {
  const first = cursor.peek();
  const hyphen = cursor.peek(1);
  const second = cursor.peek(2);
  const joined =
    cursor.at("-", 1) &&
    hyphen.offset === first.end &&
    second.kind === "name" &&
    second.offset === hyphen.end;
  return joined ? `${first.text}-${second.text}` : first.text;
}

/** Reads one tabular operator, without the bar before it. */
export function parseOperator(source: Source): Operator {
  const { cursor } = source;
  const name = operatorName(cursor);
  const start = cursor.peek();
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (start.kind !== "name" || !read) {
    return cursor.fail(`the operator ${JSON.stringify(name)} is not supported`, {
      ...start,
      text: name,
    });
  }
  cursor.next();
  if (name.includes("-")) {
    cursor.next();
    cursor.next();
  }
  return read(source, start.offset);
}

function commaList<T>(source: Source, read: (source: Source) => T): readonly T[] {
  const all = [read(source)];
  while (source.cursor.take(",")) all.push(read(source));
  return all;
}

const itemList = (source: Source) => commaList(source, item);

function item(source: Source): Item {
  const { cursor } = source;
  const plain = cursor.peek().kind === "name" && cursor.at("=", 1);
  const bracketed = cursor.at("[") && cursor.peek(1).kind === "string" && cursor.at("=", 3);
  if (!plain && !bracketed) return { name: null, value: parseExpression(source) };
  const name = cursor.expectName().text;
  cursor.expect("=");
  return { name, value: parseExpression(source) };
}

function namePattern({ cursor }: Source): string {
  const leading = cursor.take("*") ? "*" : "";
  if (leading && cursor.peek().kind !== "name") return leading;
  const name = cursor.expectName();
  const star = cursor.at("*") && cursor.peek().offset === name.end;
  return `${leading}${name.text}${star ? cursor.next().text : ""}`;
}

function readSummarize(source: Source, offset: number): Operator {
  const { cursor } = source;
  const aggregates = cursor.at("by") ? [] : itemList(source);
  const keys = cursor.take("by") ? itemList(source) : [];
  return { kind: "summarize", offset, aggregates, keys };
}

function readSort(source: Source, offset: number): Operator {
  source.cursor.expect("by");
  return { kind: "sort", offset, keys: commaList(source, sortKey) };
}

function readTop(source: Source, offset: number): Operator {
  const rows = rowCount(source.cursor);
  source.cursor.expect("by");
  return { kind: "top", offset, rows, key: sortKey(source) };
}

function sortKey(source: Source): SortKey {
  const { cursor } = source;
  const value = parseExpression(source);
  const ascending = cursor.take("asc") !== null;
  if (!ascending) cursor.take("desc");
  if (!cursor.take("nulls")) return { value, ascending, nullsFirst: ascending };
  const nullsFirst = cursor.take("first") !== null;
  if (!nullsFirst) cursor.expect("last");
  return { value, ascending, nullsFirst };
}

function rowCount(cursor: Cursor): number {
  const token = cursor.next();
  if (token.kind === "number" && /^\d+$/.test(token.text)) return Number(token.text);
  return cursor.fail("expected a whole number of rows", token);
}

function readExpand(source: Source, offset: number): Operator {
  const { cursor } = source;
  let pairs = false;
  let indexName: string | null = null;
  while (cursor.at("=", 1)) {
    if (cursor.take("kind") ?? cursor.take("bagexpansion")) {
      cursor.expect("=");
      pairs = cursor.take("array") !== null;
      if (!pairs) cursor.expect("bag");
    } else if (cursor.take("with_itemindex")) {
      cursor.expect("=");
      indexName = cursor.expectName().text;
    } else break;
  }
  const items = commaList(source, expandItem);
  const limit = cursor.take("limit") ? rowCount(cursor) : expandedRows.usual;
  if (limit > expandedRows.most) {
    cursor.fail(`mv-expand makes at most ${expandedRows.most} rows of one: use a smaller limit`);
  }
  return { kind: "mv-expand", offset, items, pairs, indexName, limit };
}

function expandItem(source: Source): Item & { readonly to: string | null } {
  const { cursor } = source;
  const read: { name: string | null; value: Expression } = item(source);
  if (!cursor.take("to")) return { ...read, to: null };
  cursor.expect("typeof");
  cursor.expect("(");
  const to = cursor.expectName().text;
  cursor.expect(")");
  return { ...read, to };
}

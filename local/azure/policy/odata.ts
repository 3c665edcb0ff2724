import { badRequest } from "../arm-fault.ts";
import type { Json, JsonObject } from "../json.ts";

/** Tells whether a row passes a filter. */
export type RowTest = (row: JsonObject) => boolean;

interface Reader {
  peek(): string;
  next(): string;
}

const token = /\s*('(?:[^']|'')*'|[(),]|[^\s(),']+)/y;

/**
 * Reads an OData `$filter` of policy states: `and`, `or`, `not`, brackets, comparisons, `startswith`,
 * `endswith`, `contains`. Names and texts compare without case. Throws an ArmFault for anything else.
 */
export function readFilter(filter: string): RowTest {
  const reader = readerOf(filter);
  const test = either(reader);
  if (reader.peek() !== "") throw invalid(filter, reader.peek());
  return test;
}

function readerOf(filter: string): Reader {
  const tokens = tokensOf(filter);
  let place = 0;
  return { peek: () => tokens[place] ?? "", next: () => tokens[place++] ?? "" };
}

function tokensOf(filter: string): readonly string[] {
  const tokens: string[] = [];
  const end = filter.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const start = token.lastIndex;
    const found = token.exec(filter);
    if (!found) throw invalid(filter, filter.slice(start).trim());
    tokens.push(found[1] ?? "");
  }
  return tokens;
}

function invalid(filter: string, at: string): Error {
  const where = at === "" ? "its end" : `'${at}'`;
  return badRequest(
    `The filter '${filter}' cannot be read at ${where}.`,
    "InvalidFilterInQueryString",
  );
}

function either(reader: Reader): RowTest {
  const tests = [both(reader)];
  while (reader.peek().toLowerCase() === "or") {
    reader.next();
    tests.push(both(reader));
  }
  return (row) => tests.some((test) => test(row));
}

function both(reader: Reader): RowTest {
  const tests = [single(reader)];
  while (reader.peek().toLowerCase() === "and") {
    reader.next();
    tests.push(single(reader));
  }
  return (row) => tests.every((test) => test(row));
}

function single(reader: Reader): RowTest {
  const first = reader.next();
  if (first === "(") {
    const inner = either(reader);
    expect(reader, ")");
    return inner;
  }
  if (first.toLowerCase() === "not") {
    const inner = single(reader);
    return (row) => !inner(row);
  }
  const search = searches[first.toLowerCase()];
  if (search && reader.peek() === "(") return textCall(reader, search);
  return comparison(reader, first);
}

function expect(reader: Reader, wanted: string): void {
  const found = reader.next();
  if (found !== wanted) throw invalid(`...${found}`, found);
}

const searches: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
};

function textCall(reader: Reader, search: (text: string, wanted: string) => boolean): RowTest {
  expect(reader, "(");
  const field = reader.next();
  expect(reader, ",");
  const wanted = literalOf(reader.next());
  expect(reader, ")");
  return (row) => search(lower(cell(row, field)), lower(wanted));
}

const orders: Readonly<Record<string, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

function comparison(reader: Reader, field: string): RowTest {
  const operator = reader.next().toLowerCase();
  const judge = orders[operator];
  if (!judge || !/^[A-Za-z]\w*$/.test(field)) throw invalid(`${field} ${operator}`, operator);
  const wanted = literalOf(reader.next());
  return (row) => judge(compare(cell(row, field), wanted));
}

/** A literal; dates and GUIDs may stand without quotes. */
function literalOf(literal: string): Json {
  if (literal.startsWith("'")) return literal.slice(1, -1).replaceAll("''", "'");
  const word = literal.toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  if (/^-?\d+(\.\d+)?$/.test(literal)) return Number(literal);
  if (/^[\w.:+-]+$/.test(literal)) return literal;
  throw invalid(literal, literal);
}

/** The cell of this name in any case; Azure's own links spell names in Pascal case. */
export function cell(row: JsonObject, field: string): Json {
  const wanted = field.toLowerCase();
  const key = Object.keys(row).find((name) => name.toLowerCase() === wanted);
  if (key === undefined) {
    throw badRequest(`Could not find a property named '${field}'.`, "InvalidFilterInQueryString");
  }
  return row[key] ?? null;
}

function lower(value: Json): string {
  return value === null ? "" : String(value).toLowerCase();
}

/** Negative, zero or positive; texts without case, dates by their time. */
export function compare(left: Json, right: Json): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [a, b] = [lower(left), lower(right)];
  const times = [a, b].map((text) =>
    /^\d{4}-\d{2}-\d{2}t/.test(text) ? Date.parse(text) : Number.NaN,
  );
  const difference = (times[0] ?? Number.NaN) - (times[1] ?? Number.NaN);
  if (!Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

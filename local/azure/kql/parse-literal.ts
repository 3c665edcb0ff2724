import type { Cursor } from "./cursor.ts";
import {
  boolOf,
  datetimeOf,
  type Json,
  type Literal,
  longOf,
  numberOf,
  timespanOf,
} from "./values.ts";

const readers: Readonly<Record<string, (text: string) => Literal | null>> = {
  datetime: (text) => literal("datetime", datetimeOf(text), text),
  date: (text) => literal("datetime", datetimeOf(text), text),
  timespan: (text) => literal("timespan", timespanOf(text) ?? spanWithUnit(text), text),
  time: (text) => literal("timespan", timespanOf(text) ?? spanWithUnit(text), text),
  long: (text) => literal("long", longOf(text), text),
  int: (text) => literal("long", longOf(text), text),
  real: (text) => literal("real", numberOf(text), text),
  double: (text) => literal("real", numberOf(text), text),
  bool: (text) => literal("bool", boolOf(text), text),
  boolean: (text) => literal("bool", boolOf(text), text),
  guid: (text) => ({ type: "string", value: text }),
};

function literal(type: Literal["type"], value: Json, text: string): Literal | null {
  if (text === "null") return { type, value: null };
  return value === null ? null : { type, value };
}

function spanWithUnit(text: string): number | null {
  const parts = /^(\d+(?:\.\d+)?)(d|h|m|s|ms)$/.exec(text.trim());
  const lengths: Record<string, number> = {
    d: 86_400_000,
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
  };
  return parts ? Number(parts[1]) * (lengths[parts[2] ?? ""] ?? 0) : null;
}

/** Reads a literal that starts here, or answers null: no literal does. */
export function parseLiteral(cursor: Cursor, text: string): Literal | null {
  const token = cursor.peek();
  if (token.kind === "string") return take(cursor, { type: "string", value: token.text });
  if (token.kind === "timespan")
    return take(cursor, { type: "timespan", value: Number(token.text) });
  if (token.kind === "number") {
    const type = /^0[xX]|^\d+$/.test(token.text) ? "long" : "real";
    return take(cursor, { type, value: Number(token.text) });
  }
  if (token.kind !== "name") return null;
  const word = token.text;
  const isBool = word === "true" || word === "false" || word === "True" || word === "False";
  if (isBool && !cursor.at("(", 1)) {
    return take(cursor, { type: "bool", value: word.toLowerCase() === "true" });
  }
  if (!cursor.at("(", 1)) return null;
  if (word === "dynamic") return dynamicLiteral(cursor);
  const read = readers[word];
  return read ? typedLiteral(cursor, { read, text }) : null;
}

function take(cursor: Cursor, value: Literal): Literal {
  cursor.next();
  return value;
}

/** `datetime(2026-01-01)`: what stands between the brackets is no KQL, so it is cut from the text. */
function typedLiteral(
  cursor: Cursor,
  { read, text }: { read: (text: string) => Literal | null; text: string },
): Literal {
  const name = cursor.next();
  const open = cursor.expect("(");
  while (!cursor.at(")") && cursor.peek().kind !== "end") cursor.next();
  const close = cursor.expect(")");
  const inner = text.slice(open.end, close.offset).trim();
  return (
    read(inner.replace(/^(['"])(.*)\1$/, "$2")) ??
    cursor.fail(`${JSON.stringify(inner)} is not a ${name.text}`, name)
  );
}

function dynamicLiteral(cursor: Cursor): Literal {
  cursor.next();
  cursor.expect("(");
  const value = json(cursor);
  cursor.expect(")");
  return { type: "dynamic", value };
}

function json(cursor: Cursor): Json {
  const token = cursor.next();
  if (token.kind === "string") return token.text;
  if (token.kind === "number") return Number(token.text);
  if (token.text === "-" && cursor.peek().kind === "number") return -Number(cursor.next().text);
  if (token.text === "null") return null;
  if (token.text === "true" || token.text === "false") return token.text === "true";
  if (token.text === "[") return jsonList(cursor);
  if (token.text === "{") return jsonBag(cursor);
  return cursor.fail("dynamic() takes JSON", token);
}

function jsonList(cursor: Cursor): Json {
  const items: Json[] = [];
  while (!cursor.take("]")) {
    if (items.length > 0) cursor.expect(",");
    items.push(json(cursor));
  }
  return items;
}

function jsonBag(cursor: Cursor): Json {
  const entries: [string, Json][] = [];
  while (!cursor.take("}")) {
    if (entries.length > 0) cursor.expect(",");
    const key = cursor.next();
    if (key.kind !== "string") cursor.fail("a key in dynamic() is a string", key);
    cursor.expect(":");
    entries.push([key.text, json(cursor)]);
  }
  return Object.fromEntries(entries);
}

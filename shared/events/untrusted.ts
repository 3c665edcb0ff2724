/** A JSON object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null: arrays and plain values are none. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The value as an array, or an empty one. */
export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * The first of these members that the object itself has. Defender spells the same field in up to
 * three ways; inherited members, such as `constructor`, are never found.
 */
export function memberOf(value: unknown, ...names: readonly string[]): unknown {
  return firstOf(value, names);
}

function firstOf(value: unknown, names: readonly string[]): unknown {
  const object = asObject(value);
  if (!object) return undefined;
  for (const name of names) {
    if (Object.hasOwn(object, name)) return object[name];
  }
  return undefined;
}

/** A member that is text with something in it, or null. */
export function textOf(value: unknown, ...names: readonly string[]): string | null {
  const member = firstOf(value, names);
  return typeof member === "string" && member.trim() !== "" ? member : null;
}

/** Most text is like this, and needs no more than a look. */
const plain = /^[\x20-\x7e]*$/;
const plainLines = /^[\x20-\x7e\n]*$/;
const lineBreaks = /\s*[\r\n\u0085\u2028\u2029]\s*/g;
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;
const unseenButBreaks = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;

/**
 * Text for one line: without control characters, line breaks and the invisible marks that turn
 * writing around, and at most `limit` characters long.
 */
export function lineOf(text: string, limit: number): string {
  if (text.length <= limit && plain.test(text)) return text.trim();
  const flat = text
    .slice(0, limit * 4)
    .replace(lineBreaks, " ")
    .replace(/\t/g, " ");
  return cut(flat.replace(unseen, "").trim(), limit);
}

/** As `lineOf`, but line breaks stay, as `\n`. */
export function linesOf(text: string, limit: number): string {
  if (text.length <= limit && plainLines.test(text)) return text.trim();
  const broken = text.slice(0, limit * 4).replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");
  return cut(broken.replace(/\t/g, " ").replace(unseenButBreaks, "").trim(), limit);
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;

const offset = /[+-]\d\d:\d\d$/;

/** The first of these members that is an ISO time, as `YYYY-MM-DDTHH:MM:SS.sssZ`; else null. */
export function timeOf(value: unknown, ...names: readonly string[]): string | null {
  for (const name of names) {
    const text = textOf(value, name);
    if (!text || !isoTime.test(text)) continue;
    const zoned = text.endsWith("Z") || offset.test(text);
    const time = Date.parse(zoned ? text : `${text}Z`);
    if (Number.isFinite(time)) return new Date(time).toISOString();
  }
  return null;
}

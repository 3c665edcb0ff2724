import type { Json, JsonObject } from "../json.ts";

export type { Json, JsonObject };

/** The scalar types of the evaluated subset; `int` is read as long, `guid` as string. */
export type ScalarType = "string" | "long" | "real" | "bool" | "datetime" | "timespan" | "dynamic";

/**
 * A cell. Datetimes (milliseconds since 1970) and timespans (milliseconds) are numbers: the column's
 * type tells them apart. A string is never null.
 */
export type Value = Json;

/** A value with its type, as literals have it. */
export interface Literal {
  readonly type: ScalarType;
  readonly value: Value;
}

/** A column's name and type. */
export interface Column {
  readonly name: string;
  readonly type: ScalarType;
}

/** A row: one cell a column, in the table's order. */
export type Row = readonly Value[];

/** Columns and rows. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Whether a dynamic is a property bag. */
export function isBag(value: Value): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a dynamic is an array. */
export function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

/** `tostring()`: null becomes the empty string, bags and arrays their JSON text. */
export function textOf(value: Value, type: ScalarType): string {
  if (value === null) return "";
  if (type === "datetime" && typeof value === "number") return formatDatetime(value);
  if (type === "timespan" && typeof value === "number") return formatTimespan(value);
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number, or null when the value does not read as one. */
export function numberOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string" || value.trim() === "") return null;
  const parsed = Number(value.trim());
  return Number.isFinite(parsed) ? parsed : null;
}

/** A whole number, cut off toward zero, or null. */
export function longOf(value: Value): number | null {
  const parsed = numberOf(value);
  return parsed === null ? null : Math.trunc(parsed);
}

/** A bool from true/false in any case or from a number, or null. */
export function boolOf(value: Value): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return null;
  const lower = value.trim().toLowerCase();
  if (lower === "true" || lower === "1") return true;
  return lower === "false" || lower === "0" ? false : null;
}

const isoDate =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Milliseconds since 1970 of an ISO-like text, read as UTC unless it names an offset; else null. */
export function datetimeOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const parts = isoDate.exec(value.trim());
  if (!parts) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone] = parts;
  const iso = `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  const offset = zone?.toUpperCase() === "Z" || !zone ? "Z" : zone;
  const time = Date.parse(`${iso}${offset}`);
  return Number.isNaN(time) ? null : time;
}

function pad(part: string | undefined): string {
  return (part ?? "0").padStart(2, "0");
}

const span = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/;

/** Milliseconds of `[d.]hh:mm[:ss[.fff]]`, or null. */
export function timespanOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const parts = span.exec(value.trim());
  if (!parts) return null;
  const [, minus, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = "0"] = parts;
  const total =
    Number(days) * 86_400_000 +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Math.trunc(Number(`0.${fraction}`) * 1000);
  return minus ? -total : total;
}

/** ISO 8601 with seven decimals, as Azure writes datetimes. */
export function formatDatetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "0000Z");
}

/** `[-][d.]hh:mm:ss[.fffffff]`. */
export function formatTimespan(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const days = Math.floor(size / 86_400_000);
  const clock = new Date(size % 86_400_000).toISOString().slice(11, 19);
  const rest = Math.floor(size % 1000);
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(3, "0")}0000`;
  return `${milliseconds < 0 ? "-" : ""}${days > 0 ? `${days}.` : ""}${clock}${fraction}`;
}

/** The value as JSON carries it in an answer. */
export function jsonOf(value: Value, type: ScalarType): Json {
  return type === "datetime" || type === "timespan"
    ? value === null
      ? null
      : textOf(value, type)
    : value;
}

/** Turns a dynamic (or anything) into another type, as a cast does; what does not fit is null. */
export function convert(value: Value, from: ScalarType, to: ScalarType): Value {
  if (to === from || to === "dynamic") return value;
  if (to === "string") return textOf(value, from);
  if (to === "long") return longOf(value);
  if (to === "real") return numberOf(value);
  if (to === "bool") return boolOf(value);
  return to === "datetime" ? datetimeOf(value) : timespanOf(value);
}

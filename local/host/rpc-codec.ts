import type { TypedData } from "./core-shim.ts";

const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** The top-level properties of a trigger value that is a JSON object, as the host copies them into the metadata. */
export function propertiesOf(text: string): Record<string, TypedData> {
  const value = parseObject(text);
  const found: Record<string, TypedData> = {};
  for (const [key, property] of Object.entries(value ?? {})) {
    if (property === null) continue;
    found[key] =
      typeof property === "object"
        ? { json: JSON.stringify(property) }
        : { string: scalar(property) };
  }
  return found;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function scalar(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string" && isoDate.test(value)) return invariantDate(new Date(value));
  return String(value);
}

/** A time as .NET's invariant culture writes it: `11/22/2026 10:39:21`, in UTC. */
export function invariantDate(date: Date): string {
  const [day = "", time = ""] = date.toISOString().split("T");
  const [year, month, dayOfMonth] = day.split("-");
  return `${month}/${dayOfMonth}/${year} ${time.slice(0, 8)}`;
}

/** What an activity is handed: its trigger value and metadata, from the JSON text of its input. */
export function activityInput(activity: {
  readonly instanceId: string;
  readonly input: string | null;
  readonly bindingName: string;
}): { trigger: TypedData; triggerMetadata: Record<string, TypedData> } {
  const instanceId = { string: activity.instanceId };
  const { input, bindingName } = activity;
  if (input === null || input === "null") return { trigger: {}, triggerMetadata: { instanceId } };
  const value: unknown = JSON.parse(input);
  const string =
    typeof value === "boolean" ? scalar(value) : typeof value === "string" ? value : input;
  const copied = typeof value === "object" ? propertiesOf(string) : {};
  const metadata: Record<string, TypedData> = {
    instanceId,
    [bindingName]: { string },
    data: { json: input },
  };
  return { trigger: { string }, triggerMetadata: overlay(metadata, copied) };
}

/** Property names of .NET dictionaries differ in more than their case; a later value keeps the first spelling. */
function overlay(
  base: Record<string, TypedData>,
  more: Record<string, TypedData>,
): Record<string, TypedData> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(more)) {
    const same = Object.keys(merged).find((known) => known.toLowerCase() === key.toLowerCase());
    merged[same ?? key] = value;
  }
  return merged;
}

/** The JSON text that the history keeps as an activity's result; null for nothing. */
export function resultText(value: TypedData | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (value.string !== undefined) return JSON.stringify(value.string);
  if (value.json !== undefined) return value.json;
  if (value.int !== undefined) return int64(value.int);
  if (value.double !== undefined) {
    return Number.isFinite(value.double)
      ? String(value.double)
      : JSON.stringify(String(value.double));
  }
  if (value.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString("base64"));
  return null;
}

const int64Limit = 2n ** 63n;

function int64(value: number): string {
  const whole = BigInt(value);
  if (whole >= int64Limit) return String(int64Limit - 1n);
  return String(whole < -int64Limit ? -int64Limit : whole);
}

/** The value of a function's answer that is neither HTTP nor bytes: JSON is parsed, text stays. */
export function answerText(value: TypedData | null | undefined): string {
  return value?.json ?? value?.string ?? "";
}

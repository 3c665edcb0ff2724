import { ignoredAs, mergeReadings, poisonAs, type Reading } from "./reading.ts";
import { asObject, lineOf, memberOf, textOf } from "./untrusted.ts";

/** What both envelopes of Event Grid have in common. */
export interface GridEvent {
  /** Such as `Microsoft.Resources.ResourceWriteSuccess`, in lower case. */
  readonly type: string;
  /** ARM id of the resource, as it came. */
  readonly subject: string;
  readonly data: unknown;
  /** The event as it came, envelope and all. */
  readonly whole: unknown;
}

/**
 * Reads a delivery of Event Grid, in its own schema or as CloudEvents 1.0, one event, a list, or
 * JSON text, each event by `read`; null from it means that the type is none of its own. Never throws.
 */
export function readGridEvents(body: unknown, read: (event: GridEvent) => Reading | null): Reading {
  const list = listOf(body);
  return list
    ? mergeReadings(list.map((event) => readOne(event, read)))
    : poisonAs("not JSON", body);
}

function listOf(body: unknown): readonly unknown[] | null {
  if (typeof body !== "string") return Array.isArray(body) ? body : [body];
  if (body.trim() === "") return [];
  try {
    const parsed: unknown = JSON.parse(body);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return null;
  }
}

function readOne(event: unknown, read: (event: GridEvent) => Reading | null): Reading {
  if (!asObject(event)) return poisonAs("not an object", event);
  const type = textOf(event, "eventType", "type");
  if (!type) return poisonAs("eventType (or type, of a CloudEvent): missing", event);
  try {
    const known = read({
      type: type.toLowerCase(),
      subject: textOf(event, "subject") ?? "",
      data: memberOf(event, "data"),
      whole: event,
    });
    return known ?? ignoredAs(lineOf(type, 100));
  } catch (error) {
    return poisonAs(`cannot be read: ${error instanceof Error ? error.name : "fault"}`, event);
  }
}

/** Reads an event as one whose resource cannot be told. */
export const withoutResource = (event: GridEvent): Reading =>
  poisonAs("subject: not the id of an Azure resource", event.whole);

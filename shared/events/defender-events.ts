import { isAlert, readAlert } from "./defender-alert.ts";
import { findingType, readFinding } from "./defender-finding.ts";
import { ignoredAs, mergeReadings, nothingRead, poisonAs, type Reading } from "./reading.ts";
import { asObject, memberOf, textOf } from "./untrusted.ts";

/** How deep lists, `records` and JSON inside text may lie in each other. */
const deepest = 4;

/**
 * Reads the body of one message of Defender's continuous export: an alert, an assessment or a
 * sub-assessment; one, a list, `{ "records": [] }`, or any of these as JSON text. Never throws.
 * `now` is an ISO time; it stands in where an alert has none.
 */
export function readDefenderEvents(body: unknown, now: string): Reading {
  return readPart(body, now, 0);
}

function readPart(part: unknown, now: string, depth: number): Reading {
  if (depth > deepest) return poisonAs("nested too deeply", part);
  if (typeof part === "string") return readText(part, now, depth);
  const list = Array.isArray(part) ? part : listIn(part);
  if (list) return mergeReadings(list.map((member) => readPart(member, now, depth + 1)));
  return asObject(part) ? readEvent(part, now) : poisonAs("not an object", part);
}

function readText(text: string, now: string, depth: number): Reading {
  if (text.trim() === "") return nothingRead;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return poisonAs("not JSON", text);
  }
  return typeof parsed === "string" && depth === deepest
    ? poisonAs("nested too deeply", text)
    : readPart(parsed, now, depth + 1);
}

function listIn(part: unknown): readonly unknown[] | null {
  const list = memberOf(part, "records", "Records", "value");
  return Array.isArray(list) && !isAlert(part) ? list : null;
}

function readEvent(event: unknown, now: string): Reading {
  try {
    if (isAlert(event)) return readAlert(event, now);
    const type = findingType(event);
    if (type) return readFinding(event, type);
    if (textOf(event, "operationName")) return ignoredAs("log entry");
    return poisonAs("neither an alert (SystemAlertId) nor a finding (type)", event);
  } catch (error) {
    return poisonAs(`cannot be read: ${error instanceof Error ? error.name : "fault"}`, event);
  }
}

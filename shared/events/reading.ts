import type { DefenderAlert } from "../domain/alert.ts";
import { type Mark, mergeMarks } from "./mark.ts";

/** What a delivery was read as. Each event of it stands alone: one that is broken hurts no other. */
export interface Reading {
  /** To be stored before their subjects are marked. */
  readonly alerts: readonly DefenderAlert[];
  readonly marks: readonly Mark[];
  /** Events that were understood and cannot matter. */
  readonly ignored: readonly { readonly why: string }[];
  /** Parts that could not be read, as they came. */
  readonly poison: readonly { readonly reason: string; readonly part: unknown }[];
}

/** A delivery in which there was nothing. */
export const nothingRead: Reading = { alerts: [], marks: [], ignored: [], poison: [] };

/** Reads an event as one that cannot matter. */
export const ignoredAs = (why: string): Reading => ({ ...nothingRead, ignored: [{ why }] });

/** Reads an event as one that nobody can read; the reason names the field and what it should be. */
export const poisonAs = (reason: string, part: unknown): Reading => ({
  ...nothingRead,
  poison: [{ reason, part }],
});

/** Reads an event as marks, and perhaps an alert. */
export const markedAs = (
  marks: readonly Mark[],
  alerts: readonly DefenderAlert[] = [],
): Reading => ({
  ...nothingRead,
  marks,
  alerts,
});

/** Several readings as one; a subject that is marked twice is marked once. */
export function mergeReadings(readings: readonly Reading[]): Reading {
  const [only] = readings;
  if (only && readings.length === 1) return only;
  return {
    alerts: readings.flatMap((reading) => reading.alerts),
    marks: mergeMarks(readings.flatMap((reading) => reading.marks)),
    ignored: readings.flatMap((reading) => reading.ignored),
    poison: readings.flatMap((reading) => reading.poison),
  };
}

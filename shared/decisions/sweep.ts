import type { AgendaRow } from "../domain/agenda-row.ts";
import { keyOf } from "../domain/key.ts";
import { isWatchedKind, orchestratorOf } from "../domain/subject.ts";
import { hasPassed } from "./time.ts";

/** What the sweep does about one due row of the agenda. */
export interface SweepStep {
  readonly kind: "start" | "terminate" | "purge-and-start" | "wait";
  readonly row: AgendaRow;
  /** Seconds that a run to be started shall let pass before it begins. */
  readonly after: number;
}

/** How the instance of a row stands, as the runtime says. */
export interface InstanceStatus {
  readonly status: string;
  /** ISO time. */
  readonly lastUpdated: string;
  readonly output: unknown;
}

/** The agenda and the state of each instance by its id; absent = there is no such instance. */
export interface SweepFacts {
  readonly rows: readonly AgendaRow[];
  readonly statuses: Readonly<Record<string, InstanceStatus>>;
  readonly now: string;
  /** Looks to start in one subscription and sweep. */
  readonly maxPerSubscription: number;
  /** Queries of Resource Graph that the looks of one sweep may ask. */
  readonly maxQueries: number;
}

/** What a look asks Resource Graph by itself, and what the looks of a subscription ask once together. */
const queries = { own: 1, shared: 2 };

/** Runs of a subscription that may be alive before the next ones wait for them, by starts a sweep. */
const sweepsAlive = 4;

/**
 * The rows that a sweep can do something about, longest waiting first: of a long queue only its
 * beginning, so that a sweep costs the same however long the queue is.
 */
export function rowsToSweep(
  rows: readonly AgendaRow[],
  { now, maxPerSubscription }: Pick<SweepFacts, "now" | "maxPerSubscription">,
): readonly AgendaRow[] {
  const many = new Map<string, number>();
  return rows
    .filter((row) => Date.parse(row.at) <= Date.parse(now))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .filter((row) => {
      const share = shareOf(row);
      const before = many.get(share) ?? 0;
      many.set(share, before + 1);
      return before < sweepsAlive * maxPerSubscription;
    });
}

/**
 * What to do about each row that is due, longest waiting first. An instance that failed is started
 * after 15 minutes (at once when a deployment ended it), one that has not moved for two hours is
 * terminated, and purged and started when even that did not end it. Looks begin one after the other
 * within the minute: Azure counts requests by the second.
 */
export function decideSweep(facts: SweepFacts): SweepStep[] {
  const { maxPerSubscription, maxQueries } = facts;
  const starts = new Map<string, number>();
  let asked = 0;
  return rowsToSweep(facts.rows, facts).map((row) => {
    const kind = stepFor(row, facts);
    const step = { kind, row, after: 0 };
    if ((kind !== "start" && kind !== "purge-and-start") || !isWatchedKind(row.kind)) return step;
    const share = shareOf(row);
    const started = starts.get(share) ?? 0;
    const asks = queries.own + (started === 0 ? queries.shared : 0);
    if (asked + asks > maxQueries || started >= maxPerSubscription) {
      return { ...step, kind: "wait" };
    }
    const after = Math.max(pause(started, maxPerSubscription), pause(asked, maxQueries));
    starts.set(share, started + 1);
    asked += asks;
    return { ...step, after };
  });
}

/** Where in the minute the one at this place begins when so many do. */
const pause = (place: number, most: number): number => Math.floor((place * 60) / most);

/** A run that has just failed has set its own time to come back; only one that could not is old. */
const failedRest = { minutes: 15 };
const stuckAfter = { hours: 2 };
/** Long enough for one sweep to see it, whatever the second on which the timer fires. */
const givenUpAfter = { hours: 2, minutes: 2 };

function stepFor(row: AgendaRow, { statuses, now }: SweepFacts): SweepStep["kind"] {
  const instance = statuses[`${orchestratorOf[row.kind]}-${keyOf(row.subject)}`];
  if (!instance) return "start";
  const { status, lastUpdated, output } = instance;
  switch (status) {
    case "Completed":
    case "Canceled":
      return "start";
    case "Failed":
    case "Terminated":
      return endedByDeployment(output) || hasPassed(lastUpdated, failedRest, now)
        ? "start"
        : "wait";
    default:
      return stuckStep(lastUpdated, now);
  }
}

/** A terminated instance that took the order shows it, with a new time, before the next sweeps. */
function stuckStep(lastUpdated: string, now: string): SweepStep["kind"] {
  if (!hasPassed(lastUpdated, stuckAfter, now)) return "wait";
  return hasPassed(lastUpdated, givenUpAfter, now) ? "purge-and-start" : "terminate";
}

const endedByDeployment = (output: unknown): boolean =>
  typeof output === "string" && output.startsWith("VersionMismatch");

/** Azure resources share by subscription; each of the system's own rows has a share of its own. */
const shareOf = ({ kind, subject }: AgendaRow): string =>
  isWatchedKind(kind) ? subject.split("/").slice(0, 3).join("/").toLowerCase() : subject;

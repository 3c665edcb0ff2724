import type { AgendaRow } from "../azure/ports.ts";

/** A row of the agenda with the id of the instance that looks at its subject. */
export interface SweepRow extends AgendaRow {
  readonly instance: string;
}

/** How an instance stands, as the Durable client tells. */
export interface InstanceState {
  readonly status: string;
  /** ISO time. */
  readonly lastUpdated: string;
  readonly output: unknown;
}

/** What to do about one due row. */
export interface SweepStep {
  readonly kind: "start" | "terminate" | "purge-and-start" | "wait";
  readonly row: SweepRow;
}

/** What a sweep knows. */
export interface SweepFacts {
  readonly rows: readonly SweepRow[];
  /** By instance id; absent = there is no such instance. */
  readonly statuses: Readonly<Record<string, InstanceState>>;
  /** ISO time. */
  readonly now: string;
  readonly maxPerSubscription: number;
}

const minute = 60_000;
/** A run that just failed has set its own time to come back; only one that could not is old. */
const restFailed = 15 * minute;
const longestSilence = 120 * minute;

/**
 * Decides what to do about every due row, the longest due first: start what no run looks at, end
 * what has been untouched for two hours. At most so many starts in one subscription; the rest waits
 * for the next minute.
 */
export function decideSweep(facts: SweepFacts): readonly SweepStep[] {
  const due = facts.rows.filter((row) => Date.parse(row.at) <= Date.parse(facts.now));
  const ordered = due.toSorted((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
  );
  const started = new Map<string, number>();
  return ordered.map((row) => {
    const kind = kindFor(facts.statuses[row.instance], facts.now);
    if (kind !== "start" && kind !== "purge-and-start") return { kind, row };
    const place = placeOf(row);
    const count = (started.get(place) ?? 0) + 1;
    started.set(place, count);
    return { kind: count > facts.maxPerSubscription ? "wait" : kind, row };
  });
}

function kindFor(instance: InstanceState | undefined, now: string): SweepStep["kind"] {
  if (!instance) return "start";
  const age = Date.parse(now) - Date.parse(instance.lastUpdated);
  switch (instance.status) {
    case "Completed":
    case "Canceled":
      return "start";
    case "Failed":
    case "Terminated":
      return age >= restFailed || endedByDeployment(instance.output) ? "start" : "wait";
    default:
      return age >= longestSilence ? endOf(now) : "wait";
  }
}

const endedByDeployment = (output: unknown): boolean =>
  typeof output === "string" && output.startsWith("VersionMismatch");

/**
 * Terminating takes a moment, and an instance that is running only on paper never hears of it; then
 * it must be purged. Which was tried last is remembered nowhere: even minutes terminate, odd ones
 * purge, and what comes too early is refused by the host.
 */
function endOf(now: string): "terminate" | "purge-and-start" {
  return Math.floor(Date.parse(now) / minute) % 2 === 0 ? "terminate" : "purge-and-start";
}

/** Subscriptions have Azure's limits each; the system's own work has none. */
function placeOf({ kind, subject }: SweepRow): string {
  return kind === "cluster" || kind === "subscription"
    ? subject.split("/").slice(0, 3).join("/").toLowerCase()
    : subject;
}

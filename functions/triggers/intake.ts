import { changesNoted } from "../../shared/decisions/own-writes.ts";
import { after } from "../../shared/decisions/time.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import { nameOfFault } from "../../shared/domain/fault-name.ts";
import type { Mark } from "../../shared/events/mark.ts";
import { mergeReadings, type Reading } from "../../shared/events/reading.ts";
import type { TriggerDependencies } from "./dependencies.ts";
import { inParallel } from "./in-parallel.ts";
import type { Runs } from "./runs.ts";

/** Reads one body of a feed; `now` is an ISO time. */
export type Reader = (body: unknown, now: () => string) => Reading;

/** What became of a delivery: numbers only, fit for a log. */
export interface Taken {
  readonly alerts: number;
  readonly marks: number;
  readonly ignored: number;
  /** What could not be taken in, with the part that is to be kept. */
  readonly faults: readonly Fault[];
}

/** A part of a delivery that could not be taken in. */
export interface Fault {
  readonly reason: string;
  readonly part: unknown;
}

type IntakeDependencies = Pick<TriggerDependencies, "gateways" | "now" | "isStorageOutage">;

const width = 16;

/**
 * Takes bodies in: stores their alerts, marks their subjects, and starts a run where that can be. It
 * throws only while storage is out of reach; whatever else is wrong with a body is a fault of it.
 */
export async function takeIn(
  deps: IntakeDependencies,
  delivery: { readonly bodies: readonly unknown[]; readonly read: Reader },
  runs: Runs,
): Promise<Taken> {
  const now = oneTime(deps);
  const readings = delivery.bodies.map((body) => delivery.read(body, now));
  const { alerts, marks, ignored } = mergeReadings(readings);
  const poison = readings.flatMap((reading, place) => poisonOf(reading, delivery.bodies[place]));
  if (marks.length === 0 && alerts.length === 0) {
    return { alerts: 0, marks: 0, ignored: ignored.length, faults: poison };
  }
  const bodyOf = (has: (reading: Reading) => boolean) => delivery.bodies[readings.findIndex(has)];

  const unstored = await inParallel(width, alerts, (alert) =>
    attempt(deps, () => store(deps, alert)).then((fault) =>
      asFault(fault, () => bodyOf((reading) => reading.alerts.includes(alert))),
    ),
  );
  const unmarked = await inParallel(width, marks, (mark) =>
    attempt(deps, () => put(deps, mark, now())).then((fault) =>
      asFault(fault, () => bodyOf((reading) => reading.marks.some(sameSubject(mark)))),
    ),
  );
  await inParallel(width, marks.filter(isDue), ({ kind, subject }) =>
    runs.startUnlessRecent(kind, subject),
  );
  const faults = [...poison, ...unstored, ...unmarked].filter((fault) => fault !== null);
  return { alerts: alerts.length, marks: marks.length, ignored: ignored.length, faults };
}

/** The ISO time at which this is first asked: most events need none. */
function oneTime({ now }: Pick<IntakeDependencies, "now">): () => string {
  let time: string | undefined;
  return () => {
    time ??= now().toISOString();
    return time;
  };
}

/** Beyond this many broken parts a body is kept whole: it must not become as many blobs. */
const mostParts = 20;

function poisonOf({ poison }: Reading, body: unknown): readonly Fault[] {
  if (poison.length <= mostParts) return poison;
  return [{ reason: `${poison.length} parts; the first: ${poison[0]?.reason}`, part: body }];
}

/** Keeps what could not be taken in, with the reason, where people can see it and try it again. */
export async function quarantine(
  { gateways, now }: Pick<TriggerDependencies, "gateways" | "now">,
  source: string,
  faults: readonly Fault[],
): Promise<void> {
  const at = now().toISOString();
  await inParallel(width, faults, ({ reason, part }) =>
    gateways.quarantine.put({ at, source, reason: reason.slice(0, 300), body: textOf(part) }),
  );
}

const textOf = (part: unknown): string =>
  typeof part === "string" ? part : (JSON.stringify(part) ?? "");

/** An alert that is known already may still be told to be over. */
async function store({ gateways }: IntakeDependencies, alert: DefenderAlert): Promise<void> {
  const known = await gateways.alerts.insert(alert);
  if (known === "seen" && alert.status !== "active") {
    await gateways.alerts.setStatus(alert, alert.status);
  }
}

async function put({ gateways }: IntakeDependencies, mark: Mark, now: string): Promise<void> {
  const { delayMinutes, ...asked } = mark;
  if (isDue(mark)) return gateways.agenda.mark({ ...asked, at: now });
  if (mark.own && (await areNoted(gateways, mark.subject, mark.own))) return;
  const at = after(now, { minutes: delayMinutes });
  return gateways.agenda.mark({ ...asked, at, notBefore: true });
}

/** Whether the run that made these writes has read them back and recorded them: they are no news then. */
async function areNoted(
  { cases }: Pick<IntakeDependencies["gateways"], "cases">,
  subject: string,
  own: readonly string[],
): Promise<boolean> {
  const found = await cases.find(subject);
  const noted = found === null ? [] : changesNoted(found.case.history);
  return own.every((id) => noted.includes(id));
}

const isDue = (mark: Mark): boolean => mark.delayMinutes === 0;

const sameSubject = (mark: Mark) => (other: Mark) =>
  other.kind === mark.kind && other.subject === mark.subject;

/** Null when it worked, else what went wrong; an outage is thrown on. */
async function attempt(
  { isStorageOutage }: Pick<TriggerDependencies, "isStorageOutage">,
  act: () => Promise<void>,
): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (isStorageOutage(error)) throw error;
    return `cannot be stored: ${nameOfFault(error)}`;
  }
}

const asFault = (reason: string | null, part: () => unknown): Fault | null =>
  reason === null ? null : { reason, part: part() };

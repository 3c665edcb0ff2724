import type { Difference } from "./difference.ts";
import { type Example, kindOfSubject } from "./example.ts";
import { differences } from "./flat.ts";
import { lostSubjects, unhandledFailures } from "./health.ts";
import { differingNotices, mailProblems } from "./mail-facts.ts";
import { outcomesOf, ownTag } from "./outcomes.ts";
import type { Denied, Outside } from "./outside.ts";
import { nextLook, reasonFor } from "./reasons.ts";
import type { Recording } from "./recording.ts";

/** What a run of the proof came to. */
export interface Verdict {
  /**
   * `equal` to the undisturbed run, `explained` by the cases, or `failed`; `unreached`: equal, but the
   * point at which it was to be killed did not come, because runs share turns by chance.
   */
  readonly kind: "equal" | "explained" | "failed" | "unreached";
  /** What must not be, each in a line. */
  readonly problems: readonly string[];
  /** What differs and why, each in a line. */
  readonly notes: readonly string[];
}

/** What a run is held against. */
export interface Yardstick {
  readonly example: Example;
  /** The undisturbed run. */
  readonly expected: Recording;
  /** The estate at the end when no app runs: whatever differs from both was changed by nobody's leave. */
  readonly untouched: Recording["estate"];
}

/** Holds a run against the undisturbed one. */
export function compare(yardstick: Yardstick, actual: Recording, outside: Outside): Verdict {
  const { expected } = yardstick;
  const notices = differingNotices(expected, actual);
  const differing = [
    ...differingResources(yardstick, actual),
    ...differingOutcomes(yardstick, actual),
    ...notices,
  ];
  const why = (one: Difference): string | null => {
    if (one.why !== undefined) return one.why;
    if (outside.disturbance === "none") return null;
    const excused = excusedBy(outside.denied, one.subject, notices.includes(one));
    return (
      reasonFor(one.subject, { expected, actual }) ??
      (excused ? deniedUntil(one.subject, actual) : null)
    );
  };
  const unexplained = differing.filter((one) => why(one) === null);
  const problems = [
    ...foreignChanges(yardstick, actual, outside),
    ...unhandledFailures(actual),
    ...lostSubjects(yardstick.example, actual, outside),
    ...mailProblems(expected, actual),
    ...repeatedWrites(expected, actual, outside),
    ...writesAfterStop(yardstick.example, actual, outside),
    ...unexplained.map(({ subject, what }) => `${short(subject)}: ${what}, and nothing says why`),
  ];
  const notes = differing.map((one) => `${short(one.subject)}: ${one.what}: ${why(one) ?? "?"}`);
  const kind = problems.length > 0 ? "failed" : differing.length > 0 ? "explained" : "equal";
  return { kind, problems, notes };
}

function differingResources({ expected }: Yardstick, actual: Recording): readonly Difference[] {
  const ids = new Set([...Object.keys(expected.estate), ...Object.keys(actual.estate)]);
  return [...ids].flatMap((id) => {
    const paths = differences(expected.estate[id] ?? {}, actual.estate[id] ?? {});
    const own = paths.filter((path) => !path.startsWith("tags.") || ownTag(path));
    return own.length === 0 ? [] : [{ subject: subjectOf(id), what: `${own.join(", ")} differs` }];
  });
}

/** Plans belong to their subscription. */
const subjectOf = (id: string): string =>
  /^(\/subscriptions\/[^/]+)\/providers\/microsoft\.security\/pricings\//.exec(id)?.[1] ?? id;

function differingOutcomes({ expected }: Yardstick, actual: Recording): readonly Difference[] {
  const wanted = outcomesOf(expected);
  const found = outcomesOf(actual);
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return [...keys].flatMap((key) => {
    const [one, other] = [wanted[key], found[key]];
    if (one?.text === other?.text) return [];
    const subject = (one ?? other)?.subject ?? "";
    const act = (one ?? other)?.act ?? "";
    return [
      { subject, what: `${act}: ${other?.text ?? "nothing"}, not ${one?.text ?? "nothing"}` },
    ];
  });
}

/**
 * Each leaf must be what the undisturbed run left, or what it was without the app. Our own tags may
 * say anything; what Azure derives from a write of ours (its state) is not ours.
 */
function foreignChanges(
  { expected, untouched }: Yardstick,
  actual: Recording,
  { foreignTag }: Outside,
): readonly string[] {
  const ids = new Set([...Object.keys(untouched), ...Object.keys(actual.estate)]);
  const problems = [...ids].flatMap((id) => {
    const [wanted, before, now] = [expected.estate[id], untouched[id], actual.estate[id]];
    if (!now) return [`${short(id)} is gone`];
    return differences(wanted ?? {}, now)
      .filter((path) => now[path] !== before?.[path])
      .filter((path) => !ownTag(path) && !path.endsWith("provisioningState"))
      .filter((path) => path !== `tags.${foreignTag}` && path !== "tags")
      .map((path) => `${short(id)}: ${path} is ${now[path] ?? "gone"}: nobody asked for that`);
  });
  const kept = Object.values(actual.estate).some((one) => one[`tags.${foreignTag}`] !== undefined);
  return foreignTag !== null && !kept
    ? [...problems, `the tag ${foreignTag} that someone else set is gone`]
    : problems;
}

/** An operator's stop is a stop, also for runs that have long decided. */
function writesAfterStop(
  { scenario }: Example,
  { writes }: Recording,
  { stopAfter }: Outside,
): readonly string[] {
  if (stopAfter === null) return [];
  return writes
    .filter(({ at }) => at > scenario.start + stopAfter)
    .map(
      ({ resource }) => `${short(resource)} was written though an operator had stopped all writes`,
    );
}

/** One effect per decision: no resource is written more often than in the undisturbed run. */
function repeatedWrites(
  expected: Recording,
  actual: Recording,
  { tagWriteFails }: Outside,
): readonly string[] {
  const counts = (writes: Recording["writes"]) => {
    const found = new Map<string, number>();
    for (const { resource, operation } of writes) {
      const key = `${operation} on ${short(resource)}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
  };
  const wanted = counts(expected.writes);
  return [...counts(actual.writes)].flatMap(([key, count]) => {
    const spare = tagWriteFails && /\btags\b/i.test(key) ? 1 : 0;
    const allowed = Math.max(wanted.get(key) ?? 0, 1) + spare;
    return count > allowed ? [`${count} times ${key}, not ${allowed}`] : [];
  });
}

/** What Azure denies has no case; a scan that lists it has it looked at again. */
function deniedUntil(subject: string, actual: Recording): string | null {
  const next = nextLook(subject, actual);
  return next === null ? null : `Azure answers 404; next look ${next}`;
}

function excusedBy(denied: Denied | null, subject: string, isNotice: boolean): boolean {
  return denied === "recipients" ? isNotice : denied === kindOfSubject(subject);
}

const short = (id: string): string => id.split("/").slice(-2).join("/");

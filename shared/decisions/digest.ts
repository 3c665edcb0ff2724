import type { Case } from "../domain/case.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { Digest, Notice } from "../domain/notice.ts";
import type { InForce } from "../domain/policy.ts";
import { isCarried, mailsThatCount } from "./carried.ts";
import { relevanceOf } from "./relevance.ts";
import { after, earliest, hasPassed, latest } from "./time.ts";
import { localDate, nextDaysWindow, nextWindow } from "./window.ts";

/** All that is known of a set of recipients and what they must be told. */
export interface DigestFacts {
  /** The recipients' subject. */
  readonly owners: string;
  readonly notices: readonly Notice[];
  /** Mails of these recipients so far. */
  readonly digests: readonly Digest[];
  readonly cases: readonly Case[];
  /** Images of these recipients by the subject of their registry. */
  readonly images?: ReadonlyMap<string, readonly KeptImage[]>;
  readonly inForce: InForce;
  readonly now: string;
}

/** What to do about the recipients' mail now. */
export type DigestPlan =
  | {
      readonly kind: "send";
      readonly urgent: boolean;
      /** All that the mail takes along. */
      readonly notices: readonly Notice[];
      readonly parts: {
        readonly new: readonly Notice[];
        readonly stillOpen: readonly Notice[];
        readonly fixed: readonly Notice[];
      };
    }
  | { readonly kind: "wait"; readonly until: string }
  | { readonly kind: "nothing" };

const urgentPause = { hours: 1, seconds: 1 };

/**
 * Whether a mail goes now, with what, or when. Urgent alerts go at once, one mail a subject and
 * hour; everything else waits until the mail before has left and for the owners' window, one mail a
 * day; what stays open is repeated after some days.
 */
export function planDigest(facts: DigestFacts): DigestPlan {
  const sorted = sortedOut(facts);
  const urgent = sorted.fresh.filter((notice) => notice.urgent);
  const free = urgent.filter((notice) => !pausedUntil(facts, notice));
  const [first] = free;
  if (first) return urgentMail(free.filter(({ subject }) => subject === first.subject));
  const pauses = urgent.flatMap((notice) => pausedUntil(facts, notice) ?? []);
  if (facts.digests.some(({ status }) => status === "sending")) return waitFor(pauses);
  const plan = sorted.fresh.length > 0 ? planFresh(facts, sorted) : planReminder(facts, sorted);
  return plan.kind === "send" ? plan : waitFor([...pauses, ...untilOf(plan)]);
}

interface SortedOut {
  readonly fresh: readonly Notice[];
  /** Told before, and still to be fixed. */
  readonly stillOpen: readonly Notice[];
}

function sortedOut({ owners, notices, digests, cases, images, now }: DigestFacts): SortedOut {
  const told = notices.filter((notice) => isCarried(notice, digests));
  const toldKeys = new Set(told.map(nameOf));
  const waiting = notices.filter((notice) => !toldKeys.has(nameOf(notice)));
  const relevance = relevanceOf({ owners, cases, told, images: images ?? new Map(), now });
  return {
    fresh: waiting.filter((notice) => relevance.isWorthTelling(notice)),
    stillOpen: told.filter((notice) => relevance.isStillOpen(notice)),
  };
}

const nameOf = ({ subject, key }: Notice): string => `${subject}\n${key}`;

function urgentMail(notices: readonly Notice[]): DigestPlan {
  return {
    kind: "send",
    urgent: true,
    notices,
    parts: { new: notices, stillOpen: [], fixed: [] },
  };
}

/** Until when a subject's urgent notices wait, because it had an urgent mail within the hour. */
function pausedUntil({ digests, now }: DigestFacts, { subject }: Notice): string | null {
  const last = mailsThatCount(digests, true).find((digest) =>
    digest.notices.some((notice) => notice.subject === subject),
  );
  if (!last || hasPassed(last.frozenAt, { hours: 1 }, now)) return null;
  return after(last.frozenAt, urgentPause);
}

function planFresh(facts: DigestFacts, { fresh, stillOpen }: SortedOut): DigestPlan {
  const ready = latest(firstReportsBy(facts, fresh) ?? facts.now, notBefore(facts, fresh));
  const at = windowFrom(facts, ready);
  if (Date.parse(at) > Date.parse(facts.now)) return { kind: "wait", until: at };
  const fixed = fresh.filter(({ kind }) => kind === "fixed");
  const parts = { new: fresh.filter(({ kind }) => kind !== "fixed"), stillOpen, fixed };
  return { kind: "send", urgent: false, notices: [...fresh, ...stillOpen], parts };
}

/** One mail a day: the window after today's mail is that of another day. */
function windowFrom({ digests, inForce }: DigestFacts, ready: string): string {
  const { mail } = inForce.policy;
  const [last] = mailsThatCount(digests, false);
  const isTodays = last && localDate(mail, last.frozenAt) === localDate(mail, ready);
  return isTodays ? nextDaysWindow(mail, ready) : nextWindow(mail, ready);
}

function notBefore({ now }: DigestFacts, fresh: readonly Notice[]): string {
  const times = fresh.map((notice) => notice.notBefore ?? now);
  return times.every((time) => Date.parse(time) > Date.parse(now)) ? times.reduce(earliest) : now;
}

const longestHold = { hours: 1, seconds: 1 };

/**
 * Until when the mail waits for the first report of an add-on that just came on, an hour from then
 * at most; and however many clusters follow each other, an hour from the oldest notice at most.
 */
function firstReportsBy({ cases, now }: DigestFacts, fresh: readonly Notice[]): string | null {
  const subjects = new Set(fresh.map(({ subject }) => subject));
  const ends = cases
    .filter((one) => subjects.has(one.subject))
    .flatMap((one) => firstReportBy(one) ?? [])
    .filter((end) => Date.parse(end) > Date.parse(now));
  if (ends.length === 0) return null;
  const oldest = fresh.map(({ createdAt }) => createdAt).reduce(earliest);
  return earliest(ends.reduce(latest), after(oldest, longestHold));
}

/** Until when mails about a cluster wait for the first report of the add-on that we switched on; null = they do not. */
export function firstReportBy(one: Case): string | null {
  const on = one.writes.find(({ act }) => act === "enable-addon");
  return on && isWorkloadDark(one) ? after(on.at, longestHold) : null;
}

const isWorkloadDark = ({ parts }: Case): boolean =>
  parts.some(({ name, status }) => name === "workload" && status === "unreadable");

function planReminder(facts: DigestFacts, { stillOpen }: SortedOut): DigestPlan {
  if (stillOpen.length === 0) return { kind: "nothing" };
  const { mail } = facts.inForce.policy;
  const [last] = mailsThatCount(facts.digests, false);
  const due = last ? after(last.frozenAt, { days: mail.remindAfterDays }) : facts.now;
  const at = nextWindow(mail, latest(due, facts.now));
  if (Date.parse(at) > Date.parse(facts.now)) return { kind: "wait", until: at };
  const parts = { new: [], stillOpen, fixed: [] };
  return { kind: "send", urgent: false, notices: stillOpen, parts };
}

const untilOf = (plan: DigestPlan): readonly string[] => (plan.kind === "wait" ? [plan.until] : []);

const waitFor = (times: readonly string[]): DigestPlan =>
  times.length === 0 ? { kind: "nothing" } : { kind: "wait", until: times.reduce(earliest) };

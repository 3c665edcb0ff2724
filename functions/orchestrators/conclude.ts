import { decideNotices } from "../../shared/decisions/notices.ts";
import { alertRecipients, decideRecipients } from "../../shared/decisions/recipients.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { Decision } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import type { OwnerFacts, Recipients } from "../../shared/domain/owner.ts";
import { ownersSubject } from "../../shared/domain/subject.ts";
import {
  caseAfter,
  goneCase,
  isUnwell,
  type RunResult,
  worthRecording,
} from "../../shared/durable/case-of-run.ts";
import { later } from "../../shared/durable/patience.ts";
import { type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import type { CarriedOut } from "./doing.ts";
import type { Ending } from "./run.ts";
import { type Work, writeDown } from "./work.ts";

/** What a run ends with, before it is told and recorded. */
export interface Conclusion {
  readonly result: Omit<RunResult, "entries" | "recipients">;
  readonly alerts: readonly DefenderAlert[];
  /** Changes made by this run, for the notices. */
  readonly changes: readonly LedgerEntry[];
  /** Whom Azure names; null = not read in this run, so those of the case stay. */
  readonly owners: OwnerFacts | null;
  /** Minutes until another look is worth it, whatever was decided: Azure was busy. */
  readonly soon: number | null;
  readonly outcome: string;
}

/**
 * Tells and records what a run learned. Notices come first: a run that dies in between leaves them
 * again under the same keys, one that dies after recording would never leave them.
 */
export function* conclude(work: Work, conclusion: Conclusion): Orchestration<Ending> {
  const { inForce } = work.taken;
  yield* writeDown(work, ...newlyLeft(work, conclusion.result.decisions));
  const now = timeOf(work.context);
  const recipients = recipientsOf(work, conclusion.owners);
  const result = { ...conclusion.result, recipients, entries: work.entries };
  const after = caseAfter(work.base, result, { inForce, now });
  const told = yield* tellAll(work, after, conclusion);
  if (!(yield* record(work, after))) return newerRun;
  for (const { owners, urgent } of told) {
    yield* work.steps.mark({ subject: owners, kind: "owners" });
    // What waits to be gathered is left to the sweep: it composes once for all looks of a minute.
    if (urgent) yield* work.steps.wake({ subject: owners, kind: "owners" });
  }
  return { kind: "settle", next: nextLook(work, after, conclusion), outcome: conclusion.outcome };
}

const recipientsOf = (work: Work, owners: OwnerFacts | null): Recipients | null =>
  owners ? decideRecipients(owners, work.taken.inForce.policy.mail) : work.base.recipients;

/** A set of recipients with something new to read. */
interface Told {
  readonly owners: string;
  readonly urgent: boolean;
}

/** Leaves notices: alerts for owners and security contacts, everything else for owners. */
function* tellAll(work: Work, after: Case, conclusion: Conclusion): Orchestration<readonly Told[]> {
  const { inForce } = work.taken;
  const owners = after.recipients;
  if (!owners) return [];
  const notices = decideNotices({
    before: work.before,
    after,
    alerts: conclusion.alerts,
    newChanges: conclusion.changes,
    recipients: owners,
    inForce,
    now: timeOf(work.context),
  });
  const alerted = conclusion.owners
    ? alertRecipients(conclusion.owners, inForce.policy.mail)
    : owners;
  const isAlert = (notice: Notice) => notice.kind === "alert";
  const gathered = notices.map((one) => (one.urgent ? one : { ...one, notBefore: gather(work) }));
  const groups = [
    { to: owners.to, notices: gathered.filter((notice) => !isAlert(notice)) },
    { to: alerted.to, notices: gathered.filter(isAlert) },
  ].filter(({ to, notices }) => to.length > 0 && notices.length > 0);
  for (const group of groups) {
    const since = work.before?.updatedAt ?? null;
    yield* work.steps.tell({ subject: work.subject, ...group, since });
  }
  const sets = Map.groupBy(groups, ({ to }) => ownersSubject(to));
  return [...sets].map(([set, own]) => ({
    owners: set,
    urgent: own.some((group) => group.notices.some((notice) => notice.urgent)),
  }));
}

/** What is not urgent waits ten minutes, so that a scan or a roll-out becomes one mail and not many. */
const gather = ({ context }: Work): string => later(context, 10);

/** Writes the case unless there is nothing to remember; false when a newer run wrote it. */
function* record(work: Work, after: Case): Orchestration<boolean> {
  if (work.etag === null && !worthRecording(work.before, after)) return true;
  const input = { subject: work.subject, case: after, etag: work.etag };
  const recorded = yield* work.steps.record(input);
  return recorded.kind === "written";
}

/** Closes the case of a subject that Azure no longer has; nobody is told. */
export function* concludeGone(work: Work): Orchestration<Ending> {
  if (work.before) {
    const line = { kind: "leave", rule: null, act: "look", reason: "gone from Azure" } as const;
    if (!work.before.gone) yield* writeDown(work, line);
    const now = timeOf(work.context);
    const after = goneCase({ ...work.base, history: [...work.base.history, ...work.entries] }, now);
    if (!(yield* record(work, after))) return newerRun;
  }
  return { kind: "settle", next: null, outcome: "gone" };
}

const newerRun: Ending = { kind: "unsettled", outcome: "a newer run recorded the case" };

/** Ends a look before its end: the ground to go on is no longer there. */
export const endEarly = (by: Exclude<CarriedOut, "done">): Ending => ({
  kind: by === "interrupted" ? "again" : "unsettled",
  outcome: by,
});

/** Ledger lines for what is left for a reason that the case did not have yet. */
function newlyLeft(
  work: Work,
  decisions: readonly Decision[],
): readonly Parameters<typeof writeDown>[1][] {
  return decisions.flatMap((decision) => {
    if (decision.kind !== "leave" || !isUnwell(decision)) return [];
    const before = work.base.decisions.find(
      (one) => one.rule === decision.rule && one.act === decision.act,
    );
    if (before?.kind === "leave" && before.reason === decision.reason) return [];
    const { rule, reason, detail } = decision;
    const act = decision.act ?? "look";
    return [{ kind: "leave" as const, rule, act, reason: `${reason}: ${detail}` }];
  });
}

/** The first time at which anything in the case wants another look; never at once. */
function nextLook({ context }: Work, value: Case, { soon }: Conclusion): string | null {
  const decided = value.decisions.map((one) => (one.kind === "leave" ? one.lookAgain : null));
  const again = soon === null ? null : later(context, soon);
  const times = [again, value.lookAgain?.at ?? null, ...decided].filter((at) => at !== null);
  const first = times.sort()[0] ?? null;
  const soonest = later(context, 1);
  return first !== null && first < soonest ? soonest : first;
}

import { changesNoted } from "../../shared/decisions/own-writes.ts";
import { decideRecipients } from "../../shared/decisions/recipients.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { Decision } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { OwnerFacts } from "../../shared/domain/owner.ts";
import {
  caseAfter,
  goneCase,
  isUnwell,
  type RunResult,
  worthRecording,
} from "../../shared/durable/case-of-run.ts";
import { later } from "../../shared/durable/patience.ts";
import { goOnIf, type Step, timeOf } from "../../shared/durable/steps.ts";
import type { CarriedOut } from "./doing.ts";
import type { Ending, Settled } from "./run.ts";
import { tellingAll } from "./telling.ts";
import { goneFromAzure, type Line, noting, type Work } from "./work.ts";

/** What a run ends with, before it is told and recorded. */
export interface Conclusion {
  readonly result: Omit<RunResult, "entries" | "recipients">;
  readonly alerts: readonly DefenderAlert[];
  /** Changes made by this run, for the notices. */
  readonly changes: readonly LedgerEntry[];
  /** Whom Azure names. */
  readonly owners: OwnerFacts;
  /** Minutes until another look is worth it, whatever was decided: Azure was busy. */
  readonly soon: number | null;
  readonly outcome: string;
}

/**
 * Tells and records what a run learned, and settles it, all in one activity. Notices come first: a run
 * that dies in between leaves them again under the same keys, one that dies after recording would
 * never leave them.
 */
export function conclude(work: Work, conclusion: Conclusion): Settled {
  const { steps, context } = work;
  const { inForce } = work.taken;
  const noted = newlyLeft(work, conclusion.result.decisions).map((line) => noting(work, line).step);
  const now = timeOf(context);
  const { owners, alerts, changes, outcome } = conclusion;
  const recipients = decideRecipients(owners, inForce.policy.mail);
  const result = { ...conclusion.result, recipients, entries: work.entries };
  const learned = caseAfter(work.base, result, { inForce, now });
  const news = { after: learned, recipients, owners, alerts, changes };
  const { tell, urgent, after } = tellingAll(work, news);
  const isWorth = work.etag !== null || worthRecording(work.before, after);
  const ask = urgent.flatMap((owners) => {
    const set = { subject: owners, kind: "owners" } as const;
    return [steps.mark(set), steps.wake(set)];
  });
  const last = [...noted, ...tell, ...(isWorth ? [recording(work, after)] : []), ...ask];
  const next = nextLook(work, after, conclusion);
  return { kind: "settle", next, outcome, last, noted: changesNoted(work.entries) };
}

/** Writes the case; nothing follows when a newer run wrote it. */
const recording = ({ steps, subject, etag }: Work, after: Case): Step<unknown> =>
  goOnIf("written", steps.record({ subject, case: after, etag }));

/** Closes the case of a subject that Azure no longer has; nobody is told. */
export function concludeGone(work: Work): Settled {
  const ending = { kind: "settle", next: null, outcome: "gone" } as const;
  if (!work.before) return ending;
  const line = { kind: "leave", rule: null, act: "look", reason: goneFromAzure } as const;
  const noted = work.before.gone ? [] : [noting(work, line).step];
  const history = [...work.base.history, ...work.entries];
  const after = goneCase({ ...work.base, history }, timeOf(work.context));
  return { ...ending, last: [...noted, recording(work, after)] };
}

/** Ends a look before its end: the ground to go on is no longer there. */
export const endEarly = (by: Exclude<CarriedOut, "done">): Ending => ({
  kind: by === "interrupted" ? "again" : "unsettled",
  outcome: by,
});

/** Ledger lines for what is left for a reason that the case did not have yet. */
function newlyLeft(work: Work, decisions: readonly Decision[]): readonly Line[] {
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
  // Whoever could not be asked for is asked for again as seldom as after any other refusal.
  const tellLate = value.missedByContact ? later(context, 6 * 60) : null;
  const times = [again, tellLate, value.lookAgain?.at ?? null, ...decided].filter(
    (at) => at !== null,
  );
  const first = times.sort()[0] ?? null;
  const soonest = later(context, 1);
  return first !== null && first < soonest ? soonest : first;
}

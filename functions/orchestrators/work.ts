import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import { openCase, withHistory } from "../../shared/durable/case-of-run.ts";
import { type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import { entryOf, type Run } from "./run.ts";

/** A run over a subject that has a case: what it had, and what the run has written down so far. */
export interface Work extends Run {
  /** The case as it was taken; null = it has none yet. */
  readonly before: Case | null;
  /** The case to build on. */
  readonly base: Case;
  /** Etag that the next write of the case must meet; moves on when an intent is written. */
  etag: string | null;
  readonly entries: LedgerEntry[];
}

/** Reason of the ledger line that ends a subject's case. */
export const goneFromAzure = "gone from Azure";

/** Begins the work on a subject's case. */
export function workOn(run: Run, kind: Case["kind"]): Work {
  const { taken, subject, context } = run;
  const before = taken.case?.case ?? null;
  const base = before ?? openCase(subject, kind, { inForce: taken.inForce, now: timeOf(context) });
  return { ...run, before, base, etag: taken.case?.etag ?? null, entries: [] };
}

/** Writes ledger lines and remembers them for the case. */
export function* writeDown(
  work: Work,
  ...lines: readonly Parameters<typeof entryOf>[2][]
): Orchestration<readonly LedgerEntry[]> {
  if (lines.length === 0) return [];
  const entries = lines.map((line) => entryOf(work, work.base, line));
  yield* work.steps.writeLedger({ subject: work.subject, entries });
  work.entries.push(...entries);
  return entries;
}

/**
 * Writes down in ledger and case that a change is about to be made; false when a newer run has
 * written the case meanwhile, which then knows better.
 */
export function* intend(work: Work, entry: LedgerEntry): Orchestration<boolean> {
  work.entries.push(entry);
  const value: Case = {
    ...work.base,
    updatedAt: timeOf(work.context),
    history: withHistory(work.base.history, work.entries),
  };
  const input = { subject: work.subject, entry, case: value, etag: work.etag };
  const intended = yield* work.steps.intend(input);
  if (intended.kind === "conflict") return false;
  work.etag = intended.etag;
  return true;
}

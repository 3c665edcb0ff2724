import type { Reservation } from "../../shared/azure/table-ports.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import { openCase, withHistory } from "../../shared/durable/case-of-run.ts";
import {
  goOnIf,
  inOrder,
  type Orchestration,
  type Step,
  timeOf,
} from "../../shared/durable/steps.ts";
import type { Activities } from "../activities/index.ts";
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

/** A line of the ledger, as far as a run does not fill it in. */
export type Line = Parameters<typeof entryOf>[2];

/** Writes a ledger line and remembers it for the case. */
export function* writeDown(work: Work, line: Line): Orchestration<LedgerEntry> {
  const { entry, step } = noting(work, line);
  yield* step;
  return entry;
}

/** The same as a step to be done together with others; the line is remembered at once. */
export function noting(work: Work, line: Line) {
  const entry = entryOf(work, work.base, line);
  work.entries.push(entry);
  return { entry, step: work.steps.writeLedger({ subject: work.subject, entries: [entry] }) };
}

/** What came of announcing a change. */
export type Intended<B> =
  | { readonly kind: "intended"; readonly begun: B }
  /** A newer run has written the case meanwhile, and knows better. */
  | { readonly kind: "conflict" }
  | Extract<Reserved, { kind: "over" }>;

type Reserved = Awaited<ReturnType<Activities["reserve"]>>;

/** What a step answers, of which one kind asks for patience. */
export interface Answer {
  readonly kind: string;
}

/** How a change is begun, and what reads it back at once where Azure says that it is done. */
export type BeginSteps<B extends Answer> = readonly [Step<B>, Step<Answer>];

/** The answers: Azure's, and what reading showed if it was read. */
export type BeginAnswers<B> = readonly [begun: B, read?: Answer | undefined];

/**
 * Takes room for a change under the limits, unless it needs none, writes down in ledger and case that it
 * is about to be made, and begins it: all in one activity, which ends where one of these says no.
 */
export function* intend<B extends Answer>(
  work: Work,
  entry: LedgerEntry,
  change: { readonly reservation: Reservation | null; readonly begin: BeginSteps<B> },
): Orchestration<Intended<BeginAnswers<B>>> {
  const { context, steps, subject, etag } = work;
  const entries = [...work.entries, entry];
  const history = withHistory(work.base.history, entries);
  const value: Case = { ...work.base, updatedAt: timeOf(context), history };
  const { reservation, begin } = change;
  const announce = goOnIf("written", steps.intend({ subject, entry, case: value, etag }));
  const reserve = reservation && goOnIf("reserved", steps.reserve({ subject, reservation }));
  const [room, announced, begun, read] = reserve
    ? yield* inOrder(context, [reserve, announce, ...begin])
    : [null, ...(yield* inOrder(context, [announce, ...begin]))];
  if (room?.kind === "over") return room;
  work.entries.push(entry);
  if (announced?.kind !== "written" || !begun) return { kind: "conflict" };
  work.etag = announced.etag;
  return { kind: "intended", begun: [begun, read] };
}

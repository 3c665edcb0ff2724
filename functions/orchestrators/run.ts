import type { OrchestrationContext } from "durable-functions";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import { type RunInput, settle } from "../../shared/durable/agenda.ts";
import {
  goOnIf,
  guidOf,
  type Orchestration,
  type Step,
  type Steps,
  sleep,
  stepsOf,
  timeOf,
  withNext,
} from "../../shared/durable/steps.ts";
import type { Taken } from "../activities/cases.ts";
import type { Activities } from "../activities/index.ts";

/** One pass of an orchestration over a subject, as its parts share it. */
export interface Run {
  readonly context: OrchestrationContext;
  readonly steps: Steps<Activities>;
  readonly subject: string;
  readonly taken: Taken;
}

/** What an activity answers. */
export type AnswerOf<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

/** A look that is over until `next`. */
export interface Settled {
  readonly kind: "settle";
  readonly next: string | null;
  readonly outcome: string;
  /** What is to be done before, in this order; where it ends early, the subject stays. */
  readonly last?: readonly Step<unknown>[];
  /** Correlation ids of the writes that this run made and read back. */
  readonly noted?: readonly string[];
}

/** How a look ended: settled until `next`, or not, so that the subject stays on the agenda. */
export type Ending =
  | Settled
  | { readonly kind: "unsettled"; readonly outcome: string }
  /** The subject wants a look at once; this one starts over. */
  | { readonly kind: "again"; readonly outcome: string };

/** What a run does with its subject. */
interface Pass<First> {
  /** What the look asks first, so that it is asked in the activity that takes the subject; null = nothing. */
  first?(steps: Steps<Activities>, subject: string): Step<First> | null;
  /** Gets that answer, if there is one. */
  look(run: Run, early?: First): Orchestration<Ending>;
}

/**
 * The frame of every run: its turn, take, look, settle. A fault of the look goes into the case and
 * puts the subject back on the agenda, later each time; a fault of the frame itself fails the
 * instance, and the sweep starts it again.
 */
export function* runOver<First>(
  context: OrchestrationContext,
  kind: SubjectKind,
  { first, look }: Pass<First>,
): Orchestration<string> {
  const { subject, after = 0 } = context.df.getInput<RunInput>();
  if (after > 0) yield* sleep(context, after);
  const steps = stepsOf<Activities>(context);
  const take = steps.take({ subject, kind });
  const next = first?.(steps, subject);
  const [taken, early] = next
    ? yield* withNext(context, goOnIf("taken", take), next)
    : [yield* take];
  if (taken.kind === "nothing") return "nothing to do";
  const run = { context, steps, subject, taken };
  try {
    return yield* endAs(run, yield* look(run, early));
  } catch (fault) {
    const message = firstLine(fault);
    const { next } = yield* steps.noteFault({ subject, kind, message });
    return yield* endAs(run, { kind: "settle", next, outcome: `fault: ${message}` });
  }
}

function* endAs({ context, steps, subject, taken }: Run, ending: Ending): Orchestration<string> {
  const { kind, outcome } = ending;
  if (kind === "again") context.df.continueAsNew({ subject } satisfies RunInput);
  if (kind !== "settle") return outcome;
  const { next, last, noted } = ending;
  const end = yield* settle(context, steps, { row: taken.row, next, last, noted });
  if (end === null) return "a newer run recorded the case";
  return end === "settled" ? outcome : `${outcome}; ${end}`;
}

/** The host appends its own description of a failed activity behind the first line. */
function firstLine(fault: unknown): string {
  const text = fault instanceof Error ? fault.message : String(fault);
  return text.split(/ ?\n/)[0]?.trim().slice(0, 500) || "a fault without a message";
}

/** A ledger line of this run. */
export function entryOf(
  run: Run,
  of: Pick<Case, "id" | "subject">,
  line: Pick<LedgerEntry, "kind" | "rule" | "act" | "reason"> & Partial<LedgerEntry>,
): LedgerEntry {
  return {
    id: guidOf(run.context),
    at: timeOf(run.context),
    subject: of.subject,
    caseId: of.id,
    before: null,
    after: null,
    correlationId: null,
    addedCost: null,
    appVersion: run.taken.stamp.appVersion,
    by: run.taken.stamp.by,
    policyHash: run.taken.inForce.hash,
    stage: run.taken.inForce.stage,
    ...line,
  };
}

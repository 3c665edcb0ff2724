import type { OrchestrationContext } from "durable-functions";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import { type RunInput, settle } from "../../shared/durable/agenda.ts";
import {
  guidOf,
  type Orchestration,
  type Step,
  type Steps,
  sleep,
  stepsOf,
  timeOf,
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

/** A look that is over until `next`. */
export interface Settled {
  readonly kind: "settle";
  readonly next: string | null;
  readonly outcome: string;
  /** What is to be done before, in this order; where it ends early, the subject stays. */
  readonly last?: readonly Step<unknown>[];
}

/** How a look ended: settled until `next`, or not, so that the subject stays on the agenda. */
export type Ending =
  | Settled
  | { readonly kind: "unsettled"; readonly outcome: string }
  /** The subject wants a look at once; this one starts over. */
  | { readonly kind: "again"; readonly outcome: string };

/**
 * The frame of every run: its turn, take, look, settle. A fault of the look goes into the case and
 * puts the subject back on the agenda, later each time; a fault of the frame itself fails the
 * instance, and the sweep starts it again.
 */
export function* runOver(
  context: OrchestrationContext,
  kind: SubjectKind,
  look: (run: Run) => Orchestration<Ending>,
): Orchestration<string> {
  const { subject, after = 0 } = context.df.getInput<RunInput>();
  if (after > 0) yield* sleep(context, after);
  const steps = stepsOf<Activities>(context);
  const taken = yield* steps.take({ subject, kind });
  if (taken.kind === "nothing") return "nothing to do";
  const run = { context, steps, subject, taken };
  try {
    return yield* endAs(run, yield* look(run));
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
  const { next, last = [] } = ending;
  const end = yield* settle(context, steps, { row: taken.row, next, last });
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

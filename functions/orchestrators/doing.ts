import type { Case, OwnWrite } from "../../shared/domain/case.ts";
import type { Decision, RefusedAct } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { RunResult } from "../../shared/durable/case-of-run.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { type Change, makeChange } from "./change.ts";
import type { Work } from "./work.ts";

/** What a run has done and decided so far about its subject. */
export interface Doing {
  writes: readonly OwnWrite[];
  readonly decisions: Decision[];
  readonly refusals: RefusedAct[];
  /** Changes made, for the notices. */
  readonly changes: LedgerEntry[];
}

/** Begins with what earlier runs wrote. */
export const nothingDone = (work: Work): Doing => ({
  writes: work.base.writes,
  decisions: [],
  refusals: [],
  changes: [],
});

/** What carrying out a decision came to; everything but `done` ends the look. */
export type CarriedOut = "done" | "superseded" | "interrupted";

/** Carries out a decision, if it is one to act, and keeps what became of it. */
export function* carryOut(
  work: Work,
  doing: Doing,
  wanted: { readonly decision: Decision; readonly change: Change | null },
): Orchestration<CarriedOut> {
  const { decision, change } = wanted;
  if (decision.kind === "leave" || !change) {
    doing.decisions.push(decision);
    return "done";
  }
  const changed = yield* makeChange(work, change);
  switch (changed.kind) {
    case "superseded":
    case "interrupted":
      return changed.kind;
    case "changed":
      keepWrite(doing, changed);
      doing.refusals.push(...(changed.refusal ? [changed.refusal] : []));
      doing.decisions.push(changed.refusal ? decision : doneDecision(decision, change));
      return "done";
    case "refused":
      doing.refusals.push(changed.refusal);
      doing.decisions.push(decision);
      return "done";
    default:
      doing.decisions.push(changed.decision);
      return "done";
  }
}

/** Carries out a change that needs no decision of its own. */
export function carryOutChange(
  work: Work,
  doing: Doing,
  change: Change,
): Orchestration<CarriedOut> {
  const { rule, act, detail } = change;
  return carryOut(work, doing, { decision: { kind: "act", rule, act, detail }, change });
}

/** The case with what this run already knows of our own writes; null = there is none to build on. */
export const caseSoFar = ({
  before,
  base,
  doing,
}: Pick<Work, "before" | "base"> & { readonly doing: Doing }): Case | null =>
  before || doing.writes.length > 0 ? { ...base, writes: doing.writes } : null;

/** The part of a look's result that says what was judged and done, whatever the resource. */
export const judgedAndDone = (
  { parts, findings, unknownLooks, lookAgain }: Judged,
  { decisions, refusals, writes }: Doing,
) => ({ parts, findings, decisions, refusals, writes, unknownLooks, lookAgain });

type Judged = Pick<RunResult, "parts" | "findings" | "unknownLooks" | "lookAgain">;

/** Remembers a change as our own write, and for the notices. */
export function keepWrite(
  doing: Doing,
  { write, entry }: { readonly write: OwnWrite; readonly entry: LedgerEntry },
): void {
  doing.writes = [...doing.writes.filter((one) => one.act !== write.act), write];
  doing.changes.push(entry);
}

/** A decision that was carried out asks for nothing more. */
const doneDecision = (
  { rule, act }: Extract<Decision, { kind: "act" }>,
  { before, value }: Change,
): Decision => ({
  kind: "leave",
  rule,
  act,
  reason: "compliant",
  detail: `changed: ${before || "not set"} -> ${value}`,
  lookAgain: null,
});

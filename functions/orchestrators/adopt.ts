import type { OwnWrite } from "../../shared/domain/case.ts";
import type { ActName } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { type Change, ownWrite } from "./change.ts";
import { type Work, writeDown } from "./work.ts";

/** A change found done that an earlier run had only announced. */
export interface Adopted {
  readonly write: OwnWrite;
  readonly entry: LedgerEntry;
}

/**
 * Finishes the record of a change whose run died after Azure had taken it: the case holds the intent
 * but no outcome, and Azure shows the wish.
 */
export function* adoptIntended(
  work: Work,
  change: Pick<Change, "act" | "rule" | "before" | "value">,
  shown: boolean,
): Orchestration<Adopted | null> {
  const intent = openIntent(work, change.act);
  if (!shown || !intent) return null;
  const [entry] = yield* writeDown(work, {
    act: change.act,
    rule: change.rule,
    kind: "change",
    reason: intent.reason,
    before: change.before,
    after: change.value,
    addedCost: intent.addedCost,
  });
  return entry ? { entry, write: ownWrite(work, change) } : null;
}

/** The last line about an act, when it is an intent. */
function openIntent(work: Work, act: ActName): LedgerEntry | null {
  const last = work.base.history.findLast((line) => line.act === act);
  return last?.kind === "intent" ? last : null;
}

import type { ActName } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { ownWrite } from "./change.ts";
import { type Doing, keepWrite } from "./doing.ts";
import { type Work, writeDown } from "./work.ts";

/**
 * Finishes the record of changes whose run died after Azure had taken them: the case holds an intent
 * without an outcome, and Azure shows the wish.
 */
export function* adoptIntended(
  work: Work,
  doing: Doing,
  shows: (act: ActName, value: string) => boolean,
): Orchestration<void> {
  for (const intent of openIntents(work)) {
    const act = intent.act as ActName;
    const value = intent.after ?? "";
    if (!shows(act, value)) continue;
    const { rule, reason, before, after, addedCost } = intent;
    const line = { kind: "change", rule, act, reason, before, after, addedCost } as const;
    const [entry] = yield* writeDown(work, line);
    if (!entry) continue;
    keepWrite(doing, { entry, write: ownWrite(work, { act, value, before: before ?? "" }) });
  }
}

/** Of each act the last line, where that is an intent: announced, and no outcome noted yet. */
export function openIntents({ base }: Pick<Work, "base">): readonly LedgerEntry[] {
  const last = new Map(base.history.map((line) => [line.act, line]));
  return [...last.values()].filter((line) => line.kind === "intent");
}

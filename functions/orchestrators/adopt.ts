import type { ActName } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { ownWrite } from "./change.ts";
import { type Doing, keepWrite } from "./doing.ts";
import { goneFromAzure, type Work, writeDown } from "./work.ts";

/**
 * Finishes the record of changes whose run ended before it recorded them, where Azure shows the wish:
 * the case holds an intent without an outcome, or a change that is not among our writes. `shows` also
 * gets the time of the line.
 */
export function* adoptIntended(
  work: Work,
  doing: Doing,
  shows: (act: ActName, value: string, at: string) => boolean,
): Orchestration<void> {
  for (const last of unrecorded(work)) {
    const act = last.act as ActName;
    const value = last.after ?? "";
    if (!shows(act, value, last.at)) continue;
    const { rule, reason, before, after, addedCost } = last;
    const line = { kind: "change", rule, act, reason, before, after, addedCost } as const;
    const entry = last.kind === "change" ? last : yield* writeDown(work, line);
    const write = ownWrite(work, { act, value, before: before ?? "" });
    keepWrite(doing, { entry, write: { ...write, at: entry.at } });
  }
}

/**
 * Of each act the last line that is no waiting for Azure: an open intent, or a change that our writes do
 * not hold. What was written to a subject that is gone since counts no more.
 */
function unrecorded({ base }: Work): readonly LedgerEntry[] {
  const since = base.history.findLastIndex(({ reason }) => reason === goneFromAzure) + 1;
  const lines = base.history.slice(since).filter((line) => !isWaiting(line));
  const last = new Map(lines.map((line) => [line.act, line]));
  return [...last.values()].filter(
    ({ kind, act, at }) =>
      kind === "intent" ||
      (kind === "change" && !base.writes.some((write) => write.act === act && write.at >= at)),
  );
}

/** Left because Azure is busy, perhaps with the very change. */
const isWaiting = ({ kind, reason }: LedgerEntry): boolean =>
  kind === "leave" && reason.startsWith("busy:");

/** Of each act the last line, where that is an intent: announced, and no outcome noted yet. */
export function openIntents({ base }: Pick<Work, "base">): readonly LedgerEntry[] {
  const last = new Map(base.history.map((line) => [line.act, line]));
  return [...last.values()].filter((line) => line.kind === "intent");
}

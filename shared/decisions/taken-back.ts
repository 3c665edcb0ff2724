import type { OwnWrite } from "../domain/case.ts";
import type { ActName } from "../domain/decision.ts";
import type { Known } from "../domain/refusal.ts";
import { after } from "./time.ts";

/** After the first time that others took a write back it is not repeated for so long. */
export const truceDays = 7;

/**
 * Our writes with a note at each that somebody took back: Azure now shows another value than we set.
 * A write counts once until it is there again, whoever set it. `observed` holds only what could be read.
 */
export function noteTakenBack(
  writes: readonly OwnWrite[],
  observed: Readonly<Partial<Record<ActName, string>>>,
  seen: { readonly by: string | null; readonly now: string },
): readonly OwnWrite[] {
  return writes.map((write) => {
    const value = observed[write.act];
    const isThere = value === write.value;
    if (value === undefined || isThere !== isNoted(write)) return write;
    if (isThere) return { ...write, at: seen.now };
    return {
      ...write,
      takenBack: write.takenBack + 1,
      takenBackAt: seen.now,
      takenBackBy: seen.by,
      allowedAt: null,
    };
  });
}

/** Our writes on what exists now: what was deleted and made anew under its name has none of before. */
export const writesSince = (
  writes: readonly OwnWrite[],
  createdAt: Known<string | null>,
): readonly OwnWrite[] => writes.filter(({ at }) => isSince(at, createdAt));

/** Whether something happened to what exists now; where its creation is not known it did. */
export const isSince = (at: string, createdAt: Known<string | null>): boolean =>
  createdAt.kind !== "known" ||
  createdAt.value === null ||
  Date.parse(at) >= Date.parse(createdAt.value);

/** Whether the present absence of our write is the one already counted. */
const isNoted = ({ at, takenBackAt }: OwnWrite): boolean =>
  takenBackAt !== null && Date.parse(takenBackAt) >= Date.parse(at);

/**
 * Whether what others took back may be written again: 7 days after the first time, after a second
 * time only once an operator has allowed it.
 */
export function mayWriteAgain(write: OwnWrite, now: string): boolean {
  const until = truceUntil(write);
  return until !== "allowed by an operator" && Date.parse(now) >= Date.parse(until);
}

/** When a write may be repeated: an ISO time, or not before an operator has allowed it. */
export function truceUntil(write: OwnWrite): string | "allowed by an operator" {
  const { at, takenBack, takenBackAt, allowedAt } = write;
  if (takenBack === 0 || takenBackAt === null) return at;
  if (allowedAt !== null && Date.parse(allowedAt) >= Date.parse(takenBackAt)) return allowedAt;
  return takenBack === 1 ? after(takenBackAt, { days: truceDays }) : "allowed by an operator";
}

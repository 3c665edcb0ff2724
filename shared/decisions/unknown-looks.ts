import type { Case } from "../domain/case.ts";
import { after, type Length } from "./time.ts";

/** How often reports that should come were waited for, and when the next look is. */
export interface UnknownLook {
  readonly unknownLooks: number;
  readonly lookAgain: Case["lookAgain"];
}

/** Reports that are missing are waited for so long, one after the other; then scans are enough. */
const waits: readonly Length[] = [
  { hours: 1, seconds: 1 },
  { hours: 6, seconds: 1 },
  { hours: 24, seconds: 1 },
];

const why = "Azure Policy has not reported on it yet";

/** The next look at a subject whose reports are missing; a look in between does not use up a wait. */
export function nextUnknownLook(
  earlier: Pick<Case, "unknownLooks" | "lookAgain"> | null,
  missing: boolean,
  now: string,
): UnknownLook {
  if (!missing) return { unknownLooks: 0, lookAgain: null };
  const planned = earlier?.lookAgain ?? null;
  const used = earlier?.unknownLooks ?? 0;
  if (planned?.why === why && Date.parse(planned.at) > Date.parse(now)) {
    return { unknownLooks: used, lookAgain: planned };
  }
  const wait = waits[used];
  return wait
    ? { unknownLooks: used + 1, lookAgain: { at: after(now, wait), why } }
    : { unknownLooks: waits.length + 1, lookAgain: null };
}

/** Whether all waits have passed without a report. */
export const looksAreOver = ({ unknownLooks }: UnknownLook): boolean => unknownLooks > waits.length;

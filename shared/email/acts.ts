import { actWords, reasonWords } from "../decisions/words.ts";
import type { LeaveReason } from "../domain/decision.ts";
import { line } from "./plain.ts";

/** What an act is about, as one line of a mail. */
export const actLine = (act: string): string => line(actWords(act), 80);

/** What an act does, for lists. */
export const doingWords = (act: string): string =>
  act === "write-tags" ? "write tags" : `switch on: ${actLine(act)}`;

/** Why something was left as it is, with the names that matter; one sentence without its end. */
export function leftWords(reason: LeaveReason, detail: string): string {
  const names = line(detail, 400).replace(/\.$/, "");
  return `${reasonWords[reason]}${names ? `: ${names}` : ""}`;
}

import type { Recording } from "./recording.ts";

/** What an act on a subject came to in the end. */
export interface FinalOutcome {
  readonly subject: string;
  readonly act: string;
  /** Kind, before and after. */
  readonly text: string;
}

/** Of each act on each subject the last line of the ledger, by both. */
export function outcomesOf({ ledger }: Recording): Readonly<Record<string, FinalOutcome>> {
  const last: Record<string, FinalOutcome> = {};
  // An operator's word is no act on a subject, and neither is a look that could not be taken.
  const acts = ledger.filter(({ kind, act }) => kind !== "operator" && act !== "look");
  for (const { subject, act, kind, before, after } of acts.toSorted(byTimeThenKind)) {
    last[`${subject} ${act}`] = {
      subject,
      act,
      text: `${kind} ${before ?? "-"} -> ${after ?? "-"}`,
    };
  }
  return last;
}

type Line = Recording["ledger"][number];

/** Of lines at the same time the intent comes first. */
function byTimeThenKind(one: Line, other: Line): number {
  return one.at.localeCompare(other.at) || rank(one) - rank(other);
}

const rank = ({ kind }: Line): number => (kind === "intent" ? 0 : 1);

/** Whether a path of a resource is a tag that the app writes. */
export const ownTag = (path: string): boolean =>
  /^tags\.guardrail-(compliance|since)$/i.test(path) || path === "tags";

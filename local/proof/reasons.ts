import type { Case } from "../../shared/domain/case.ts";
import { isAlive } from "./health.ts";
import type { Recording } from "./recording.ts";

/** Where a reason is looked for. */
export interface Explaining {
  /** What explains nothing: the undisturbed run came to its end in spite of it. */
  readonly expected: Pick<Recording, "cases">;
  readonly actual: Recording;
}

/** Why the subject is not as expected, and when it is looked at next; null = nothing says so. */
export function reasonFor(subject: string, { expected, actual }: Explaining): string | null {
  const found = actual.cases.find((one) => one.subject === subject);
  const usual = expected.cases.find((one) => one.subject === subject);
  const next = nextLook(subject, actual);
  if (next === null) return null;
  if (!found) return pendingScan(actual) ? `not scanned yet; next look ${next}` : null;
  const known = new Set((usual ? reasonsOf(usual) : []).map(({ key }) => key));
  const reason = reasonsOf(found).find(({ key }) => !known.has(key));
  return reason ? `${reason.text}; next look ${next}` : null;
}

interface Reason {
  /** The same for the same reason, whenever it was found. */
  readonly key: string;
  readonly text: string;
}

const fine = new Set(["compliant", "not-required", "exempt", "stage"]);

/** All that a case says about what was not done or not seen. */
function reasonsOf({ refusals, decisions, fault, gone, parts }: Case): readonly Reason[] {
  const texts = [
    ...(gone ? ["gone: Azure answered 404"] : []),
    ...refusals.map(({ act, code }) => `${act} refused: ${code}`),
    ...(fault ? [`fault: ${fault.message}`] : []),
    ...decisions.flatMap((one) =>
      one.kind === "leave" && !fine.has(one.reason)
        ? [`${one.act ?? "look"} left: ${one.reason}: ${one.detail}`]
        : [],
    ),
    ...parts
      .filter(({ status }) => status === "unreadable")
      .map(({ name, why }) => `${name} unreadable: ${why}`),
  ];
  return texts.map((text) => ({ key: text.replace(/\d+/g, "#"), text }));
}

/** When a subject is looked at again: by itself, or by a scan, which takes up all that is open. */
export function nextLook(subject: string, actual: Recording): string | null {
  const { agenda, at, cases } = actual;
  const isOpen = cases.every((one) => one.subject !== subject || one.closedAt === null);
  const rows = agenda.filter((row) => row.subject === subject || (row.kind === "scan" && isOpen));
  if (rows.some((row) => isAlive(row, actual))) return "under way";
  const times = rows.map((row) => row.at).filter((time) => Date.parse(time) > at - minute);
  return times.sort()[0] ?? null;
}

const minute = 60_000;

/** A scan that has never ended is tried again long before the next day's. */
const pendingScan = ({ agenda, at }: Recording): boolean =>
  agenda.some(({ kind, at: due }) => kind === "scan" && Date.parse(due) < at + 12 * 60 * minute);

import type { Case } from "../../shared/domain/case.ts";
import { differences, type Flat, flatten } from "./flat.ts";
import type { Recording } from "./recording.ts";

/**
 * What a run came to, as paths and texts that are the same in equal runs: the estate, the cases, the
 * ledger, what was told to whom and the mails that left. When something happened is left out.
 */
export function factsOf(run: Recording): Flat {
  const timeless = (text: string): string => text.replace(isoTimes, "a time");
  const entries = Object.entries(timedFactsOf(run));
  return Object.fromEntries(entries.map(([path, text]) => [timeless(path), timeless(text)]));
}

const isoTimes = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;

function timedFactsOf({ estate, cases, ledger, notices, mails }: Recording): Flat {
  const facts: Record<string, string> = {};
  const add = (about: string, leaves: Flat): void => {
    for (const [path, text] of Object.entries(leaves)) facts[`${about} ${path}`] = text;
  };
  for (const [id, leaves] of Object.entries(estate)) add(id, leaves);
  for (const found of cases) add(`case of ${found.subject}`, flatten(lasting(found)));
  for (const { subject, act, kind, reason, before, after } of ledger) {
    facts[`ledger of ${subject} ${act} ${kind} ${before} -> ${after} ${reason}`] = "written";
  }
  for (const { owners, notice } of notices) {
    facts[`notice to ${owners}: ${notice.subject} ${notice.kind} ${notice.title}`] = "told";
  }
  for (const { to, subject } of mails) {
    const mail = `mail to ${to.join(", ")}: ${subject}`;
    facts[mail] = String(Number(facts[mail] ?? 0) + 1);
  }
  return facts;
}

/** The facts in which two runs differ. */
export const differingFacts = (one: Recording, other: Recording): readonly string[] =>
  differences(factsOf(one), factsOf(other));

/** A case less what each run makes anew; the lines of its history stand in the ledger. */
function lasting(found: Case): unknown {
  const { parts, findings, decisions, refusals, writes, recipients, facts, closedAt } = found;
  return {
    ...{ parts, decisions, recipients, closed: closedAt !== null },
    facts: { ...facts, images: facts.images ? { ...facts.images, version: null } : null },
    fault: found.fault?.message ?? null,
    findings: Object.fromEntries(
      findings.map(({ firstSeen: _, lastSeen: __, resolvedAt, ...finding }) => [
        finding.key,
        { ...finding, resolved: resolvedAt !== null },
      ]),
    ),
    refusals: refusals.map(({ act, code }) => `${act}: ${code}`),
    writes: writes.map(({ act, value, before }) => `${act}: ${before} -> ${value}`),
  };
}

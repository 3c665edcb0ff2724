import type { Case } from "../domain/case.ts";
import type { Finding, PartName } from "../domain/finding.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import { isOpenFinding } from "./findings.ts";
import { planOf } from "./words.ts";

/** A subscription's case before a look, what the look found, and what it changed. */
export interface PlansLook {
  readonly before: Case | null;
  readonly findings: readonly Finding[];
  readonly changes: readonly LedgerEntry[];
}

/** Whether a plan is on that was not when the subscription was last looked at. */
export function cameOn({ before, findings, changes }: PlansLook): boolean {
  const missing = new Set(plansMissing(findings));
  return (
    changes.some(({ kind, act }) => kind === "change" && planOf(act) !== null) ||
    plansMissing(before?.findings ?? []).some((key) => !missing.has(key))
  );
}

const plansMissing = (findings: readonly Finding[]): readonly string[] =>
  findings.filter((one) => isOpenFinding(one) && one.key.startsWith("plan:")).map(({ key }) => key);

/** Parts that are silent while no plan covers them. */
const covered: readonly PartName[] = ["audit-log", "node", "images"];

/** Whether a case may say that no plan covers its resource. */
export const saysUncovered = ({ kind, gone, parts }: Case): boolean =>
  kind !== "subscription" &&
  !gone &&
  parts.some(({ name, why }) => why !== null && covered.includes(name));

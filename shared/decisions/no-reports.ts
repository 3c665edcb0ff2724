import type { Finding, PartName } from "../domain/finding.ts";
import { type FindingToBe, plainFinding } from "./findings.ts";
import { looksAreOver, type UnknownLook } from "./unknown-looks.ts";

const key = "no-policy-reports";

/** Whether a finding says no more than that nothing is known: it is told, and counts against nobody. */
export const isNoReports = (finding: Pick<Finding, "key">): boolean => finding.key === key;

/** What is told of a resource on which no policy reports, once the looks that were planned are used up. */
export function noReports(
  { noun, part }: { readonly noun: "cluster" | "registry"; readonly part: PartName },
  again: UnknownLook,
): readonly FindingToBe[] {
  if (!looksAreOver(again)) return [];
  const title = `No policy reports on this ${noun}`;
  return [plainFinding({ key, rule: "compliance", part, severity: "Low", title })];
}

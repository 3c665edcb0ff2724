import type { Case } from "../domain/case.ts";
import type { Notice } from "../domain/notice.ts";
import type { OwnerFacts } from "../domain/owner.ts";
import { reaches } from "../domain/policy.ts";
import { isOpenFinding } from "./findings.ts";
import { alertNotices, type NoticeFacts } from "./notices.ts";

/** What a look tells, and whom it could ask for. */
export interface LateFacts extends NoticeFacts {
  readonly owners: OwnerFacts;
  /** What is told to all who are known. */
  readonly told: readonly Notice[];
}

/**
 * The case with the open alerts that the subscription's security contact has not heard of, because
 * Azure did not say who it is.
 */
export function withMissed({ before, after, owners, told }: LateFacts): Case {
  const { missedByContact: _, ...rest } = after;
  if (owners.securityContacts !== null) return rest;
  const alerts = told.filter(({ kind }) => kind === "alert").map(({ key }) => key);
  const missed = new Set([...(before?.missedByContact ?? []), ...alerts]);
  const missedByContact = rest.findings
    .filter((finding) => missed.has(finding.key) && isOpenFinding(finding))
    .map(({ key }) => key);
  return missedByContact.length > 0 ? { ...rest, missedByContact } : rest;
}

/**
 * What the security contact is told once Azure says who it is; as urgent as it was, unless everybody is
 * told now.
 */
export function lateAlerts(facts: LateFacts): readonly Notice[] {
  const { before, owners, told, inForce } = facts;
  if (owners.securityContacts === null || inForce.stage === "off") return [];
  const now = new Set(told.map(({ key }) => key));
  const missed = new Set(before?.missedByContact?.filter((key) => !now.has(key)));
  return alertNotices(facts, null)
    .filter(({ key }) => missed.has(key))
    .map((one) => ({ ...one, urgent: reaches(one.severity, inForce.policy.alerts.urgentFrom) }));
}

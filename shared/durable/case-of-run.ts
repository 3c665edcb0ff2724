import type { Case, CaseFacts, Fault, OwnWrite } from "../domain/case.ts";
import type { Decision, RefusedAct } from "../domain/decision.ts";
import type { Finding, Part } from "../domain/finding.ts";
import { caseIdOf } from "../domain/key.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { Recipients } from "../domain/owner.ts";
import type { InForce } from "../domain/policy.ts";
import { parseResourceId } from "../domain/resource-id.ts";

/** How many ledger lines a case carries; the ledger holds them all. */
const historyLength = 50;

const noFacts: CaseFacts = {
  location: null,
  resourceGroup: null,
  tags: {},
  inClusterPolicies: null,
  estimate: null,
};

/** A case in which nothing has been found yet, named by what its id says. */
export function openCase(
  subject: string,
  kind: Case["kind"],
  run: { readonly inForce: Pick<InForce, "hash" | "stage">; readonly now: string },
): Case {
  const id = parseResourceId(subject);
  return {
    id: caseIdOf(subject),
    subject,
    kind,
    resourceId: subject,
    name: id?.name ?? subject,
    subscriptionId: id?.subscriptionId ?? "",
    subscriptionName: null,
    openedAt: run.now,
    updatedAt: run.now,
    closedAt: null,
    gone: false,
    policyHash: run.inForce.hash,
    stage: run.inForce.stage,
    parts: [],
    findings: [],
    decisions: [],
    refusals: [],
    writes: [],
    history: [],
    recipients: null,
    fault: null,
    unknownLooks: 0,
    lookAgain: null,
    facts: noFacts,
  };
}

/** What one run learned and did, as far as the case keeps it. */
export interface RunResult {
  readonly resourceId: string;
  readonly name: string;
  readonly subscriptionName: string | null;
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
  readonly decisions: readonly Decision[];
  readonly refusals: readonly RefusedAct[];
  readonly writes: readonly OwnWrite[];
  readonly entries: readonly LedgerEntry[];
  readonly recipients: Recipients | null;
  readonly unknownLooks: number;
  readonly lookAgain: Case["lookAgain"];
  readonly facts: Partial<CaseFacts>;
}

/** The case after a run: what it had, with what the run learned on top. */
export function caseAfter(
  before: Case,
  result: RunResult,
  run: { readonly inForce: Pick<InForce, "hash" | "stage">; readonly now: string },
): Case {
  const { entries, facts, ...learned } = result;
  const refusals = [...keptRefusals(before, result), ...result.refusals];
  const after = {
    ...before,
    ...learned,
    refusals,
    updatedAt: run.now,
    gone: false,
    policyHash: run.inForce.hash,
    stage: run.inForce.stage,
    history: withHistory(before.history, entries),
    fault: null,
    facts: { ...before.facts, ...facts },
  };
  const open = isOpen(after);
  return { ...after, closedAt: open ? null : (before.closedAt ?? run.now) };
}

/** An earlier refusal stays while its act is still wanted and was not tried again. */
function keptRefusals(before: Case, result: RunResult): readonly RefusedAct[] {
  const tried = new Set(result.refusals.map((refusal) => refusal.act));
  return before.refusals.filter((refusal) => {
    const decision = result.decisions.find((one) => one.act === refusal.act);
    return !tried.has(refusal.act) && decision?.kind === "leave" && isUnwell(decision);
  });
}

/** Adds lines to a case's history; a repeated line replaces itself. */
export function withHistory(
  history: readonly LedgerEntry[],
  entries: readonly LedgerEntry[],
): readonly LedgerEntry[] {
  const repeated = new Set(entries.map((entry) => entry.id));
  return [...history.filter((entry) => !repeated.has(entry.id)), ...entries].slice(-historyLength);
}

/**
 * A run's case with what was left out of it when it was made small enough for the run: older lines of
 * the history, and the components of findings that the run has not seen anew.
 */
export function restored(value: Case, stored: Case): Case {
  const before = new Map(stored.findings.map((finding) => [finding.key, finding]));
  return {
    ...value,
    history: withHistory(stored.history, value.history),
    findings: value.findings.map((finding) => {
      const known = before.get(finding.key);
      return known?.lastSeen === finding.lastSeen
        ? { ...finding, components: known.components }
        : finding;
    }),
  };
}

/** Whether a decision says that something is not as it should be. */
export const isUnwell = (decision: Decision): boolean =>
  decision.kind === "leave" && !["compliant", "not-required", "exempt"].includes(decision.reason);

/** Whether a case still has something that wants attention. */
export function isOpen(
  value: Pick<Case, "findings" | "refusals" | "decisions" | "fault">,
): boolean {
  return (
    value.fault !== null ||
    value.refusals.length > 0 ||
    value.findings.some((finding) => finding.resolvedAt === null) ||
    value.decisions.some(isUnwell)
  );
}

/**
 * Whether a run leaves something to remember. A compliant subject that never had a case gets none, so
 * that the table grows with what is wrong, not with what exists.
 */
export function worthRecording(before: Case | null, after: Case): boolean {
  return (
    before !== null ||
    isOpen(after) ||
    after.writes.length > 0 ||
    after.findings.length > 0 ||
    (after.facts.images?.openRecommendations ?? 0) > 0
  );
}

/**
 * The case of a subject that Azure no longer has: everything open ends with it, and one made again under
 * its name begins anew. Nothing that was written to the old one can be taken back from the new one.
 */
export function goneCase(before: Case, now: string): Case {
  const { images: _, ...facts } = before.facts;
  return {
    ...before,
    updatedAt: now,
    closedAt: before.closedAt ?? now,
    gone: true,
    findings: before.findings.map((one) => ({ ...one, resolvedAt: one.resolvedAt ?? now })),
    decisions: [],
    refusals: [],
    writes: [],
    fault: null,
    unknownLooks: 0,
    lookAgain: null,
    facts,
  };
}

/** The case with one more fault in a row. */
export function faultyCase(before: Case, message: string, now: string): Case {
  const fault: Fault = {
    at: now,
    message: message.slice(0, 500),
    count: (before.fault?.count ?? 0) + 1,
  };
  return { ...before, updatedAt: now, closedAt: null, fault };
}

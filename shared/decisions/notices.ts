import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { LeaveReason } from "../domain/decision.ts";
import type { Finding } from "../domain/finding.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { Notice } from "../domain/notice.ts";
import type { Recipients } from "../domain/owner.ts";
import type { InForce } from "../domain/policy.ts";
import { alertKey, alertUrgency, isAlertFinding, mergeAlerts } from "./alerts.ts";
import { isOpenFinding } from "./findings.ts";
import { isImageFinding } from "./image-findings.ts";
import { may } from "./stage.ts";

/** A case before and after a run, and what the run saw and did. */
export interface NoticeFacts {
  readonly before: Case | null;
  readonly after: Case;
  readonly alerts: readonly DefenderAlert[];
  /** Ledger lines of changes made by this run. */
  readonly newChanges: readonly LedgerEntry[];
  readonly recipients: Recipients;
  readonly inForce: InForce;
  readonly now: string;
}

/**
 * What the owners must be told after a run: what is new, fixed, changed, refused or left for a reason
 * they can act on. People who were told nothing so far hear of everything that is open.
 */
export function decideNotices(facts: NoticeFacts): Notice[] {
  const { after, inForce } = facts;
  if (after.gone || inForce.stage === "off") return [];
  const known = isTold(facts) ? facts.before : null;
  return [
    ...findingNotices(facts, known),
    ...fixedNotices(facts, known),
    ...alertNotices(facts, known),
    ...changeNotices(facts),
    ...leftNotices(facts, known),
    ...refusalNotices(facts, known),
  ];
}

/** Whether the same people were told, by mail, what the case held before. */
function isTold({ before, recipients, inForce }: NoticeFacts): boolean {
  if (!before) return false;
  if (may(inForce.stage).mail && !may(before.stage).mail) return false;
  const earlier = before.recipients?.to ?? [];
  return earlier.length > 0 && earlier.join() === recipients.to.join();
}

function findingNotices(facts: NoticeFacts, known: Case | null): readonly Notice[] {
  const open = openKeys(known);
  const held = openKeys(facts.before);
  return facts.after.findings
    .filter((one) => isOpenFinding(one) && isToldByItself(one) && !open.has(one.key))
    .map((one) => {
      const began = held.has(one.key) ? { began: one.firstSeen } : {};
      return noticeOf(facts, { ...one, kind: "finding", key: `finding:${one.key}`, ...began });
    });
}

function fixedNotices(facts: NoticeFacts, known: Case | null): readonly Notice[] {
  const open = openKeys(known);
  return facts.after.findings
    .filter((one) => !isOpenFinding(one) && isToldByItself(one) && open.has(one.key))
    .map((one) => noticeOf(facts, { ...one, kind: "fixed", key: `fixed:${one.key}` }));
}

/** Alerts have notices of their own; images are told to the owners of their repositories. */
const isToldByItself = (finding: Finding): boolean =>
  !isAlertFinding(finding) && !isImageFinding(finding);

const openKeys = (value: Case | null): ReadonlySet<string> =>
  new Set((value?.findings ?? []).filter(isOpenFinding).map(({ key }) => key));

/**
 * Alerts that are told beyond what `known` holds. One is urgent only when it is new: whoever becomes an
 * owner later reads of it in a digest.
 */
export function alertNotices(facts: NoticeFacts, known: Case | null): readonly Notice[] {
  const rules = facts.inForce.policy.alerts;
  const told = new Set(known?.findings.map(({ key }) => key));
  const seen = new Set(facts.before?.findings.map(({ key }) => key));
  const held = new Map(facts.after.findings.map((finding) => [finding.key, finding]));
  return mergeAlerts(facts.alerts).flatMap((alert) => {
    const key = alertKey(alert);
    const urgency = alertUrgency(alert, rules);
    const finding = held.get(key);
    if (!finding || told.has(key) || urgency === "case-only") return [];
    if (seen.has(key) && !isOpenFinding(finding)) return [];
    const urgent = urgency === "urgent" && !seen.has(key);
    const { severity, title } = alert;
    const began = seen.has(key) ? { began: finding.firstSeen } : {};
    return [noticeOf(facts, { kind: "alert", key, severity, title, urgent, ...began })];
  });
}

function changeNotices(facts: NoticeFacts): readonly Notice[] {
  return facts.newChanges
    .filter(({ kind, act }) => kind === "change" && act !== "write-tags")
    .map(({ id, act, before, after }) =>
      noticeOf(facts, {
        kind: "change",
        key: `change:${id}`,
        severity: "Low",
        title: `${act}: ${before ?? "nothing"} -> ${after ?? "nothing"}`,
      }),
    );
}

/** Reasons that owners can do something about. */
const worthTelling: readonly LeaveReason[] = ["would-block", "taken-back"];

function leftNotices(facts: NoticeFacts, known: Case | null): readonly Notice[] {
  return facts.after.decisions.flatMap((decision) => {
    if (decision.kind !== "leave" || !worthTelling.includes(decision.reason)) return [];
    const { rule, act, reason, detail } = decision;
    const holds = (value: Case | null) =>
      value?.decisions.some(
        (one) => one.kind === "leave" && one.act === act && one.reason === reason,
      );
    if (holds(known)) return [];
    const key = `left:${rule}:${reason}`;
    const began = holds(facts.before) ? { began: leftSince(facts.after, decision) } : {};
    return [noticeOf(facts, { kind: "left", key, severity: "Medium", title: detail, ...began })];
  });
}

/** When the ledger says that it was left for this reason; a case knows its last lines only. */
function leftSince(
  { history, openedAt }: Case,
  { rule, reason }: { readonly rule: string; readonly reason: string },
): string {
  const line = history.findLast(
    (one) => one.kind === "leave" && one.rule === rule && one.reason?.startsWith(`${reason}:`),
  );
  return line?.at ?? openedAt;
}

function refusalNotices(facts: NoticeFacts, known: Case | null): readonly Notice[] {
  return facts.after.refusals.flatMap(({ act, at, code, message }) => {
    const holds = (value: Case | null) =>
      value?.refusals.some((one) => one.act === act && one.code === code);
    if (holds(known) || act === "write-tags") return [];
    const notice = {
      kind: "refusal" as const,
      key: `refusal:${act}`,
      severity: "Medium" as const,
      title: `${code}: ${message}`,
    };
    return [noticeOf(facts, holds(facts.before) ? { ...notice, began: at } : notice)];
  });
}

const noticeOf = (
  { after, now }: NoticeFacts,
  notice: Pick<Notice, "kind" | "key" | "title" | "severity"> &
    Partial<Pick<Notice, "urgent" | "began">>,
): Notice => ({
  key: notice.key,
  subject: after.subject,
  caseId: after.id,
  kind: notice.kind,
  severity: notice.severity,
  urgent: notice.urgent ?? false,
  title: notice.title.slice(0, 300),
  createdAt: now,
  ...(notice.began === undefined ? {} : { began: notice.began }),
  notBefore: null,
  sentAt: null,
  digest: null,
});

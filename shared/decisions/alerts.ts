import type { DefenderAlert } from "../domain/alert.ts";
import type { Finding, PartName } from "../domain/finding.ts";
import { type GuardrailPolicy, reaches } from "../domain/policy.ts";
import { type FindingToBe, plainFinding } from "./findings.ts";
import { hasPassed } from "./time.ts";

/** An alert that Defender never closes ends so long after it was last seen. */
const longestAlert = { days: 30 };

const prefix = "alert:";

/** The key of an alert's finding. */
export const alertKey = ({ id }: Pick<DefenderAlert, "id">): string => `${prefix}${id}`;

/** Whether a finding stands for an alert. */
export const isAlertFinding = ({ key }: Pick<Finding, "key">): boolean => key.startsWith(prefix);

/**
 * How an alert is told: at once, with the next mail, or only in the case. Types on the policy's list
 * are told whatever their severity.
 */
export function alertUrgency(
  { severity, type }: Pick<DefenderAlert, "severity" | "type">,
  rules: GuardrailPolicy["alerts"],
): "urgent" | "digest" | "case-only" {
  if (reaches(severity, rules.urgentFrom)) return "urgent";
  const always = rules.alwaysTell.some((one) => one.toLowerCase() === type.toLowerCase());
  return always || reaches(severity, rules.tellFrom) ? "digest" : "case-only";
}

/** Whether an alert still stands: not closed in Defender, and seen within 30 days. */
export const isStanding = (
  { status, seenAt }: Pick<DefenderAlert, "status" | "seenAt">,
  now: string,
): boolean => status === "active" && !hasPassed(seenAt, longestAlert, now);

/** Alerts without repeats: of one id what was seen last counts. */
export function mergeAlerts(alerts: readonly DefenderAlert[]): readonly DefenderAlert[] {
  const byId = new Map<string, DefenderAlert>();
  for (const alert of alerts) {
    const known = byId.get(alert.id);
    if (!known || Date.parse(alert.seenAt) >= Date.parse(known.seenAt)) byId.set(alert.id, alert);
  }
  return [...byId.values()];
}

/**
 * Alerts as findings. A test is remembered, but as one that is over: it changes nothing. An alert
 * that was over before it was first seen is no finding.
 */
export function alertFindings(
  alerts: readonly DefenderAlert[],
  earlier: readonly Finding[],
  now: string,
): readonly FindingToBe[] {
  const before = new Map(earlier.map((finding) => [finding.key, finding]));
  return mergeAlerts(alerts).flatMap((alert) => {
    const known = before.get(alertKey(alert));
    const over = alert.test || !isStanding(alert, now);
    if (over && !known && !alert.test) return [];
    const resolvedAt = over ? (known?.resolvedAt ?? now) : null;
    return [findingOf(alert, resolvedAt)];
  });
}

const findingOf = (alert: DefenderAlert, resolvedAt: string | null): FindingToBe => ({
  ...plainFinding({
    key: alertKey(alert),
    rule: "alerts",
    part: partOf(alert),
    severity: alert.severity,
    title: `${alert.test ? "Test: " : ""}${alert.title}`.slice(0, 200),
  }),
  firstSeen: alert.startedAt,
  lastSeen: alert.seenAt,
  resolvedAt,
});

const partOf = ({ layer }: DefenderAlert): PartName => (layer === "node" ? "node" : "audit-log");

/**
 * Whether an alert's finding that this look was not told of is over: the list of alerts has an end,
 * so only time closes it.
 */
export const isOutdated = ({ lastSeen }: Finding, now: string): boolean =>
  hasPassed(lastSeen, longestAlert, now);

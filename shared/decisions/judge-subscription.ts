import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Finding, Part } from "../domain/finding.ts";
import type { InForce } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import { subscriptionSubject } from "../domain/resource-id.ts";
import { alertFindings, isAlertFinding, isOutdated } from "./alerts.ts";
import { part } from "./cluster-parts.ts";
import { exemptionFor } from "./exemptions.ts";
import { mergeFindings } from "./findings.ts";
import type { PlanVerdict } from "./plans.ts";

/** What was read and decided of a subscription, after what could be put right was. */
export interface SubscriptionToJudge {
  readonly subscriptionId: string;
  /** Judged on the plans as they are now: what was just switched on is found no more. */
  readonly verdicts: readonly PlanVerdict[];
  readonly plans: Known<readonly DefenderPlan[]>;
  readonly alerts: readonly DefenderAlert[];
  readonly case: Case | null;
  readonly now: string;
}

/** What a look at a subscription comes to. */
export interface SubscriptionJudgement {
  readonly findings: readonly Finding[];
  readonly parts: readonly Part[];
}

/** Judges a subscription by its plans; what this look could not see stays as it was. */
export function judgeSubscription(
  facts: SubscriptionToJudge,
  { policy }: InForce,
): SubscriptionJudgement {
  const { now, verdicts } = facts;
  const subject = subscriptionSubject(facts.subscriptionId);
  const earlier = facts.case?.findings ?? [];
  const dark = unreadableOf(facts);
  const findings = mergeFindings(earlier, {
    seen: [
      ...verdicts.flatMap(({ finding }) => (finding ? [finding] : [])),
      ...alertFindings(facts.alerts, earlier, now),
    ],
    isClear: (finding) => (isAlertFinding(finding) ? isOutdated(finding, now) : dark === null),
    isExcused: ({ key, rule }) =>
      rule !== "alerts" &&
      (exemptionFor(policy, { subject, rule }, now) !== null ||
        (dark === null && !isFulfilled(key, verdicts))),
    now,
  });
  const open = { findings };
  const alerts = findings.some(isAlertFinding) ? [part("audit-log", open, null)] : [];
  return { findings, parts: [part("plans", open, dark), ...alerts] };
}

/** Whether the plan is as wanted; a plan that nothing asks for any more was not put right. */
function isFulfilled(key: string, verdicts: readonly PlanVerdict[]): boolean {
  const name = key === "legacy-plans" ? "Containers" : key.replace(/^plan:/, "");
  return verdicts.some(
    ({ plan, decision }) =>
      plan === name && decision.kind === "leave" && decision.reason === "compliant",
  );
}

/** Why it cannot be told whether the plans are as wanted; null = it can. */
function unreadableOf({ plans, verdicts }: SubscriptionToJudge): string | null {
  if (plans.kind === "unreadable") return plans.why;
  const dark = verdicts.find(
    ({ decision, finding }) =>
      finding === null && decision.kind === "leave" && decision.reason === "unreadable",
  );
  return dark?.decision.detail ?? null;
}

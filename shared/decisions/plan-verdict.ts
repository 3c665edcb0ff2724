import type { Protectable, SubscriptionFacts } from "../azure/ports.ts";
import type { Case, Estimate } from "../domain/case.ts";
import type { ActName, Decision } from "../domain/decision.ts";
import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { RuleName } from "../domain/policy.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known } from "../domain/refusal.ts";
import { leave, type Objection } from "./decide.ts";
import type { FindingToBe } from "./findings.ts";

/** What is known of a subscription before its Defender plans are judged. */
export interface PlanFacts {
  readonly subscription: SubscriptionFacts;
  readonly plans: Known<readonly DefenderPlan[]>;
  readonly protectable: Known<Protectable>;
  readonly assignments: Known<readonly PolicyAssignment[]>;
  /** ISO time at which a scan saw the subscription first; null = no scan has. */
  readonly firstSeen: string | null;
  readonly case: Case | null;
  readonly now: string;
}

/** What is decided about one plan. */
export interface PlanVerdict {
  readonly plan: string;
  readonly decision: Decision;
  /** What the plan shall become, when something is missing. */
  readonly target: PlanTarget | null;
  /** What that would add to the bill each month, when it can cost something. */
  readonly estimate: Estimate | null;
  /** What does not hold; null also when it cannot be known. */
  readonly finding: FindingToBe | null;
}

/** A plan that is left without anything being missing, or known to be. */
export const leftPlan = (
  plan: string,
  about: { readonly rule: RuleName; readonly act: ActName | null },
  objection: Objection,
): PlanVerdict => ({
  plan,
  decision: leave(about, objection),
  target: null,
  estimate: null,
  finding: null,
});

/** Whether an exemption is why something was left. */
export const isExempt = (decision: Decision): boolean =>
  decision.kind === "leave" && decision.reason === "exempt";

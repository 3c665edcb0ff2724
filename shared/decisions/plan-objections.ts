import type { Protectable, SubscriptionFacts } from "../azure/ports.ts";
import type { Case, Estimate } from "../domain/case.ts";
import type { ActName } from "../domain/decision.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known } from "../domain/refusal.ts";
import { subscriptionSubject } from "../domain/resource-id.ts";
import { azurePolicyRemediates } from "./cluster-objections.ts";
import { exempt, type Objection, takenBack, unreadable } from "./decide.ts";
import { notRegistered } from "./registration.ts";

/** What is known of a subscription before a plan is written. */
export interface BeforePlanWrite {
  readonly subscription: SubscriptionFacts;
  readonly assignments: Known<readonly PolicyAssignment[]>;
  readonly case: Case | null;
  readonly now: string;
}

/** A plan that would be written, and what that adds to the bill each month; null = nothing. */
export interface PlanWrite {
  readonly rule: RuleName;
  readonly plan: string;
  readonly estimate: Estimate | null;
}

/** Built-in definitions that switch a plan on. Source: Azure/azure-policy, built-in policies. */
const deploysPlan: Readonly<Record<string, readonly string[]>> = {
  containers: ["efd4031d-b232-4595-babf-ae817348e91b", "c9ddb292-b203-4738-aead-18e2716e858f"],
  virtualmachines: ["5eb6d64a-4086-4d7a-92da-ec51aed0332d", "5f57b753-04b4-4e5e-aa31-c8888984497a"],
  cloudposture: ["72f8cee7-2937-403d-84a1-a4e3e57f3c21"],
};

/** The act that writes a plan. */
export const planAct = (plan: string): ActName => `enable-plan:${plan}`;

/** What may speak against writing a plan, in the order in which people want to hear it. */
export function planObjections(
  { rule, plan, estimate }: PlanWrite,
  facts: BeforePlanWrite,
  inForce: InForce,
): readonly (Objection | null)[] {
  const { subscription, assignments, now } = facts;
  const act = planAct(plan);
  const subject = subscriptionSubject(subscription.id);
  return [
    exempt(rule, { subject, now }, inForce),
    takenBack(act, facts.case, now),
    disabled(subscription),
    unregistered(subscription),
    assignments.kind === "unreadable"
      ? unreadable("what is assigned by Azure Policy", assignments.why)
      : azurePolicyRemediates(assignments.value, deploysPlan[plan.toLowerCase()] ?? [], {
          act,
          case: facts.case,
          now,
        }),
    estimate ? overLimit(estimate, inForce) : null,
  ];
}

function disabled({ state }: SubscriptionFacts): Objection | null {
  return ["disabled", "deleted"].includes(state.toLowerCase())
    ? { reason: "stopped", detail: `the subscription is ${state}` }
    : null;
}

const provider = "Microsoft.Security";

function unregistered({ id, providers }: SubscriptionFacts): Objection | null {
  const registered = providers[provider.toLowerCase()];
  if (registered) return null;
  return registered === undefined
    ? { reason: "unreadable", detail: `whether ${provider} is registered` }
    : notRegistered(provider, id);
}

/** A cost that is not known is over any limit, and a limit of 0 lets no plan be switched on. */
function overLimit(estimate: Estimate, { policy }: InForce): Objection | null {
  const { addedCostPerMonth: limit } = policy.limits;
  const { perMonth, currency, unknown } = estimate;
  if (perMonth === null) {
    return { reason: "limit", detail: `its cost cannot be estimated: ${unknown}` };
  }
  if (limit > 0 && perMonth <= limit) return null;
  const allowed = limit === 0 ? "no plan is switched on while it is 0" : `${limit} ${currency}`;
  return {
    reason: "limit",
    detail: `about ${perMonth} ${currency} a month; limits.addedCostPerMonth: ${allowed}`,
  };
}

/** A plan by its name, in whatever case Azure spells it. */
export const planNamed = (plans: readonly DefenderPlan[], name: string): DefenderPlan | undefined =>
  plans.find((plan) => plan.name.toLowerCase() === name.toLowerCase());

/** Whether there is something in the subscription that Defender for Containers protects. */
export const hasContainers = ({ clusters, registries, arcClusters }: Protectable): boolean =>
  clusters.length + registries + arcClusters > 0;

/** Whether the subscription is newer than the stage; without a first scan it is not. */
export const isNewSubscription = (
  firstSeen: string | null,
  { stageSince }: Pick<InForce, "stageSince">,
): boolean => firstSeen !== null && Date.parse(firstSeen) > Date.parse(stageSince);

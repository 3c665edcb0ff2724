import type { Protectable } from "../azure/ports.ts";
import type { Estimate } from "../domain/case.ts";
import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { BaselinePlan, InForce } from "../domain/policy.ts";
import { decide, type Objection, unreadable } from "./decide.ts";
import { estimateContainers, estimateUnpriced } from "./estimate.ts";
import { type FindingToBe, plainFinding } from "./findings.ts";
import { legacyCover, legacyOn } from "./legacy-plans.ts";
import { gapInWords, type PlanGap, planGap, targetOf, wholeOf } from "./plan-gap.ts";
import {
  hasContainers,
  isNewSubscription,
  planAct,
  planNamed,
  planObjections,
} from "./plan-objections.ts";
import { isExempt, leftPlan, type PlanFacts, type PlanVerdict } from "./plan-verdict.ts";

/** A plan of the baseline and what is wanted of it. */
export interface WantedPlan {
  readonly name: string;
  readonly wanted: BaselinePlan;
}

/** What to do about one plan of the baseline. */
export function decideBaselinePlan(
  { name, wanted }: WantedPlan,
  facts: PlanFacts,
  inForce: InForce,
): PlanVerdict {
  const { plans, protectable } = facts;
  const about = { rule: "plans", act: planAct(name) } as const;
  if (plans.kind === "unreadable") return leftPlan(name, about, unreadable("the plans", plans.why));
  const plan = planNamed(plans.value, name);
  const gap = planGap(plan, wanted);
  if (!gap)
    return leftPlan(name, about, { reason: "compliant", detail: `plan ${name} is as wanted` });
  if (plan?.deprecated) return leftPlan(name, about, replaced(plan));
  if (protectable.kind === "unreadable") {
    return leftPlan(name, about, unreadable("what there is to protect", protectable.why));
  }
  const always = inForce.policy.rules.plans.when === "always";
  if (!always && !hasContainers(protectable.value)) {
    return leftPlan(name, about, { reason: "not-required", detail: "nothing here to protect" });
  }
  const cover = name === "Containers" ? legacyCover(legacyOn(plans), protectable.value) : null;
  if (cover)
    return { ...leftPlan(name, { ...about, act: null }, cover.objection), finding: cover.finding };
  return decideGap({ name, wanted, plan, gap, protectable: protectable.value }, facts, inForce);
}

interface Gap extends WantedPlan {
  readonly plan: DefenderPlan | undefined;
  readonly gap: PlanGap;
  readonly protectable: Protectable;
}

function decideGap(found: Gap, facts: PlanFacts, inForce: InForce): PlanVerdict {
  const { name, plan, gap } = found;
  const { rules, prices } = inForce.policy;
  const target = targetOf(found, plan, gap);
  const estimate = addedCost(found, prices);
  const detail = `plan ${target.name} ${gapInWords(gap)}`;
  const wish = {
    rule: "plans",
    act: planAct(target.name),
    detail,
    mode: rules.plans.mode,
    isNew: isNewSubscription(facts.firstSeen, inForce),
  } as const;
  const write = { rule: wish.rule, plan: target.name, estimate };
  const decision = decide(wish, planObjections(write, facts, inForce), inForce);
  return {
    plan: name,
    decision,
    target,
    estimate,
    finding: isExempt(decision) ? null : findingOf(found, wholeOf(target, plan)),
  };
}

/** Extensions of the Containers plan are part of its price. */
function addedCost({ name, gap, protectable }: Gap, prices: Prices): Estimate | null {
  const isContainers = name.toLowerCase() === "containers";
  if (!isContainers) return estimateUnpriced(name, prices);
  return gap.off ? estimateContainers(protectable, prices) : null;
}

type Prices = InForce["policy"]["prices"];

const findingOf = ({ name, gap }: Gap, plan: PlanTarget): FindingToBe =>
  plainFinding({
    key: `plan:${name}`,
    rule: "plans",
    part: "plans",
    severity: gap.off ? "High" : "Medium",
    title: `Defender plan ${name} ${gapInWords(gap)}`,
    plan,
  });

const replaced = ({ name, replacedBy }: DefenderPlan): Objection => ({
  reason: "not-required",
  detail: `plan ${name} is retired; ${replacedBy.join(", ") || "nothing"} replaces it`,
});

import type { Protectable } from "../azure/ports.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { BaselinePlan, InForce } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import { decide, type Objection, unreadable } from "./decide.ts";
import { estimateContainers } from "./estimate.ts";
import { type FindingToBe, plainFinding } from "./findings.ts";
import { planGap, targetOf } from "./plan-gap.ts";
import {
  hasContainers,
  isNewSubscription,
  planAct,
  planNamed,
  planObjections,
} from "./plan-objections.ts";
import { isExempt, leftPlan, type PlanFacts, type PlanVerdict } from "./plan-verdict.ts";

const coversClusters = "KubernetesService";
const coversRegistries = "ContainerRegistry";

/**
 * Older plans that are on while Containers, which replaced them, is off. Azure lets nobody switch
 * them on again, so leaving them is a decision of its own.
 */
export function legacyOn(plans: Known<readonly DefenderPlan[]>): readonly DefenderPlan[] {
  if (plans.kind === "unreadable" || planNamed(plans.value, "Containers")?.on) return [];
  return [coversClusters, coversRegistries]
    .map((name) => planNamed(plans.value, name))
    .filter((plan) => plan?.on)
    .filter((plan) => plan !== undefined);
}

/** What older plans leave to the plan Containers; null when none is on. */
export function legacyCover(
  legacy: readonly DefenderPlan[],
  protectable: Protectable,
): { readonly objection: Objection; readonly finding: FindingToBe | null } | null {
  if (legacy.length === 0) return null;
  const names = legacy.map(({ name }) => name).join(" and ");
  const open = uncovered(legacy, protectable);
  if (open.length === 0) {
    return { objection: { reason: "compliant", detail: `covered by ${names}` }, finding: null };
  }
  const what = open.join(" and ");
  return {
    objection: {
      reason: "stage",
      detail: `${names} does not cover ${what}; moving to Containers is a rule of its own (rules.legacyPlans)`,
    },
    finding: plainFinding({
      key: "plan:Containers",
      rule: "plans",
      part: "plans",
      severity: "High",
      title: `Defender covers no ${what} here: only the older plan ${names} is on`,
    }),
  };
}

function uncovered(
  legacy: readonly DefenderPlan[],
  { clusters, arcClusters, registries }: Protectable,
): readonly string[] {
  const on = (name: string) => planNamed(legacy, name) !== undefined;
  return [
    ...(clusters.length + arcClusters > 0 && !on(coversClusters) ? ["clusters"] : []),
    ...(registries > 0 && !on(coversRegistries) ? ["registries"] : []),
  ];
}

/** Whether to move from older plans to Containers: an act of its own, with the price difference. */
export function decideLegacyMove(facts: PlanFacts, inForce: InForce): PlanVerdict {
  const { plans, protectable } = facts;
  const { rules, prices } = inForce.policy;
  const about = { rule: "legacyPlans", act: planAct("Containers") } as const;
  const legacy = legacyOn(plans);
  const names = legacy.map(({ name }) => name).join(" and ");
  if (plans.kind === "unreadable") {
    return leftPlan("Containers", about, unreadable("the plans", plans.why));
  }
  if (protectable.kind === "unreadable") {
    return leftPlan("Containers", about, unreadable("what there is to protect", protectable.why));
  }
  if (rules.plans.when !== "always" && !hasContainers(protectable.value)) {
    return leftPlan("Containers", about, {
      reason: "not-required",
      detail: "nothing here to protect",
    });
  }
  const wanted: BaselinePlan = rules.plans.baseline["Containers"] ?? { extensions: [] };
  const plan = planNamed(plans.value, "Containers");
  const gap = planGap(plan, wanted) ?? { off: true, extensions: [], raise: null };
  const full = estimateContainers(protectable.value, prices);
  const estimate = {
    ...full,
    basis: `${full.basis}; the difference is less by what ${names} costs today`,
  };
  const wish = {
    ...about,
    detail: `the older plan ${names} is on in place of Containers`,
    mode: rules.legacyPlans.mode,
    isNew: isNewSubscription(facts.firstSeen, inForce),
  };
  const write = { rule: about.rule, plan: "Containers", estimate };
  const decision = decide(wish, planObjections(write, facts, inForce), inForce);
  return {
    plan: "Containers",
    decision,
    target: targetOf({ name: "Containers", wanted }, plan, gap),
    estimate,
    finding: isExempt(decision) ? null : findingOf(names),
  };
}

const findingOf = (names: string): FindingToBe =>
  plainFinding({
    key: "legacy-plans",
    rule: "legacyPlans",
    part: "plans",
    severity: "Low",
    title: `Defender plan Containers has replaced ${names}, which is on`,
  });

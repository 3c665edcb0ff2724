import type { Protectable } from "../azure/ports.ts";
import type { Estimate } from "../domain/case.ts";
import type { InForce } from "../domain/policy.ts";
import { decide, unreadable } from "./decide.ts";
import { estimateServers } from "./estimate.ts";
import { plainFinding } from "./findings.ts";
import { gapInWords, type PlanGap, planGap, targetOf, wholeOf } from "./plan-gap.ts";
import { isNewSubscription, planAct, planNamed, planObjections } from "./plan-objections.ts";
import { isExempt, leftPlan, type PlanFacts, type PlanVerdict } from "./plan-verdict.ts";

const name = "VirtualMachines";
const about = { rule: "servers", act: planAct(name) } as const;

/**
 * What to do about the plan that protects the nodes' machines. P1 or better is wanted, P2 is never
 * lowered, and the estimate counts every machine of the subscription, because the plan does.
 */
export function decideServers(facts: PlanFacts, inForce: InForce): PlanVerdict {
  const { plans, protectable } = facts;
  const { rules } = inForce.policy;
  if (plans.kind === "unreadable") return leftPlan(name, about, unreadable("the plans", plans.why));
  const wanted = { subPlan: rules.servers.subPlan, extensions: [] };
  const plan = planNamed(plans.value, name);
  const gap = planGap(plan, wanted);
  if (!gap)
    return leftPlan(name, about, { reason: "compliant", detail: `plan ${name} is as wanted` });
  if (protectable.kind === "unreadable") {
    return leftPlan(name, about, unreadable("what there is to protect", protectable.why));
  }
  if (rules.plans.when !== "always" && !hasNodes(protectable.value)) {
    return leftPlan(name, about, { reason: "not-required", detail: "no cluster has nodes here" });
  }
  const target = targetOf({ name, wanted }, plan, gap);
  const estimate = addedCost(protectable.value, gap, inForce);
  const wish = {
    ...about,
    detail: `plan ${target.name} ${gapInWords(gap)}`,
    mode: rules.servers.mode,
    isNew: isNewSubscription(facts.firstSeen, inForce),
  };
  const write = { rule: about.rule, plan: target.name, estimate };
  const decision = decide(wish, planObjections(write, facts, inForce), inForce);
  const severity = gap.off ? "Medium" : "Low";
  const title = `Defender plan for the nodes' machines (${name}) ${gapInWords(gap)}`;
  const finding = plainFinding({
    key: `plan:${name}`,
    rule: "servers",
    part: "plans",
    severity,
    title,
    plan: wholeOf(target, plan),
  });
  return { plan: name, decision, target, estimate, finding: isExempt(decision) ? null : finding };
}

const hasNodes = ({ clusters, arcClusters }: Protectable): boolean =>
  clusters.length + arcClusters > 0;

/** Raising P1 to P2 costs the difference. */
function addedCost(protectable: Protectable, gap: PlanGap, { policy }: InForce): Estimate {
  const { prices, rules } = policy;
  if (gap.off) return estimateServers(protectable, prices, rules.servers.subPlan);
  return estimateServers(
    protectable,
    { ...prices, serversP2: Math.max(0, prices.serversP2 - prices.serversP1) },
    "P2",
  );
}

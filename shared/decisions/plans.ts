import type { InForce } from "../domain/policy.ts";
import { decideBaselinePlan } from "./baseline-plan.ts";
import { decideLegacyMove, legacyOn } from "./legacy-plans.ts";
import type { PlanFacts, PlanVerdict } from "./plan-verdict.ts";
import { decideServers } from "./servers-plan.ts";

export type { PlanFacts, PlanVerdict } from "./plan-verdict.ts";

/**
 * What to do about each plan of the baseline, about older plans that Containers replaces, and about
 * the plan for the nodes' machines. Nothing that is on beyond them is ever touched.
 */
export function decidePlans(facts: PlanFacts, inForce: InForce): PlanVerdict[] {
  const { baseline } = inForce.policy.rules.plans;
  const verdicts = Object.entries(baseline).map(([name, wanted]) =>
    decideBaselinePlan({ name, wanted }, facts, inForce),
  );
  const moves = baseline["Containers"] && legacyOn(facts.plans).length > 0;
  return [
    ...verdicts,
    ...(moves ? [decideLegacyMove(facts, inForce)] : []),
    decideServers(facts, inForce),
  ];
}

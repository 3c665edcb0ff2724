import type { Gateways } from "../../shared/azure/ports.ts";
import type { DefenderPlan, PlanTarget } from "../../shared/domain/defender-plan.ts";
import { type Known, known, unreadable, type Wait } from "../../shared/domain/refusal.ts";
import { type DecidedUnder, guarded } from "./guard.ts";
import type { InForceSource } from "./in-force.ts";

/** Azure actions: Microsoft.Security/pricings/read and /write. */
export const defenderPlanActivities = (
  { plans }: Pick<Gateways, "plans">,
  source: InForceSource,
) => ({
  listPlans: async (input: {
    subscriptionId: string;
  }): Promise<Known<readonly DefenderPlan[]> | Wait> => {
    const answer = await plans.list(input.subscriptionId);
    if (answer.kind === "found") return known(answer.plans);
    if (answer.kind === "refused") return unreadable(`${answer.code}: ${answer.message}`);
    return answer;
  },

  enablePlan: (input: { subscriptionId: string; target: PlanTarget; under: DecidedUnder }) =>
    guarded(source, input.under, () => plans.enable(input.subscriptionId, input.target)),
});

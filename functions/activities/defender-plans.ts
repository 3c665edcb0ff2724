import type { DefenderPlanGateway, Gateways } from "../../shared/azure/ports.ts";
import type { DefenderPlan, PlanTarget } from "../../shared/domain/defender-plan.ts";
import { type Known, known, unreadable, type Wait } from "../../shared/domain/refusal.ts";
import { type DecidedUnder, guarded } from "./guard.ts";
import type { InForceSource } from "./in-force.ts";

/** Azure actions: Microsoft.Security/pricings/read and /write. */
export const defenderPlanActivities = (
  { plans }: Pick<Gateways, "plans">,
  source: InForceSource,
) => ({
  listPlans: async (input: { subscriptionId: string }) =>
    asFact(await plans.list(input.subscriptionId)),

  /** At most a minute old: all looks at what lies in a subscription want the same. */
  recentPlans: async (input: { subscriptionId: string }) =>
    asFact(await plans.recent(input.subscriptionId)),

  enablePlan: (input: { subscriptionId: string; target: PlanTarget; under: DecidedUnder }) =>
    guarded(source, input.under, () => plans.enable(input.subscriptionId, input.target)),
});

type Listed = Awaited<ReturnType<DefenderPlanGateway["list"]>>;

function asFact(answer: Listed): Known<readonly DefenderPlan[]> | Wait {
  if (answer.kind === "found") return known(answer.plans);
  if (answer.kind === "refused") return unreadable(`${answer.code}: ${answer.message}`);
  return answer;
}

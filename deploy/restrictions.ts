import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Answer = z.object({
  contentEvaluationResult: z.object({
    policyEvaluations: z.array(
      z.object({
        policyInfo: z.object({ policyAssignmentId: z.string() }),
        evaluationResult: z.string(),
        effectDetails: z.object({ policyEffect: z.string() }).nullish(),
      }),
    ),
  }),
});

const created = [
  { type: "Microsoft.Web/sites", apiVersion: "2025-03-01" },
  { type: "Microsoft.Storage/storageAccounts", apiVersion: "2026-04-01" },
  { type: "Microsoft.EventHub/namespaces", apiVersion: "2026-01-01" },
  { type: "Microsoft.Communication/communicationServices", apiVersion: "2025-09-01" },
  { type: "Microsoft.OperationalInsights/workspaces", apiVersion: "2025-07-01" },
];

/**
 * Whether an assigned policy would deny what the deployment makes. Asks Azure Policy itself.
 * Source: Azure REST API, Policy Insights, "Policy Restrictions - Check At Subscription Scope".
 */
export async function checkRestrictions(arm: Arm, plan: Plan): Promise<Check[]> {
  const checks = await Promise.all(created.map((resource) => checkOne(arm, plan, resource)));
  const wrong = checks.filter(({ state }) => state !== "ok");
  if (wrong.length > 0) return wrong;
  return [ok({ about: plan.hub, title: "deny policies" }, "none refuses what is created")];
}

async function checkOne(
  arm: Arm,
  plan: Plan,
  { type, apiVersion }: { type: string; apiVersion: string },
): Promise<Check> {
  const looked = { about: plan.hub, title: "deny policies" };
  const answer = await arm.query(
    `/subscriptions/${plan.hub}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`,
    "2023-03-01",
    {
      resourceDetails: {
        resourceContent: {
          type,
          location: type.startsWith("Microsoft.Communication") ? "global" : plan.location,
          tags: { "azd-env-name": plan.environmentName },
        },
        apiVersion,
      },
    },
  );
  const parsed = Answer.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(looked, `Azure Policy could not be asked about ${type} (HTTP ${answer.status})`);
  }
  const denies = parsed.data.contentEvaluationResult.policyEvaluations.filter(
    (one) =>
      one.evaluationResult === "NonCompliant" &&
      one.effectDetails?.policyEffect.toLowerCase() === "deny",
  );
  if (denies.length === 0) return ok(looked, type);
  const names = denies.map((one) => one.policyInfo.policyAssignmentId);
  return missing(
    looked,
    `${type} is denied by ${names.join(", ")}`,
    `az policy exemption create --name container-guardrail --exemption-category Waiver --policy-assignment ${names[0]} --scope /subscriptions/${plan.hub}/resourceGroups/rg-${plan.environmentName}`,
  );
}

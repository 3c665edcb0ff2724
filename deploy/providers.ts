import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Provider = z.object({ namespace: z.string(), registrationState: z.string() });

const onHub = [
  "Microsoft.Web",
  "Microsoft.Storage",
  "Microsoft.EventHub",
  "Microsoft.EventGrid",
  "Microsoft.Communication",
  "Microsoft.Insights",
  "Microsoft.OperationalInsights",
  "Microsoft.ManagedIdentity",
];

const onWatched = [
  "Microsoft.Security",
  "Microsoft.PolicyInsights",
  "Microsoft.EventGrid",
  "Microsoft.ContainerService",
];

/** Whether the resource providers that the deployment and the guardrail use are registered. */
export async function checkProviders(arm: Arm, plan: Plan): Promise<Check[]> {
  const wanted = [
    ...onHub.map((namespace) => ({ id: plan.hub, namespace })),
    ...plan.watched.flatMap((id) => onWatched.map((namespace) => ({ id, namespace }))),
  ];
  const unique = [
    ...new Map(wanted.map((item) => [`${item.id}/${item.namespace}`, item])).values(),
  ];
  return Promise.all(unique.map((item) => checkProvider(arm, item)));
}

async function checkProvider(
  arm: Arm,
  { id, namespace }: { id: string; namespace: string },
): Promise<Check> {
  const title = `provider ${namespace} in ${id}`;
  const answer = await arm.get(`/subscriptions/${id}/providers/${namespace}`, "2021-04-01");
  const parsed = Provider.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(title, `could not be read (HTTP ${answer.status})`);
  }
  const state = parsed.data.registrationState;
  if (state === "Registered") return ok(title, "registered");
  return missing(
    title,
    state,
    `az provider register --namespace ${namespace} --subscription ${id}`,
  );
}

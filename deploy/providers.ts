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
  const scopes = [...new Set([plan.hub, ...plan.watched])];
  const found = await Promise.all(
    scopes.map((id) => {
      const wanted = [
        ...(id === plan.hub ? onHub : []),
        ...(plan.watched.includes(id) ? onWatched : []),
      ];
      return checkSubscription(arm, id, [...new Set(wanted)]);
    }),
  );
  return found.flat();
}

/** One line says that all is well; each one that is not has its own. */
async function checkSubscription(
  arm: Arm,
  id: string,
  namespaces: readonly string[],
): Promise<Check[]> {
  const checks = await Promise.all(namespaces.map((name) => checkProvider(arm, id, name)));
  const wrong = checks.filter(({ state }) => state !== "ok");
  if (wrong.length > 0) return wrong;
  return [ok({ about: id, title: "providers" }, `${checks.length} of ${checks.length} registered`)];
}

async function checkProvider(arm: Arm, id: string, namespace: string): Promise<Check> {
  const looked = { about: id, title: "providers" };
  const answer = await arm.get(`/subscriptions/${id}/providers/${namespace}`, "2021-04-01");
  const parsed = Provider.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(looked, `${namespace} could not be read (HTTP ${answer.status})`);
  }
  if (parsed.data.registrationState === "Registered") return ok(looked, namespace);
  return missing(
    looked,
    `${namespace} is ${parsed.data.registrationState}`,
    `az provider register --namespace ${namespace} --subscription ${id}`,
  );
}

import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Permissions = z.object({
  value: z.array(
    z.object({ actions: z.array(z.string()), notActions: z.array(z.string()).default([]) }),
  ),
});

const onHub = [
  "Microsoft.Resources/deployments/write",
  "Microsoft.Resources/subscriptions/resourceGroups/write",
  "Microsoft.Web/sites/write",
  "Microsoft.Storage/storageAccounts/write",
  "Microsoft.EventHub/namespaces/write",
  "Microsoft.Communication/communicationServices/write",
  "Microsoft.Insights/components/write",
  "Microsoft.ManagedIdentity/userAssignedIdentities/write",
  "Microsoft.Authorization/roleAssignments/write",
];

const onWatched = [
  "Microsoft.Authorization/roleDefinitions/write",
  "Microsoft.Authorization/roleAssignments/write",
  "Microsoft.EventGrid/systemTopics/write",
  "Microsoft.Security/automations/write",
  "Microsoft.PolicyInsights/eventGridFilters/read",
];

const onGroup = [
  "Microsoft.Resources/deployments/write",
  "Microsoft.Authorization/roleDefinitions/write",
  "Microsoft.Authorization/roleAssignments/write",
  "Microsoft.Authorization/policyDefinitions/write",
  "Microsoft.Authorization/policyAssignments/write",
  "Microsoft.PolicyInsights/remediations/write",
];

/**
 * Whether the person who deploys may make what the deployment makes, scope by scope.
 * Source: Azure REST API, Authorization, "Permissions - List For Subscription" (2022-04-01).
 */
export async function checkRights(arm: Arm, plan: Plan): Promise<Check[]> {
  const subscriptions = [...new Set([plan.hub, ...plan.watched])].map((id) => ({
    about: id,
    scope: `/subscriptions/${id}`,
    wanted: [...(id === plan.hub ? onHub : []), ...(plan.watched.includes(id) ? onWatched : [])],
  }));
  const groups = plan.managementGroups.map((id) => ({
    about: `managementGroup:${id}`,
    scope: `/providers/Microsoft.Management/managementGroups/${id}`,
    wanted: onGroup,
  }));
  return Promise.all([...subscriptions, ...groups].map((one) => checkScope(arm, one)));
}

async function checkScope(
  arm: Arm,
  { about, scope, wanted }: { about: string; scope: string; wanted: readonly string[] },
): Promise<Check> {
  const looked = { about, title: "your rights" };
  const answer = await arm.get(
    `${scope}/providers/Microsoft.Authorization/permissions`,
    "2022-04-01",
  );
  const parsed = Permissions.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(looked, `could not be read (HTTP ${answer.status})`);
  }
  const lacking = [...new Set(wanted)].filter(
    (action) => !parsed.data.value.some((set) => grants(set, action)),
  );
  if (lacking.length === 0)
    return ok(looked, `all ${new Set(wanted).size} actions that are needed`);
  return missing(
    looked,
    `you lack ${lacking.join(", ")}`,
    `az role assignment create --role Owner --assignee $(az ad signed-in-user show --query id -o tsv) --scope ${scope}   # or Contributor with User Access Administrator`,
  );
}

/** Whether a set of permissions allows an action; `*` stands for any text, letter case does not count. */
export function grants(
  set: { readonly actions: readonly string[]; readonly notActions: readonly string[] },
  action: string,
): boolean {
  const matches = (pattern: string): boolean =>
    new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`, "i").test(action);
  return set.actions.some(matches) && !set.notActions.some(matches);
}

const literal = (text: string): string => text.replace(/[.+?^${}()|[\]\\/]/g, "\\$&");

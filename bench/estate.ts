import type { Estate } from "../local/azure/estate.ts";
import type { JsonObject } from "../local/azure/json.ts";

/** What an estate of the bench holds. */
export interface EstateOptions {
  readonly clusters: number;
  readonly subscriptions: number;
  /** One of so many clusters violates a policy; 0 = none. */
  readonly violatingEvery: number;
  /** Whether the add-on is on; default: yes. */
  readonly addonOn?: boolean;
}

const definition = (name: string): string =>
  `/providers/Microsoft.Authorization/policyDefinitions/${name}`;
const limits = definition("e345eecc-fa47-480f-9e88-67dcc122b164");
/** "Role-Based Access Control (RBAC) should be used on Kubernetes Services". */
const rbac = definition("ac4a19c2-fa67-49b4-8ae5-0b2e78c49457");
/** Azure takes no write of a cluster whose sensor has no workspace. */
const workspace =
  "/subscriptions/5c000000-0000-4000-8000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs";
const tenantId = "3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a";

/** The id of a subscription of such an estate. */
export const subscriptionId = (index: number): string =>
  `5c000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** The id of a cluster of such an estate. */
export const clusterId = (index: number, subscriptions: number): string =>
  `/subscriptions/${subscriptionId(index % subscriptions)}/resourceGroups/rg-${index % subscriptions}/providers/Microsoft.ContainerService/managedClusters/aks-${index}`;

/**
 * An estate in which add-on, sensor and plans are on everywhere: only what violates a policy is
 * wrong. Policies are assigned where something violates them, or lacks the add-on: one that looks inside
 * clusters and one about their settings, as there is in each subscription that Defender for Cloud covers.
 */
export function generateEstate(options: EstateOptions): Estate {
  const { clusters, subscriptions } = options;
  const ids = Array.from({ length: clusters }, (_, index) => clusterId(index, subscriptions));
  const violating = violatingOf(options).map((index) => ids[index] ?? "");
  // Without the add-on nothing is violated that shows, and once it is on there must be reports.
  const judged = options.addonOn === false ? ids : violating;
  const assigned = new Set(judged.map((id) => id.split("/")[2] ?? ""));
  return {
    resources: [
      ...Array.from({ length: subscriptions }, (_, index) => subscriptionParts(index)).flat(),
      ...[...assigned].flatMap(assignments),
      ...ids.map((id) => cluster(id, options.addonOn ?? true)),
    ],
    violations: violating.map((id) => ({
      kind: "InClusterViolations",
      cluster: id,
      violations: [
        {
          policyDefinitionId: limits,
          componentType: "Pod",
          componentId: "web/front-6d9f7c5b8-2xk4p",
          componentName: "front-6d9f7c5b8-2xk4p",
          reason: "container <front> has no resource limits",
        },
      ],
    })),
    ...{ images: [], manners: [], faults: [] },
  };
}

/**
 * Which clusters violate: one of each `violatingEvery`, a place later each time, so that they lie in as
 * many subscriptions as they can.
 */
export function violatingOf({ clusters, violatingEvery: every }: EstateOptions): readonly number[] {
  if (every === 0) return [];
  return Array.from({ length: Math.ceil(clusters / every) }, (_, block) =>
    Math.min(block * every + (block % every), clusters - 1),
  );
}

type Resource = JsonObject & { readonly id: string };

function subscriptionParts(index: number): readonly Resource[] {
  const id = `/subscriptions/${subscriptionId(index)}`;
  const group = `rg-${index}`;
  const plan = (name: string, more: JsonObject): Resource => ({
    id: `${id}/providers/Microsoft.Security/pricings/${name}`,
    ...{ name, type: "Microsoft.Security/pricings" },
    properties: { pricingTier: "Standard", enforce: "False", ...more },
  });
  const extensions = [
    "ContainerRegistriesVulnerabilityAssessments",
    "AgentlessDiscoveryForKubernetes",
    "ContainerSensor",
  ].map((name) => ({ name, isEnabled: "True" }));
  return [
    {
      ...{ id, subscriptionId: subscriptionId(index), tenantId, state: "Enabled" },
      displayName: `Subscription ${index}`,
    },
    {
      id: `${id}/resourceGroups/${group}`,
      ...{ name: group, type: "Microsoft.Resources/resourceGroups", location: "westeurope" },
      tags: { owner: `team-${index}@bench.example` },
      properties: { provisioningState: "Succeeded" },
    },
    plan("Containers", { extensions }),
    plan("VirtualMachines", { subPlan: "P2" }),
  ];
}

function assignments(subscription: string): readonly Resource[] {
  const scope = `/subscriptions/${subscription}`;
  const one = (name: string, properties: JsonObject): Resource => ({
    id: `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`,
    ...{ name, type: "Microsoft.Authorization/policyAssignments" },
    properties: { scope, notScopes: [], enforcementMode: "Default", ...properties },
  });
  return [
    one("limits", {
      displayName: "Containers have limits",
      policyDefinitionId: limits,
      parameters: {
        effect: { value: "Audit" },
        cpuLimit: { value: "2" },
        memoryLimit: { value: "4Gi" },
      },
    }),
    one("rbac", { displayName: "Clusters use RBAC", policyDefinitionId: rbac, parameters: {} }),
  ];
}

function cluster(id: string, addonOn: boolean): Resource {
  return {
    id,
    ...{ name: id.slice(id.lastIndexOf("/") + 1), location: "westeurope" },
    type: "Microsoft.ContainerService/ManagedClusters",
    tags: {},
    eTag: "0f6e5d4c-0000-4000-8000-000000000001",
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      kubernetesVersion: "1.34",
      enableRBAC: true,
      agentPoolProfiles: [
        { name: "system", count: 2, vmSize: "Standard_D2s_v5", mode: "System", osType: "Linux" },
      ],
      addonProfiles: { azurepolicy: { enabled: addonOn, config: null } },
      securityProfile: {
        defender: {
          logAnalyticsWorkspaceResourceId: workspace,
          securityMonitoring: { enabled: true },
        },
      },
    },
  };
}

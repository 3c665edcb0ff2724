import { describe, expect, it } from "vitest";
import type { Page } from "../../../shared/domain/page.ts";
import type { Wait } from "../../../shared/domain/refusal.ts";
import {
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  groupId,
  resourceId,
  subscriptionId,
} from "../../support/azure-world.ts";

const subscription = `/subscriptions/${subscriptionId}`;
const elsewhere = "22222222-aaaa-4000-8000-000000000002";
const registry = (name: string): Entry => ({
  id: resourceId("Microsoft.ContainerRegistry/registries", name),
  name,
  type: "Microsoft.ContainerRegistry/registries",
  location: "westeurope",
  sku: { name: "Basic" },
  properties: {},
});
const machine = (type: string, name: string, rest: Entry = {}): Entry => ({
  id: resourceId(type, name),
  name,
  type,
  location: "westeurope",
  properties: {},
  ...rest,
});

async function all<T>(read: (next: string | null) => Promise<Page<T> | Wait>): Promise<T[]> {
  const rows: T[] = [];
  let next: string | null = null;
  do {
    const page: Page<T> | Wait = await read(next);
    if ("kind" in page) throw new Error(page.why);
    rows.push(...page.rows);
    next = page.next;
  } while (next !== null);
  return rows;
}

describe("a subscription", () => {
  it("is read with the providers it needs", async () => {
    const { gateways } = await azureOfTest([
      {
        id: subscription,
        subscriptionId,
        displayName: "Shop",
        state: "Enabled",
        tags: { owner: "ann" },
      },
      {
        id: `${subscription}/providers/Microsoft.PolicyInsights`,
        namespace: "Microsoft.PolicyInsights",
        registrationState: "NotRegistered",
        resourceTypes: [],
      },
    ]);
    expect(await gateways.estate.subscription(subscriptionId)).toEqual({
      kind: "found",
      subscription: {
        id: subscriptionId,
        name: "Shop",
        state: "Enabled",
        tags: { owner: "ann" },
        providers: {
          "microsoft.policyinsights": false,
          "microsoft.security": true,
          "microsoft.containerservice": true,
        },
      },
    });
  });

  it("is there also when Azure does not know of a provider, of which nothing is said then", async () => {
    const fault = aFault({
      method: "GET",
      path: "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}",
      fault: { status: 404, code: "ResourceNotFound" },
      when: "every",
    });
    const { gateways } = await azureOfTest([
      { id: subscription, subscriptionId, displayName: "Shop", state: "Enabled" },
      fault,
    ]);
    expect(await gateways.estate.subscription(subscriptionId)).toMatchObject({
      kind: "found",
      subscription: { id: subscriptionId, providers: {} },
    });
  });

  it("can be gone, or out of reach", async () => {
    const { gateways } = await azureOfTest([aManagedCluster("prod")]);
    expect(await gateways.estate.subscription(elsewhere)).toEqual({ kind: "gone" });
    const role = { actions: ["Microsoft.ContainerService/*"] };
    const powerless = await azureOfTest([aManagedCluster("prod")], { role });
    expect(await powerless.gateways.estate.subscription(subscriptionId)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
  });
});

it("counts what a plan would protect", async () => {
  const scaleSet = "Microsoft.Compute/virtualMachineScaleSets";
  const { gateways } = await azureOfTest([
    aManagedCluster("prod"),
    aManagedCluster("idle", { powerState: { code: "Stopped" } }),
    { ...aManagedCluster("far"), id: clusterIdOf("far").replace(subscriptionId, elsewhere) },
    registry("acrshop"),
    registry("acrtwo"),
    machine("Microsoft.Kubernetes/connectedClusters", "edge"),
    machine("Microsoft.Compute/virtualMachines", "vm1"),
    machine("Microsoft.HybridCompute/machines", "arc1"),
    machine(scaleSet, "uniform", { sku: { name: "Standard_D2s_v5", capacity: 5 } }),
    machine(scaleSet, "flexible", {
      sku: { name: "Standard_D2s_v5", capacity: 7 },
      properties: { orchestrationMode: "Flexible" },
    }),
  ]);
  const pools = [{ name: "system", vmSize: "Standard_D4s_v5", count: 2 }];
  const found = await gateways.estate.protectable(subscriptionId.toUpperCase());
  expect(found).toEqual({
    kind: "known",
    value: {
      clusters: [
        { id: clusterIdOf("idle"), name: "idle", running: false, pools },
        { id: clusterIdOf("prod"), name: "prod", running: true, pools },
      ],
      registries: 2,
      arcClusters: 1,
      servers: 7,
    },
  });
});

describe("the whole estate", () => {
  it("is read by the page", async () => {
    const count = 1005;
    const clusters = Array.from({ length: count }, (_, place) => aManagedCluster(`c${place}`));
    const { gateways, exchanges } = await azureOfTest(clusters);
    const rows = await all((next) => gateways.estate.clusters(next));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
    expect(exchanges()).toHaveLength(2);
  });

  it("shows clusters with what a scan judges by", async () => {
    const violated = "993c2fcd-2b29-49d2-9eb0-df2c3a730c32";
    const { gateways } = await azureOfTest([
      aManagedCluster("off", { disableLocalAccounts: true, provisioningState: "Updating" }),
      aManagedCluster(
        "on",
        {
          addonProfiles: { azurePolicy: { enabled: true } },
          securityProfile: {
            defender: {
              logAnalyticsWorkspaceResourceId: "/ws",
              securityMonitoring: { enabled: true },
            },
          },
        },
        { tags: { owner: "ann" } },
      ),
      {
        id: `${subscription}/providers/Microsoft.Authorization/policyAssignments/local`,
        name: "local",
        type: "Microsoft.Authorization/policyAssignments",
        properties: {
          policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${violated}`,
          scope: subscription,
        },
      },
    ]);
    const rows = await all((next) => gateways.estate.clusters(next));
    expect(rows).toEqual([
      {
        id: clusterIdOf("off"),
        name: "off",
        subscriptionId,
        addonOn: false,
        sensorOn: false,
        powerState: "Running",
        provisioningState: "Updating",
        tags: {},
        nonCompliant: [],
      },
      {
        id: clusterIdOf("on"),
        name: "on",
        subscriptionId,
        addonOn: true,
        sensorOn: true,
        powerState: "Running",
        provisioningState: "Succeeded",
        tags: { owner: "ann" },
        nonCompliant: [violated],
      },
    ]);
  });

  it("shows subscriptions with tags and management groups, plans, and what they hold", async () => {
    const group = "/providers/Microsoft.Management/managementGroups/mg-root";
    const { gateways } = await azureOfTest([
      {
        id: subscription,
        subscriptionId,
        displayName: "Shop",
        state: "Enabled",
        tags: { owner: "ann" },
      },
      {
        id: `/subscriptions/${elsewhere}`,
        subscriptionId: elsewhere,
        displayName: "Lab",
        state: "Enabled",
      },
      {
        id: group,
        name: "mg-root",
        type: "Microsoft.Management/managementGroups",
        properties: { displayName: "Root" },
      },
      {
        id: `${group}/subscriptions/${subscriptionId}`,
        name: subscriptionId,
        type: "Microsoft.Management/managementGroups/subscriptions",
        properties: { displayName: "Shop" },
      },
      {
        id: `${subscription}/providers/Microsoft.Security/pricings/Containers`,
        name: "Containers",
        type: "Microsoft.Security/pricings",
        properties: {
          pricingTier: "Standard",
          extensions: [{ name: "ContainerSensor", isEnabled: "True" }],
        },
      },
      aManagedCluster("prod"),
      registry("acrshop"),
    ]);
    const subscriptions = await all((next) => gateways.estate.subscriptions(next));
    expect(subscriptions).toEqual([
      { id: subscriptionId, name: "Shop", tags: { owner: "ann" }, managementGroups: ["mg-root"] },
      { id: elsewhere, name: "Lab", tags: {}, managementGroups: [] },
    ]);
    const plans = await all((next) => gateways.estate.plans(next));
    expect(plans.find(({ plan }) => plan.name === "Containers")).toMatchObject({
      subscriptionId,
      plan: { on: true, extensions: [{ name: "ContainerSensor", on: true }] },
    });
    const held = await all((next) => gateways.estate.protectedKinds(next));
    expect(held).toEqual([{ subscriptionId, resources: 2, clusters: 1 }]);
  });

  it("shows Defender's alerts about containers of the last 30 days", async () => {
    const day = 86_400_000;
    const ago = (days: number) => new Date(Date.now() - days * day).toISOString();
    const alert = (name: string, properties: Entry): Entry => ({
      id: `${subscription}/providers/Microsoft.Security/locations/westeurope/alerts/${name}`,
      name,
      type: "Microsoft.Security/Locations/alerts",
      properties: {
        status: "Active",
        severity: "High",
        systemAlertId: name,
        alertDisplayName: `Alert ${name}`,
        startTimeUtc: ago(1),
        timeGeneratedUtc: ago(1),
        resourceIdentifiers: [{ type: "AzureResource", azureResourceId: clusterIdOf("prod") }],
        remediationSteps: ["Look at the pod."],
        ...properties,
      },
    });
    const vm = [
      {
        type: "AzureResource",
        azureResourceId: `${groupId}/providers/Microsoft.Compute/virtualMachines/vm`,
      },
    ];
    const { gateways } = await azureOfTest([
      aManagedCluster("prod"),
      alert("a-dashboard", { alertType: "K8S_ExposedDashboard", status: "Resolved" }),
      alert("b-old", { alertType: "K8S_ExposedDashboard", timeGeneratedUtc: ago(31) }),
      alert("c-vm", { alertType: "VM_Something", resourceIdentifiers: vm }),
      alert("d-node", { alertType: "K8S.NODE_Webshell", resourceIdentifiers: vm }),
      alert("e-unknown", { alertType: "Something.New" }),
    ]);
    const found = await all((next) => gateways.estate.alerts(next));
    expect(found.map(({ id }) => id)).toEqual(["a-dashboard", "d-node", "e-unknown"]);
    expect(found[0]).toMatchObject({
      title: "Alert a-dashboard",
      severity: "High",
      status: "resolved",
      subject: clusterIdOf("prod").toLowerCase(),
      layer: "audit-log",
      remediation: ["Look at the pod."],
    });
  });

  it("waits until the quota of queries is back", async () => {
    const path = "/providers/Microsoft.ResourceGraph/resources";
    const busy = aFault({ method: "POST", path, fault: { status: 429, retryAfter: 5 } });
    const { gateways } = await azureOfTest([aManagedCluster("prod"), busy]);
    expect(await gateways.estate.clusters(null)).toMatchObject({ kind: "wait", seconds: 5 });
    expect(await gateways.estate.clusters(null)).toMatchObject({ rows: [{ name: "prod" }] });
  });

  it("finds nothing, and does not fail, where no subscription may be read", async () => {
    const { gateways } = await azureOfTest([]);
    const { subscriptions, clusters, plans, protectedKinds, alerts } = gateways.estate;
    for (const read of [subscriptions, clusters, plans, protectedKinds, alerts]) {
      expect(await read(null)).toEqual({ rows: [], next: null });
    }
  });

  it("does not end in the middle, when the right to read is taken away meanwhile", async () => {
    const path = "/providers/Microsoft.ResourceGraph/resources";
    const denied = { status: 403, code: "AccessDenied" };
    const { gateways } = await azureOfTest([
      aFault({ method: "POST", path, fault: denied, when: "every" }),
    ]);
    expect(await gateways.estate.clusters(null)).toEqual({ rows: [], next: null });
    await expect(gateways.estate.clusters("page-2")).rejects.toThrow("AccessDenied");
  });
});

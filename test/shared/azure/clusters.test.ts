import { describe, expect, it } from "vitest";
import { readOnlyProperties } from "../../../shared/azure/read-only-properties.ts";
import {
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  groupId,
  subscriptionId,
} from "../../support/azure-world.ts";

const prod = clusterIdOf("prod");
const manner = (behaviour: string, more: Entry = {}): Entry => ({
  kind: "Manner",
  resource: prod,
  behaviour,
  ...more,
});
const fault = (method: string, more: Entry): Entry =>
  aFault({ method, path: clusters, fault: more });
const clusters =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}";

describe("finding a cluster", () => {
  it("reads what Azure shows", async () => {
    const { gateways } = await azureOfTest([
      aManagedCluster("prod", {}, { tags: { owner: "ann" } }),
    ]);
    expect(await gateways.clusters.find(prod.toLowerCase())).toMatchObject({
      kind: "found",
      cluster: {
        name: "prod",
        subscriptionId,
        resourceGroup: "rg-shop",
        tags: { owner: "ann" },
        powerState: "Running",
        addon: { on: false, key: null },
        pools: [{ name: "system", vmSize: "Standard_D4s_v5", count: 2 }],
      },
    });
  });

  it("knows one that is gone", async () => {
    const { gateways } = await azureOfTest([aManagedCluster("prod")]);
    expect(await gateways.clusters.find(clusterIdOf("other"))).toEqual({ kind: "gone" });
    const elsewhere = prod.replace("rg-shop", "rg-none");
    expect(await gateways.clusters.find(elsewhere)).toEqual({ kind: "gone" });
    const noSubscription = prod.replace(subscriptionId, "99999999-9999-4999-8999-999999999999");
    expect(await gateways.clusters.find(noSubscription)).toEqual({ kind: "gone" });
  });

  it("tells a missing right from a missing cluster", async () => {
    const role = { actions: ["Microsoft.Resources/subscriptions/read"] };
    const { gateways } = await azureOfTest([aManagedCluster("prod")], { role });
    expect(await gateways.clusters.find(prod)).toMatchObject({
      kind: "refused",
      status: 403,
      code: "AuthorizationFailed",
    });
  });

  it.each<[string, Entry, unknown]>([
    ["throttling as a wait", { status: 429, retryAfter: 7 }, { kind: "wait", seconds: 7 }],
    ["a closed door as a wait", { status: 503, retryAfter: 3 }, { kind: "wait", seconds: 3 }],
  ])("takes %s", async (_, given, expected) => {
    const { gateways } = await azureOfTest([aManagedCluster("prod"), fault("GET", given)]);
    expect(await gateways.clusters.find(prod)).toMatchObject(expected as object);
  });

  it.each<[string, Entry]>([
    ["a server error", { status: 500, code: "InternalServerError" }],
    ["a reset connection", { kind: "reset-before" }],
    ["a broken body", { kind: "malformed-json" }],
    ["a proxy's page", { kind: "html" }],
  ])("throws %s for a later attempt, and asks once", async (_, given) => {
    const { gateways, exchanges } = await azureOfTest([
      aManagedCluster("prod"),
      fault("GET", given),
    ]);
    await expect(gateways.clusters.find(prod)).rejects.toMatchObject({ name: "AzureError" });
    expect(await gateways.clusters.find(prod)).toMatchObject({ kind: "found" });
    expect(exchanges().length).toBeLessThanOrEqual(2);
  });
});

describe("what surrounds a cluster", () => {
  it("says when it was created", async () => {
    const { gateways } = await azureOfTest([
      aManagedCluster("other"),
      aManagedCluster("prod", {}, { createdTime: "2026-11-01T08:00:00Z" }),
    ]);
    const created = await gateways.clusters.createdAt(prod.toUpperCase());
    expect(created).toMatchObject({ kind: "known", value: expect.stringMatching(/^20\d\d-.*Z$/) });
    expect(await gateways.clusters.createdAt(clusterIdOf("none"))).toEqual({
      kind: "known",
      value: null,
    });
  });

  it("finds it by its nodes' resource group", async () => {
    const { gateways } = await azureOfTest([aManagedCluster("other"), aManagedCluster("prod")]);
    const node = `/subscriptions/${subscriptionId}/resourceGroups/mc_RG-shop_prod_westeurope/providers/Microsoft.Compute/virtualMachineScaleSets/aks-1`;
    expect(await gateways.clusters.clusterOfNode(node)).toEqual({ kind: "known", value: prod });
    const stranger = `${groupId}/providers/Microsoft.Compute/virtualMachines/vm`;
    expect(await gateways.clusters.clusterOfNode(stranger)).toEqual({ kind: "known", value: null });
  });
});

describe("switching the add-on on", () => {
  it("changes only that, and leaves out what is read-only", async () => {
    const addonProfiles = {
      azurePolicy: { enabled: false, config: null },
      omsagent: { enabled: true, config: { useAADAuth: "true" } },
    };
    const before = aManagedCluster("prod", {
      addonProfiles,
      metricsProfile: { costAnalysis: { enabled: true } },
    });
    const { gateways, exchanges, pass } = await azureOfTest([before]);
    const accepted = await gateways.clusters.enableAddon(prod);
    expect(accepted).toMatchObject({
      kind: "accepted",
      address: expect.stringMatching(/^https:\/\/management\.azure\.com\//),
      correlationId: expect.any(String),
      before: '{"addonProfiles":{"azurePolicy":{"enabled":false}}}',
      after: '{"addonProfiles":{"azurePolicy":{"enabled":true}}}',
    });
    const [get, put] = exchanges();
    const shown = get?.responseBody as { properties: Entry };
    const body = put?.requestBody as { properties: Entry };
    expect(body.properties["addonProfiles"]).toEqual({
      ...addonProfiles,
      azurePolicy: { enabled: true, config: null },
    });
    const kept = (properties: Entry) =>
      Object.keys(properties).filter((key) => !readOnlyProperties.includes(`properties.${key}`));
    expect(Object.keys(body.properties)).toEqual(kept(shown.properties));
    expect(body.properties["metricsProfile"]).toEqual({ costAnalysis: { enabled: true } });

    const address = accepted.kind === "accepted" ? (accepted.address ?? "") : "";
    expect(await gateways.clusters.poll(address)).toMatchObject({ kind: "running" });
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "unneeded" });
    await pass(10);
    expect(await gateways.clusters.poll(address)).toEqual({ kind: "succeeded" });
    expect(await gateways.clusters.find(prod)).toMatchObject({
      cluster: { addon: { on: true, key: "azurePolicy" }, provisioningState: "Succeeded" },
    });
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "unneeded" });
    expect(exchanges().filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  it("makes a new entry where there is none", async () => {
    const { gateways, pass } = await azureOfTest([aManagedCluster("prod")]);
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({
      kind: "accepted",
      before: '{"addonProfiles":{"azurepolicy":null}}',
    });
    await pass(10);
    expect(await gateways.clusters.find(prod)).toMatchObject({
      cluster: { addon: { on: true, key: "azurepolicy" } },
    });
  });

  it.each<[string, Entry]>([
    ["stopped", { powerState: { code: "Stopped" } }],
    ["being upgraded", { provisioningState: "Upgrading" }],
  ])("writes nothing to a cluster that is %s", async (_, properties) => {
    const { gateways, exchanges } = await azureOfTest([aManagedCluster("prod", properties)]);
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "wait" });
    expect(exchanges().map(({ method }) => method)).toEqual(["GET"]);
  });

  it("takes a lock, a denial and a missing right as Azure's no", async () => {
    const lock = {
      id: `${groupId}/providers/Microsoft.Authorization/locks/freeze`,
      name: "freeze",
      type: "Microsoft.Authorization/locks",
      properties: { level: "ReadOnly" },
    };
    const locked = await azureOfTest([aManagedCluster("prod"), lock]);
    expect(await locked.gateways.clusters.enableAddon(prod)).toMatchObject({
      kind: "refused",
      status: 409,
      code: "ScopeLocked",
    });
    await locked.stop();
    const denied = await azureOfTest([
      aManagedCluster("prod"),
      manner("write-denied-by-policy", { policy: "No changes" }),
    ]);
    expect(await denied.gateways.clusters.enableAddon(prod)).toMatchObject({
      kind: "refused",
      status: 403,
      code: "RequestDisallowedByPolicy",
    });
    await denied.stop();
    const role = { actions: ["*/read"] };
    const powerless = await azureOfTest([aManagedCluster("prod")], { role });
    expect(await powerless.gateways.clusters.enableAddon(prod)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
  });

  it("waits when the cluster changed between reading and writing", async () => {
    const stale = { status: 412, code: "PreconditionFailed" };
    const { gateways } = await azureOfTest([aManagedCluster("prod"), fault("PUT", stale)]);
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "wait" });
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "accepted" });
  });

  it("writes once, though the answer was lost", async () => {
    const lost = fault("PUT", { kind: "reset-after" });
    const { gateways, exchanges } = await azureOfTest([aManagedCluster("prod"), lost]);
    await expect(gateways.clusters.enableAddon(prod)).rejects.toMatchObject({ name: "AzureError" });
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "unneeded" });
    expect(exchanges().filter(({ method }) => method === "PUT").length).toBeLessThanOrEqual(1);
  });

  it("tells an operation that failed or was displaced, with Azure's code", async () => {
    const failing = await azureOfTest([
      aManagedCluster("prod"),
      manner("operation-fails", { code: "SubnetIsFull", message: "no room" }),
    ]);
    const accepted = await failing.gateways.clusters.enableAddon(prod);
    await failing.pass(10);
    const address = accepted.kind === "accepted" ? (accepted.address ?? "") : "";
    expect(await failing.gateways.clusters.poll(address)).toEqual({
      kind: "refused",
      status: 0,
      code: "SubnetIsFull",
      message: "no room",
    });
  });

  it("asks no address but Azure's, and knows one that is lost", async () => {
    const { gateways, exchanges } = await azureOfTest([aManagedCluster("prod")]);
    for (const address of ["https://evil.example/x", "http://management.azure.com/x", "x"]) {
      expect(await gateways.clusters.poll(address)).toEqual({ kind: "lost" });
    }
    expect(exchanges()).toEqual([]);
    const gone = `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/00000000-0000-4000-8000-000000000009?api-version=2022-04-01`;
    expect(await gateways.clusters.poll(gone)).toEqual({ kind: "lost" });
  });
});

describe("an operation that may not be looked at", () => {
  it.each([
    ["its token has run out", { kind: "expired-token" }],
    ["the right is missing", { status: 403, code: "AuthorizationFailed" }],
  ])("is lost when %s, and not refused", async (_, spoilt) => {
    const path =
      "/subscriptions/{subscriptionId}/providers/{namespace}/locations/{location}/operations/{operationId}";
    const { gateways } = await azureOfTest([
      aManagedCluster("prod"),
      aFault({ method: "GET", path, fault: spoilt }),
    ]);
    const accepted = await gateways.clusters.enableAddon(prod);
    const address = accepted.kind === "accepted" ? (accepted.address ?? "") : "";
    expect(await gateways.clusters.poll(address)).toEqual({ kind: "lost" });
  });
});

describe("switching the sensor on", () => {
  const workspace = `${groupId}/providers/Microsoft.OperationalInsights/workspaces/ws`;

  it("sets workspace and switch, and nothing else of the profile", async () => {
    const securityProfile = { imageCleaner: { enabled: true, intervalHours: 168 } };
    const { gateways, exchanges, pass } = await azureOfTest([
      aManagedCluster("prod", { securityProfile }),
    ]);
    expect(await gateways.clusters.enableSensor(prod, workspace)).toMatchObject({
      kind: "accepted",
      before: '{"securityProfile":{"defender":null}}',
    });
    const put = exchanges().at(-1)?.requestBody as { properties: Entry };
    expect(put.properties["securityProfile"]).toEqual({
      ...securityProfile,
      defender: {
        logAnalyticsWorkspaceResourceId: workspace,
        securityMonitoring: { enabled: true },
      },
    });
    await pass(10);
    const again = await gateways.clusters.enableSensor(prod, workspace.toLowerCase());
    expect(again).toMatchObject({ kind: "unneeded" });
  });
});

import { describe, expect, it } from "vitest";
import { addonOf, ReadCluster } from "../../../shared/azure/managed-cluster.ts";

const id =
  "/subscriptions/AAAAAAAA-0000-4000-8000-000000000001/resourcegroups/Rg-Shop/providers/Microsoft.ContainerService/managedClusters/Prod";

describe("a cluster", () => {
  it("is read as Azure spells it", () => {
    const cluster = ReadCluster.parse({
      id,
      name: "Prod",
      location: "westeurope",
      eTag: "e-1",
      tags: { Owner: "ann@contoso.com", empty: null },
      kind: "Base",
      properties: {
        provisioningState: "Updating",
        powerState: { code: "Running" },
        nodeResourceGroup: "MC_shop",
        kubernetesVersion: "1.33",
        addonProfiles: { azurePolicy: { enabled: true, config: null }, omsagent: null },
        securityProfile: {
          defender: {
            logAnalyticsWorkspaceResourceId: "/ws",
            securityMonitoring: { enabled: true },
          },
        },
        agentPoolProfiles: [
          { name: "system", vmSize: "standard_d4lds_v5", count: 3, mode: "System" },
          {
            name: "mixed",
            type: "VirtualMachines",
            virtualMachineNodesStatus: [
              { size: "Standard_D2s_v5", count: 2 },
              { size: "Standard_D8s_v5", count: 1 },
            ],
          },
        ],
      },
    });
    expect(cluster).toEqual({
      id,
      name: "Prod",
      subscriptionId: "aaaaaaaa-0000-4000-8000-000000000001",
      resourceGroup: "Rg-Shop",
      nodeResourceGroup: "MC_shop",
      location: "westeurope",
      tags: { Owner: "ann@contoso.com", empty: "" },
      provisioningState: "Updating",
      powerState: "Running",
      etag: "e-1",
      addon: { on: true, key: "azurePolicy" },
      sensor: { on: true, workspaceId: "/ws" },
      pools: [
        { name: "system", vmSize: "standard_d4lds_v5", count: 3 },
        { name: "mixed", vmSize: "Standard_D2s_v5", count: 2 },
        { name: "mixed", vmSize: "Standard_D8s_v5", count: 1 },
      ],
      kubernetesVersion: "1.33",
    });
  });

  it("is read from an answer that leaves everything out", () => {
    const cluster = ReadCluster.parse({ id, name: "Prod", location: "westeurope", properties: {} });
    expect(cluster).toMatchObject({
      tags: {},
      powerState: "Running",
      provisioningState: "Succeeded",
      etag: null,
      addon: { on: false, key: null },
      sensor: { on: false, workspaceId: null },
      pools: [],
    });
  });
});

describe("the add-on", () => {
  it.each([
    [{ on: false, key: null }, null],
    [{ on: false, key: null }, { omsagent: { enabled: true } }],
    [{ on: false, key: "azurepolicy" }, { azurepolicy: { enabled: false } }],
    [{ on: false, key: "AzurePolicy" }, { AzurePolicy: null }],
    [
      { on: true, key: "azurepolicy" },
      { azurePolicy: { enabled: false }, azurepolicy: { enabled: true } },
    ],
  ])("is %j", (expected, profiles) => {
    expect(addonOf(profiles)).toEqual(expected);
  });
});

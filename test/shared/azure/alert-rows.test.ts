import { expect, it } from "vitest";
import { AlertRow } from "../../../shared/azure/alert-rows.ts";

const subscriptionId = "11111111-aaaa-4000-8000-000000000001";
const cluster = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/prod`;

const row = (alert: object) =>
  AlertRow.parse({
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Security/locations/westeurope/alerts/2518_x`,
    name: "2518_x",
    subscriptionId,
    alert,
  });

it("reads an alert with its fields bounded", () => {
  const alert = row({
    SystemAlertId: "2518_x",
    AlertType: "K8S.NODE_Webshell",
    AlertDisplayName: "Possible web shell",
    Description: "d".repeat(9000),
    Severity: "high",
    Status: "Dismissed",
    StartTimeUtc: "2026-11-23T08:32:00.1234567Z",
    TimeGenerated: "2026-11-23T09:19:00Z",
    AlertUri: "https://portal.azure.com/#blade/x",
    ResourceIdentifiers: [
      { Type: "AAD", AadTenantId: "t" },
      { Type: "AzureResource", AzureResourceId: `/subscriptions/${subscriptionId}` },
      { Type: "AzureResource", AzureResourceId: cluster.toUpperCase() },
    ],
    RemediationSteps: ["step 1", "s".repeat(3000)],
  });
  expect(alert).toMatchObject({
    id: "2518_x",
    severity: "High",
    resource: cluster.toLowerCase(),
    subject: cluster.toLowerCase(),
    layer: "node",
    startedAt: "2026-11-23T08:32:00.123Z",
    seenAt: "2026-11-23T09:19:00.000Z",
    link: "https://portal.azure.com/#blade/x",
    status: "dismissed",
    test: false,
  });
  expect(alert.description).toHaveLength(2000);
  expect(alert.remediation.map(({ length }) => length)).toEqual([6, 1000]);
});

it("reads one that says next to nothing, on its subscription", () => {
  expect(row({})).toMatchObject({
    id: "2518_x",
    type: "unknown",
    severity: "Informational",
    resource: `/subscriptions/${subscriptionId}`,
    layer: "other",
    status: "active",
    remediation: [],
    link: null,
  });
});

it("leads nobody to another site", () => {
  const links = [
    "https://portal.azure.com.evil.example/x",
    "javascript:alert(1)",
    "http://portal.azure.com/",
  ];
  for (const AlertUri of links) expect(row({ AlertUri }).link).toBeNull();
});

it("knows a simulated alert", () => {
  expect(row({ AlertDisplayName: "[SAMPLE ALERT] Exposed dashboard" }).test).toBe(true);
});

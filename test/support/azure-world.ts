import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { createVirtualClock } from "../../local/azure/clock.ts";
import { type Estate, readEstate } from "../../local/azure/estate.ts";
import { createSimulatedAzure, type SimulatedAzureOptions } from "../../local/azure/index.ts";
import type { Exchange } from "../../local/azure/recorder.ts";
import { createGateways } from "../../shared/azure/gateways.ts";

/** The subscription that the resources below live in. */
export const subscriptionId = "11111111-aaaa-4000-8000-000000000001";

/** Where the resources below are. */
export const groupId = `/subscriptions/${subscriptionId}/resourceGroups/rg-shop`;

/** Builds the id of a resource in that group. */
export const resourceId = (type: string, name: string): string =>
  `${groupId}/providers/${type}/${name}`;

/** Id of a cluster. */
export const clusterIdOf = (name: string): string =>
  resourceId("Microsoft.ContainerService/managedClusters", name);

/** A resource as `GET` answers it. */
export type Entry = Readonly<Record<string, unknown>>;

/** A running cluster with everything that a careless write would lose. */
export function aManagedCluster(name: string, properties: Entry = {}, rest: Entry = {}): Entry {
  return {
    id: clusterIdOf(name),
    name,
    type: "Microsoft.ContainerService/ManagedClusters",
    location: "westeurope",
    identity: { type: "SystemAssigned", principalId: guid(1), tenantId: guid(2) },
    sku: { name: "Base", tier: "Free" },
    ...rest,
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      kubernetesVersion: "1.33",
      currentKubernetesVersion: "1.33.4",
      dnsPrefix: name,
      fqdn: `${name}.hcp.westeurope.azmk8s.io`,
      nodeResourceGroup: `MC_rg-shop_${name}_westeurope`,
      enableRBAC: true,
      agentPoolProfiles: [
        {
          name: "system",
          count: 2,
          vmSize: "Standard_D4s_v5",
          type: "VirtualMachineScaleSets",
          mode: "System",
          osType: "Linux",
          provisioningState: "Succeeded",
          powerState: { code: "Running" },
        },
      ],
      ...properties,
    },
  };
}

/** A misbehaviour of Azure, the first time that an operation is asked for. */
export const aFault = (rule: {
  readonly method: string;
  /** Path template of the operation. */
  readonly path: string;
  readonly fault: Entry;
  readonly when?: "first" | "every";
}): Entry => ({
  kind: "Fault",
  match: { method: rule.method, pathTemplate: rule.path },
  fault: rule.fault,
  when: rule.when ?? "first",
});

/** A GUID that is the same for the same number. */
export const guid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A simulated Azure that holds these resources, and the app's gateways to it over HTTP. */
export async function startAzure(
  resources: readonly Entry[],
  options: Partial<SimulatedAzureOptions> = {},
) {
  const estate = options.estate ?? estateOf(resources);
  const clock = createVirtualClock({ start: new Date().toISOString() });
  const recordTo = join(mkdtempSync(join(recordings(), "azure-")), "traffic.jsonl");
  const azure = createSimulatedAzure({ clock, recordTo, ...options, estate });
  const url = await azure.start();
  const mailEndpoint = "https://simulated.communication.azure.com";
  const gateways = createGateways({
    credential: { kind: "local" },
    storage: { kind: "connection-string", value: "UseDevelopmentStorage=true" },
    localRoutes: { "https://management.azure.com": url, [mailEndpoint]: url },
    readOnly: false,
    mail: {
      endpoint: mailEndpoint,
      from: "guardrail@mail.contoso.com",
      replyTo: "platform@contoso.com",
    },
    appVersion: "test",
  });
  return {
    azure,
    gateways,
    /** Lets time pass in Azure. */
    pass: (minutes: number) => clock.passTo(clock.now() + minutes * 60_000),
    /** What was asked, in order. */
    exchanges: (): readonly Exchange[] =>
      readFileSync(recordTo, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    async stop() {
      await azure.stop();
      if (!keepTraffic) rmSync(dirname(recordTo), { recursive: true, force: true });
    },
  };
}

/** Reads entries as an estate; throws what is wrong with them. */
export function estateOf(entries: readonly Entry[]): Estate {
  const reading = readEstate([{ file: "estate.json", text: JSON.stringify(entries) }]);
  if (reading.kind === "ok") return reading.estate;
  throw new Error(reading.mistakes.map(({ path, message }) => `${path}: ${message}`).join("\n"));
}

/** Traffic is kept where a folder is named, for a check of it against Microsoft's description. */
const keepTraffic = process.env["TRAFFIC_DIR"];
const recordings = (): string => keepTraffic ?? tmpdir();

/** What {@link startAzure} gives. */
export type AzureWorld = Awaited<ReturnType<typeof startAzure>>;

/** Starts Azure for the test that asks for it; it stops when the test has ended. */
export async function azureOfTest(...args: Parameters<typeof startAzure>): Promise<AzureWorld> {
  const world = await startAzure(...args);
  onTestFinished(() => world.stop());
  return world;
}

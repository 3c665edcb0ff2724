import * as z from "zod";
import type { Cluster, NodePool } from "../domain/cluster.ts";
import { parseResourceId } from "../domain/resource-id.ts";

const Switch = z.looseObject({ enabled: z.boolean().nullish() });
const Size = z.object({ size: z.string().nullish(), count: z.number().nullish() });
const Pool = z.object({
  name: z.string(),
  vmSize: z.string().nullish(),
  count: z.number().nullish(),
  virtualMachineNodesStatus: z.array(Size).nullish(),
});

/** Tags as ARM answers them: absent, null or a map. */
export const Tags = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform(
    (tags): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [name, value ?? ""])),
  );

/** `addonProfiles`, whose keys Azure spells in more than one way. */
export const AddonProfiles = z.record(z.string(), Switch.nullable()).nullish();

/** The part of `securityProfile` that the Defender sensor lives in. */
export const SecurityProfile = z
  .looseObject({
    defender: z
      .looseObject({
        logAnalyticsWorkspaceResourceId: z.string().nullish(),
        securityMonitoring: Switch.nullish(),
      })
      .nullish(),
  })
  .nullish();

/** `agentPoolProfiles`, read as far as their cost goes. */
export const Pools = z
  .array(Pool)
  .nullish()
  .transform((pools): readonly NodePool[] => (pools ?? []).flatMap(sizesOf));

/** A managed cluster as `GET` answers it; only what we look at. */
const ManagedCluster = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  eTag: z.string().nullish(),
  tags: Tags,
  properties: z.object({
    provisioningState: z.string().nullish(),
    powerState: z.object({ code: z.string().nullish() }).nullish(),
    nodeResourceGroup: z.string().nullish(),
    kubernetesVersion: z.string().nullish(),
    addonProfiles: AddonProfiles,
    securityProfile: SecurityProfile,
    agentPoolProfiles: Pools,
  }),
});

/** Reads a managed cluster; old API versions leave out the power state, which means running. */
export const ReadCluster = ManagedCluster.transform(({ properties, ...resource }): Cluster => {
  const place = parseResourceId(resource.id);
  return {
    id: resource.id,
    name: resource.name,
    subscriptionId: place?.subscriptionId.toLowerCase() ?? "",
    resourceGroup: place?.resourceGroup ?? "",
    nodeResourceGroup: properties.nodeResourceGroup ?? null,
    location: resource.location,
    tags: resource.tags,
    provisioningState: properties.provisioningState ?? "Succeeded",
    powerState: properties.powerState?.code ?? "Running",
    etag: resource.eTag || null,
    addon: addonOf(properties.addonProfiles),
    sensor: sensorOf(properties.securityProfile),
    pools: properties.agentPoolProfiles,
    kubernetesVersion: properties.kubernetesVersion ?? null,
  };
});

/** The Azure Policy add-on among the add-ons, whatever the spelling of its key. */
export function addonOf(profiles: z.output<typeof AddonProfiles>): Cluster["addon"] {
  const entries = Object.entries(profiles ?? {}).filter(
    ([key]) => key.toLowerCase() === "azurepolicy",
  );
  const [first] = entries.toSorted(([, one], [, other]) => rank(other) - rank(one));
  return first ? { on: first[1]?.enabled === true, key: first[0] } : { on: false, key: null };
}

const rank = (profile: z.output<typeof Switch> | null): number => (profile?.enabled ? 1 : 0);

/** The Defender sensor of a security profile. */
export function sensorOf(profile: z.output<typeof SecurityProfile>): Cluster["sensor"] {
  return {
    on: profile?.defender?.securityMonitoring?.enabled === true,
    workspaceId: profile?.defender?.logAnalyticsWorkspaceResourceId || null,
  };
}

/** A pool of single machines has no size of its own: its machines are listed by size. */
function sizesOf(pool: z.output<typeof Pool>): readonly NodePool[] {
  const machines = pool.virtualMachineNodesStatus ?? [];
  if (pool.vmSize || machines.length === 0) {
    return [{ name: pool.name, vmSize: pool.vmSize ?? "", count: pool.count ?? 0 }];
  }
  return machines.map(({ size, count }) => ({
    name: pool.name,
    vmSize: size ?? "",
    count: count ?? 0,
  }));
}

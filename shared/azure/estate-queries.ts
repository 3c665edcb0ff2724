import * as z from "zod";
import { kqlString } from "./kql.ts";
import { AddonProfiles, addonOf, Pools, Tags } from "./managed-cluster.ts";
import type { EstateCluster } from "./ports.ts";
import { Pricing, planOf } from "./pricing.ts";

const clusters = "microsoft.containerservice/managedclusters";
const registries = "microsoft.containerregistry/registries";
const arcClusters = "microsoft.kubernetes/connectedclusters";

const lower = z.string().transform((value) => value.toLowerCase());

/** Subscriptions with their management groups, nearest first. */
export const subscriptionsQuery = {
  kql: `resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project id, subscriptionId, name, tags, chain = properties.managementGroupAncestorsChain
| order by id asc`,
  row: z
    .object({
      subscriptionId: lower,
      name: z.string(),
      tags: Tags,
      chain: z.array(z.looseObject({ name: z.string() })).nullish(),
    })
    .transform(({ subscriptionId, name, tags, chain }) => ({
      id: subscriptionId,
      name,
      tags,
      managementGroups: (chain ?? []).map((group) => group.name),
    })),
};

/** Clusters with what a scan judges by, and the definitions they violate. */
export const clustersQuery = {
  kql: `resources
| where type =~ '${clusters}'
| extend cluster = tolower(id)
| join kind=leftouter (
    policyresources
    | where type =~ 'microsoft.policyinsights/policystates'
    | where tostring(properties.complianceState) =~ 'NonCompliant'
    | extend cluster = tolower(tostring(properties.resourceId))
    | where cluster contains '/${clusters}/'
    | summarize definitions = make_set(tolower(tostring(properties.policyDefinitionId))) by cluster
  ) on cluster
| project id, name, subscriptionId, tags, addons = properties.addonProfiles, sensor = tobool(properties.securityProfile.defender.securityMonitoring.enabled), powerState = tostring(properties.powerState.code), provisioningState = tostring(properties.provisioningState), definitions
| order by id asc`,
  row: z
    .object({
      id: z.string(),
      name: z.string(),
      subscriptionId: lower,
      tags: Tags,
      addons: AddonProfiles,
      sensor: z.union([z.boolean(), z.number()]).nullish(),
      powerState: z.string().nullish(),
      provisioningState: z.string().nullish(),
      definitions: z.array(z.string()).nullish(),
    })
    .transform(
      ({ addons, sensor, powerState, provisioningState, definitions, ...row }): EstateCluster => ({
        ...row,
        addonOn: addonOf(addons).on,
        sensorOn: Boolean(sensor),
        powerState: powerState || "Running",
        provisioningState: provisioningState || "Succeeded",
        nonCompliant: [...new Set((definitions ?? []).map(guidOf))].sort(),
      }),
    ),
};

const guidOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

/** Defender plans of all subscriptions. */
export const plansQuery = {
  kql: `securityresources
| where type =~ 'microsoft.security/pricings'
| project id, name, subscriptionId, properties
| order by id asc`,
  row: z
    .intersection(z.object({ subscriptionId: lower }), Pricing)
    .transform(({ subscriptionId, ...pricing }) => ({ subscriptionId, plan: planOf(pricing) })),
};

/** How many things a subscription holds that a plan would protect, and how many of them have nodes. */
export const protectedQuery = {
  kql: `resources
| where type in~ ('${clusters}', '${registries}', '${arcClusters}')
| extend cluster = case(type =~ '${registries}', 0, 1)
| summarize resources = count(), clusters = sum(cluster) by subscriptionId
| project id = subscriptionId, subscriptionId, resources, clusters
| order by id asc`,
  row: z
    .object({ subscriptionId: lower, resources: z.number(), clusters: z.number() })
    .transform(({ subscriptionId, resources, clusters }) => ({
      subscriptionId,
      resources,
      clusters,
    })),
};

/** Alerts of 30 days about clusters, their nodes and registries. */
export const alertsKql = `securityresources
| where type =~ 'microsoft.security/locations/alerts'
| extend kind = tostring(properties.AlertType), about = tolower(tostring(properties.ResourceIdentifiers))
| where kind startswith 'K8S' or about contains '/${clusters}/' or about contains '/${registries}/' or about contains '/${arcClusters}/'
| extend time = coalesce(todatetime(properties.TimeGeneratedUtc), todatetime(properties.TimeGenerated), todatetime(properties.StartTimeUtc))
| where isnull(time) or time > ago(30d)
| project id, name, subscriptionId, alert = properties
| order by id asc`;

/** The clusters of a subscription, with what they cost by. */
export const poolsOf = (subscriptionId: string): string => `resources
| where type =~ '${clusters}'
| where subscriptionId =~ ${kqlString(subscriptionId)}
| project id, name, powerState = tostring(properties.powerState.code), pools = properties.agentPoolProfiles
| order by id asc`;

/** A cluster with what it costs by. */
export const PoolsRow = z
  .object({ id: z.string(), name: z.string(), powerState: z.string().nullish(), pools: Pools })
  .transform(({ id, name, powerState, pools }) => ({
    id,
    name,
    running: (powerState || "running").toLowerCase() === "running",
    pools,
  }));

/**
 * How many registries, Arc clusters and servers a subscription has. Instances of a flexible scale set
 * are machines of their own already.
 */
export const countsOf = (subscriptionId: string): string => `resources
| where subscriptionId =~ ${kqlString(subscriptionId)}
| where type in~ ('${registries}', '${arcClusters}', 'microsoft.compute/virtualmachines', 'microsoft.compute/virtualmachinescalesets', 'microsoft.hybridcompute/machines')
| extend flexible = tostring(properties.orchestrationMode) =~ 'Flexible'
| extend many = case(type !~ 'microsoft.compute/virtualmachinescalesets', 1, flexible, 0, toint(sku.capacity))
| summarize many = sum(many) by type = tolower(type)
| project id = type, type, many`;

/** How many there are of one type. */
export const CountRow = z.object({ type: lower, many: z.number().nullable() });

/** Reads the three counts that plans are decided by. */
export function countsFrom(rows: readonly z.output<typeof CountRow>[]) {
  const many = (type: string) => rows.find((row) => row.type === type)?.many ?? 0;
  const servers = [
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.hybridcompute/machines",
  ];
  return {
    registries: many(registries),
    arcClusters: many(arcClusters),
    servers: servers.reduce((total, type) => total + many(type), 0),
  };
}

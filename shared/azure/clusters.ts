import * as z from "zod";
import { type Cluster, readiness } from "../domain/cluster.ts";
import { known } from "../domain/refusal.ts";
import { canonicalId, parseResourceId, sameId } from "../domain/resource-id.ts";
import type { Clients } from "./clients.ts";
import { answerOf, isGone, isSubscriptionGone, parsed, unreadableOf } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { kqlString } from "./kql.ts";
import { ReadCluster } from "./managed-cluster.ts";
import { followUp, pollOperation } from "./operations.ts";
import type { ClusterGateway } from "./ports.ts";
import type { RawSender } from "./raw.ts";
import { armOrigin } from "./read-only.ts";
import { Json, withoutReadOnly } from "./read-only-properties.ts";
import type { Memory } from "./remember.ts";

const apiVersion = "2026-06-01";

type Written = Awaited<ReturnType<ClusterGateway["enableAddon"]>>;

/** One change to a cluster's properties, with what the ledger keeps of it. */
interface Change {
  isMade(cluster: Cluster): boolean;
  make(properties: Json): Json;
  show(properties: Json): unknown;
}

/** AKS clusters, read and written as raw JSON: the SDK's model drops what it does not know. */
export function createClusterGateway(
  clients: Clients,
  graph: Graph,
  memory: Memory,
): ClusterGateway {
  const send: RawSender = async (request) => (await clients.containerService()).raw(request);
  return {
    async find(id) {
      try {
        const { body } = await send({ method: "GET", url: addressOf(id) });
        return { kind: "found", cluster: parsed(ReadCluster, body, `cluster ${id}`) };
      } catch (error) {
        if (isSubscriptionGone(error)) return { kind: "gone" };
        return isGone(error) ? { kind: "gone" } : answerOf(error);
      }
    },

    createdAt: (id) => readCreatedAt(clients, memory, id),
    clusterOfNode: (id) => findByNodeGroup(graph, id),
    enableAddon: (id) => write(send, id, enableAddon),
    enableSensor: (id, workspaceId) => write(send, id, enableSensor(workspaceId)),
    poll: (address) => pollOperation(send, address),
  };
}

const addressOf = (id: string): string => `${armOrigin}${id}?api-version=${apiVersion}`;

/** Read, judge, change one thing, write the rest back as it was read. */
async function write(send: RawSender, id: string, change: Change): Promise<Written> {
  const url = addressOf(id);
  try {
    const { body } = await send({ method: "GET", url });
    const cluster = parsed(ReadCluster, body, `cluster ${id}`);
    const resource = parsed(Json, body, `cluster ${id}`);
    const properties = propertiesOf(resource);
    const before = JSON.stringify(change.show(properties));
    if (change.isMade(cluster)) {
      return { kind: "unneeded", correlationId: null, before, after: before };
    }
    if (readiness(cluster) !== "ready") {
      const state = `${cluster.provisioningState}, ${cluster.powerState}`;
      return { kind: "wait", seconds: 60, why: `the cluster is ${state}` };
    }
    const changed = { ...resource, properties: change.make(properties) };
    const answer = await send({
      method: "PUT",
      url,
      headers: cluster.etag === null ? {} : { "if-match": cluster.etag },
      body: withoutReadOnly(changed),
    });
    const after = JSON.stringify(change.show(changed.properties));
    const correlationId = answer.header("x-ms-correlation-request-id") ?? null;
    return { kind: "accepted", ...followUp(answer), correlationId, before, after };
  } catch (error) {
    return isGone(error) ? { kind: "gone" } : answerOf(error);
  }
}

const propertiesOf = (resource: Json): Json =>
  parsed(Json, resource["properties"], "the cluster's properties");

const objectOf = (value: unknown): Json => Json.safeParse(value).data ?? {};

const enableAddon: Change = {
  isMade: ({ addon }) => addon.on,
  make: (properties) => {
    const profiles = objectOf(properties["addonProfiles"]);
    const key = keyIn(profiles);
    const profile = { ...objectOf(profiles[key]), enabled: true };
    return { ...properties, addonProfiles: { ...profiles, [key]: profile } };
  },
  show: (properties) => {
    const profiles = objectOf(properties["addonProfiles"]);
    const key = keyIn(profiles);
    const { enabled } = objectOf(profiles[key]);
    return { addonProfiles: { [key]: enabled === undefined ? null : { enabled } } };
  },
};

/** A second spelling of the key would be a second add-on: the one found is used. */
const keyIn = (profiles: Json): string =>
  Object.keys(profiles).find((key) => key.toLowerCase() === "azurepolicy") ?? "azurepolicy";

const enableSensor = (workspaceId: string): Change => ({
  isMade: ({ sensor }) =>
    sensor.on && (sensor.workspaceId === null || sameId(sensor.workspaceId, workspaceId)),
  make: (properties) => {
    const profile = objectOf(properties["securityProfile"]);
    const defender = objectOf(profile["defender"]);
    const monitoring = { ...objectOf(defender["securityMonitoring"]), enabled: true };
    const wanted = {
      ...defender,
      logAnalyticsWorkspaceResourceId: workspaceId,
      securityMonitoring: monitoring,
    };
    return { ...properties, securityProfile: { ...profile, defender: wanted } };
  },
  show: (properties) => ({
    securityProfile: { defender: objectOf(properties["securityProfile"])["defender"] ?? null },
  }),
});

/** Azure tells this of all clusters of a subscription at once; one that it did not name may be new. */
async function readCreatedAt(clients: Clients, { remember, renew }: Memory, id: string) {
  const place = parseResourceId(id);
  if (!place) return { kind: "unreadable", why: `${id} is no resource id` } as const;
  const key = `created in ${place.subscriptionId.toLowerCase()}`;
  const ask = () => creationTimes(clients, place.subscriptionId);
  try {
    const remembered = (await remember(key, ask)).get(canonicalId(id));
    const time =
      remembered === undefined ? (await renew(key, ask)).get(canonicalId(id)) : remembered;
    return known(time ?? null);
  } catch (error) {
    return unreadableOf(error);
  }
}

type CreationTimes = ReadonlyMap<string, string | null>;

async function creationTimes(clients: Clients, subscriptionId: string): Promise<CreationTimes> {
  const { client } = await clients.resources(subscriptionId);
  const filter = "resourceType eq 'Microsoft.ContainerService/managedClusters'";
  const times = new Map<string, string | null>();
  for await (const { id, createdTime } of client.resources.list({
    filter,
    expand: "createdTime",
  })) {
    times.set(canonicalId(id ?? ""), createdTime?.toISOString() ?? null);
  }
  return times;
}

const NodeGroupRow = z.object({ id: z.string() });

async function findByNodeGroup(graph: Graph, resourceId: string) {
  const place = parseResourceId(resourceId);
  if (!place?.resourceGroup) return known(null);
  const query = `resources
| where type =~ 'microsoft.containerservice/managedclusters'
| where subscriptionId =~ ${kqlString(place.subscriptionId)}
| where tostring(properties.nodeResourceGroup) =~ ${kqlString(place.resourceGroup)}
| project id`;
  try {
    const [row] = await graph.all(query, NodeGroupRow);
    return known(row?.id ?? null);
  } catch (error) {
    return unreadableOf(error);
  }
}

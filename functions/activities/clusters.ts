import type { Gateways } from "../../shared/azure/ports.ts";
import { type DecidedUnder, guarded } from "./guard.ts";
import type { InForceSource } from "./in-force.ts";

/**
 * Azure actions: Microsoft.ContainerService/managedClusters/read and /write,
 * Microsoft.Resources/subscriptions/resources/read, Microsoft.ResourceGraph/resources/read.
 */
export const clusterActivities = (
  { clusters }: Pick<Gateways, "clusters">,
  source: InForceSource,
) => ({
  findCluster: (input: { subject: string }) => clusters.find(input.subject),
  createdAt: (input: { subject: string }) => clusters.createdAt(input.subject),
  clusterOfNode: (input: { subject: string }) => clusters.clusterOfNode(input.subject),
  enableAddon: (input: { subject: string; under: DecidedUnder }) =>
    guarded(source, input.under, () => clusters.enableAddon(input.subject)),
  enableSensor: (input: { subject: string; workspaceId: string; under: DecidedUnder }) =>
    guarded(source, input.under, () => clusters.enableSensor(input.subject, input.workspaceId)),
  pollOperation: (input: { subject: string; address: string }) => clusters.poll(input.address),
});

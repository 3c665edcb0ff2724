import { ArmFault, resourceNotFound } from "../arm-fault.ts";
import { param, type Route, type RoutedRequest } from "../exchange.ts";
import type { Resource, Store } from "../store.ts";
import { aksLimit } from "../throttling.ts";

const versions = [
  ...["2021-07-01", "2022-06-01", "2024-05-01", "2025-05-01", "2025-07-01", "2025-09-01"],
  ...["2025-10-01", "2026-01-01", "2026-04-01", "2026-05-01", "2026-06-01"],
];
/** Type of AKS clusters. */
export const clusterType = "Microsoft.ContainerService/managedClusters";
/** Template of the clusters of a subscription. */
export const clustersInSubscription = `/subscriptions/{subscriptionId}/providers/${clusterType}`;
/** Template of the clusters of a resource group. */
export const clustersInGroup = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${clusterType}`;
/** Template of one cluster. */
export const oneCluster = `${clustersInGroup}/{resourceName}`;

/** A route of the AKS provider without its handler; counts against the bucket of "all others". */
export function clusterRoute(
  method: Route["method"],
  template: string,
  verb: string,
): Omit<Route, "handle"> {
  const limits = (request: RoutedRequest) => ({
    limits: [aksLimit("other", param(request, "subscriptionId"))],
  });
  return { method, template, versions, action: `${clusterType}/${verb}`, limits };
}

/** The cluster of the path. Throws a 404 where it or its group does not exist. */
export function findCluster(request: RoutedRequest, store: Store): Resource {
  const found = store.find(clusterId(request));
  if (found) return found;
  const group = param(request, "resourceGroupName");
  requireGroup(request, store);
  throw resourceNotFound(clusterType, param(request, "resourceName"), group);
}

/** The id in the path. */
export function clusterId(request: RoutedRequest): string {
  const [subscription, group, name] = ["subscriptionId", "resourceGroupName", "resourceName"].map(
    (parameter) => param(request, parameter),
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${clusterType}/${name}`;
}

/** Throws a 404 where the resource group of the path does not exist. */
export function requireGroup(request: RoutedRequest, store: Store): void {
  const group = param(request, "resourceGroupName");
  if (store.find(`/subscriptions/${param(request, "subscriptionId")}/resourceGroups/${group}`))
    return;
  throw new ArmFault(404, "ResourceGroupNotFound", {
    message: `Resource group '${group}' could not be found.`,
  });
}

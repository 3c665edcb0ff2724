import { mergeAddons, policyAddonRuns, policyKeys } from "../aks/addons.ts";
import { createPoolRoutes } from "../aks/agent-pools.ts";
import { composeCluster } from "../aks/cluster-body.ts";
import {
  type ClusterOperations,
  createClusterOperations,
  settled,
  somebody,
} from "../aks/cluster-operations.ts";
import {
  clusterId,
  clusterRoute,
  clustersInGroup,
  clustersInSubscription,
  clusterType,
  findCluster,
  oneCluster,
  requireGroup,
} from "../aks/cluster-route.ts";
import {
  busyFault,
  checkPreconditions,
  inState,
  isBusy,
  isStopped,
  stoppedFault,
} from "../aks/cluster-state.ts";
import { createPowerRoute } from "../aks/power.ts";
import { ArmFault } from "../arm-fault.ts";
import { type Answer, param, type Route, type RoutedRequest } from "../exchange.ts";
import { requireRegistration } from "../guards.ts";
import { isObject, objectAt } from "../json.ts";
import type { Limit } from "../limits.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { scopeOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import { aksLimit } from "../throttling.ts";

const type = clusterType;

/** AKS clusters and their node pools. */
export function createContainerServiceRoutes(parts: AzureParts): Route[] {
  const clusters = createClusterOperations(parts);
  releaseBusyClusters(parts);
  return [
    listRoute(parts, clustersInSubscription, (request) =>
      aksLimit("listSubscription", param(request, "subscriptionId")),
    ),
    listRoute(parts, clustersInGroup, (request) => aksLimit("listGroup", scopeOf(request.path))),
    {
      ...clusterRoute("GET", oneCluster, "read"),
      limits: (request) => ({ limits: [aksLimit("get", request.scope)] }),
      handle: (request) => ({ status: 200, body: findCluster(request, parts.store) }),
    },
    {
      ...clusterRoute("PUT", oneCluster, "write"),
      limits: (request) => ({ limits: [aksLimit("put", request.scope)] }),
      act: actOfPut,
      handle: (request) => put(request, parts, clusters),
    },
    {
      ...clusterRoute("PATCH", oneCluster, "write"),
      handle: (request) => patch(request, parts, clusters),
    },
    {
      ...clusterRoute("DELETE", oneCluster, "delete"),
      handle: (request) => remove(request, parts, clusters),
    },
    createPowerRoute("start", parts, clusters),
    createPowerRoute("stop", parts, clusters),
    ...createPoolRoutes(parts),
  ];
}

function listRoute(
  { store, pageSize }: AzureParts,
  template: string,
  limit: (request: RoutedRequest) => Limit,
): Route {
  return {
    ...clusterRoute("GET", template, "read"),
    limits: (request) => ({ limits: [limit(request)] }),
    handle: (request) => listAnswer(request, store.list(type, scopeOf(request.path)), pageSize),
  };
}

function put(request: RoutedRequest, parts: AzureParts, clusters: ClusterOperations): Answer {
  const { store, delays } = parts;
  const id = clusterId(request);
  const current = store.find(id);
  checkPreconditions(request, { current, etag: store.facts(id)?.etag ?? null });
  if (!current) return create(request, parts, clusters);
  refuseLinked(current, parts);
  const free = makeWay(request, current, { parts, clusters });
  const { cluster: wished, readOnlySent } = composeCluster(request.body, free);
  requirePolicyInsights(free, wished, parts);
  note(request, { current: free, wished, readOnlySent }, parts);
  const operation = clusters.start({
    request,
    operation: `${type}/write`,
    before: free,
    during: inState(wished, "Updating"),
    after: settled,
    duration: delays.clusterWrite,
  });
  return { status: 200, headers: operation.headers, body: store.find(id) ?? wished };
}

function create(request: RoutedRequest, parts: AzureParts, clusters: ClusterOperations): Answer {
  const { store, delays } = parts;
  requireGroup(request, store);
  const id = clusterId(request);
  const name = param(request, "resourceName");
  const location = isObject(request.body) ? request.body["location"] : undefined;
  const empty: Resource = { id, name, type, ...(location === undefined ? {} : { location }) };
  const { cluster: wished } = composeCluster(request.body, empty);
  const operation = clusters.start({
    request,
    operation: `${type}/write`,
    before: inState(wished, "Failed", "Running"),
    during: inState(wished, "Creating", "Running"),
    after: settled,
    duration: delays.clusterCreate,
  });
  return { status: 201, headers: operation.headers, body: store.find(id) ?? wished };
}

/** 409 while the cluster is stopped or busy - or the running operation gives way, where the estate says so. */
function makeWay(
  request: RoutedRequest,
  current: Resource,
  { parts, clusters }: { parts: AzureParts; clusters: ClusterOperations },
): Resource {
  if (isStopped(current)) throw stoppedFault(current, "updating");
  if (!isBusy(current)) return current;
  if (!parts.manners.find(current.id, "busy-yields-to-writes")) throw busyFault(current);
  clusters.preempt(current.id, "AKSOperationPreempted", request);
  return parts.store.find(current.id) ?? current;
}

function requirePolicyInsights(current: Resource, wished: Resource, { store }: AzureParts): void {
  const comesOn = policyAddonRuns(wished) && !policyAddonRuns(current);
  if (comesOn) requireRegistration(store, current.id, "Microsoft.PolicyInsights");
}

function refuseLinked(current: Resource, { manners }: AzureParts): void {
  const manner = manners.find(current.id, "linked-authorization-fails");
  if (!manner) return;
  throw new ArmFault(403, "LinkedAuthorizationFailed", {
    message: `The client has permission to perform action '${type}/write' on scope '${current.id}'; however, it does not have permission to perform action(s) '${manner.action}' on the linked scope(s) '${manner.linked}' (respectively) or the linked scope(s) are invalid.`,
  });
}

function note(
  { caller }: RoutedRequest,
  found: { current: Resource; wished: Resource; readOnlySent: readonly string[] },
  { noteMisstep }: AzureParts,
): void {
  const { current, wished, readOnlySent } = found;
  const misstep = (kind: string, detail: string): void =>
    noteMisstep({ caller: caller.name, resourceId: current.id, kind, detail });
  if (readOnlySent.length > 0) misstep("read-only-property", readOnlySent.join(", "));
  const keys = policyKeys(objectAt(objectAt(wished, "properties"), "addonProfiles"));
  if (keys.length > 1) misstep("duplicate-addon-key", keys.join(", "));
}

function actOfPut({ body }: RoutedRequest): string | null {
  const properties = objectAt(body, "properties");
  if (policyKeys(mergeAddons({}, properties["addonProfiles"])).length > 0) return "policy-addon";
  return objectAt(properties, "securityProfile")["defender"] === undefined ? null : "defender";
}

function patch(request: RoutedRequest, parts: AzureParts, clusters: ClusterOperations): Answer {
  const { store, delays } = parts;
  const found = findCluster(request, store);
  checkPreconditions(request, { current: found, etag: store.facts(found.id)?.etag ?? null });
  const current = makeWay(request, found, { parts, clusters });
  const tags = objectAt(request.body, "tags");
  const operation = clusters.start({
    request,
    operation: `${type}/write`,
    before: current,
    during: inState({ ...current, tags }, "Updating"),
    after: (now) => inState(now, "Succeeded"),
    duration: delays.clusterWrite,
  });
  return { status: 200, headers: operation.headers, body: store.find(current.id) ?? current };
}

function remove(request: RoutedRequest, parts: AzureParts, clusters: ClusterOperations): Answer {
  const current = parts.store.find(clusterId(request));
  if (!current) return { status: 204 };
  if (clusters.runningFor(current.id)) {
    clusters.preempt(current.id, "AKSOperationPreemptedByDelete", request);
  }
  const operation = clusters.start({
    request,
    operation: `${type}/delete`,
    before: current,
    during: inState(current, "Deleting"),
    after: () => null,
    duration: parts.delays.clusterPower,
  });
  return { status: 202, headers: operation.headers };
}

/** Clusters that the estate calls busy come free when it says. */
function releaseBusyClusters({ manners, store, clock, events, newGuid }: AzureParts): void {
  for (const manner of manners.all("busy-until")) {
    const current = store.find(manner.resource);
    if (!current || !/\/managedClusters\//i.test(current.id)) continue;
    if (!isBusy(current)) store.put(inState(current, "Updating"));
    clock.schedule(Date.parse(manner.until), () => {
      const now = store.find(manner.resource);
      if (!now || !isBusy(now)) return;
      store.put(inState(now, "Succeeded"));
      const url = new URL(`${now.id}?api-version=2026-06-01`, "https://management.azure.com");
      const rest = { headers: {}, body: undefined, caller: somebody, correlationId: newGuid() };
      const request = { method: "PUT", url, ...rest };
      events.activity({
        outcome: "WriteSuccess",
        resourceId: now.id,
        operation: `${type}/write`,
        request,
      });
    });
  }
}

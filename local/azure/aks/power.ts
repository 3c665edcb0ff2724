import type { Route } from "../exchange.ts";
import type { AzureParts } from "../parts.ts";
import type { ClusterOperations } from "./cluster-operations.ts";
import { clusterRoute, clusterType, findCluster, oneCluster } from "./cluster-route.ts";
import { busyFault, inState, isBusy, isStopped, stoppedFault } from "./cluster-state.ts";

/** Start or stop of a cluster. */
export function createPowerRoute(
  what: "start" | "stop",
  parts: AzureParts,
  clusters: ClusterOperations,
): Route {
  const power = what === "start" ? "Running" : "Stopped";
  return {
    ...clusterRoute("POST", `${oneCluster}/${what}`, `${what}/action`),
    handle: (request) => {
      const current = findCluster(request, parts.store);
      if (isBusy(current)) throw busyFault(current);
      if (what === "stop" && isStopped(current)) throw stoppedFault(current, "stopping");
      if (what === "start" && !isStopped(current)) return { status: 204 };
      const operation = clusters.start({
        request,
        operation: `${clusterType}/${what}/action`,
        before: current,
        during: inState(current, what === "start" ? "Starting" : "Stopping"),
        after: (now) => inState(now, "Succeeded", power),
        duration: parts.delays.clusterPower,
      });
      return { status: 202, headers: operation.headers };
    },
  };
}

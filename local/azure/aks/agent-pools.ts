import { resourceNotFound } from "../arm-fault.ts";
import { param, type Route } from "../exchange.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import type { Resource } from "../store.ts";
import { clusterRoute, clusterType, findCluster, oneCluster } from "./cluster-route.ts";

/** Node pools of a cluster, read from its profile. */
export function createPoolRoutes(parts: AzureParts): Route[] {
  const list = `${oneCluster}/agentPools`;
  return [
    {
      ...clusterRoute("GET", list, "agentPools/read"),
      handle: (request) => {
        const found = findCluster(request, parts.store);
        return listAnswer(request, poolsOf(found), parts.pageSize);
      },
    },
    {
      ...clusterRoute("GET", `${list}/{agentPoolName}`, "agentPools/read"),
      handle: (request) => {
        const name = param(request, "agentPoolName");
        const pools = poolsOf(findCluster(request, parts.store));
        const found = pools.find((pool) => textAt(pool, "name") === name);
        if (found) return { status: 200, body: found };
        throw resourceNotFound(
          `${clusterType}/agentPools`,
          name,
          param(request, "resourceGroupName"),
        );
      },
    },
  ];
}

function poolsOf(found: Resource): JsonObject[] {
  return listAt(objectAt(found, "properties"), "agentPoolProfiles")
    .filter(isObject)
    .map(({ name, ...properties }) => ({
      id: `${found.id}/agentPools/${name}`,
      name: name ?? null,
      type: `${clusterType}/agentPools`,
      properties,
    }));
}

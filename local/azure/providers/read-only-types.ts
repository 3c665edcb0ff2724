import { resourceNotFound } from "../arm-fault.ts";
import type { Route } from "../exchange.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { readResourceId, scopeOf } from "../resource-id.ts";

/** Types that are only read here: the estate holds them, scripts change them in the store. */
const types: Readonly<Record<string, readonly string[] | null>> = {
  "Microsoft.ContainerRegistry/registries": [
    ...["2019-05-01", "2021-09-01", "2022-12-01", "2023-07-01"],
    ...["2023-11-01-preview", "2025-04-01"],
  ],
  "Microsoft.Compute/virtualMachines": null,
  "Microsoft.Compute/virtualMachineScaleSets": null,
  "Microsoft.HybridCompute/machines": null,
  "Microsoft.Kubernetes/connectedClusters": null,
};

/** GET and LIST of registries, machines, scale sets and Arc resources. */
export function createReadOnlyTypeRoutes(parts: AzureParts): Route[] {
  return Object.entries(types).flatMap(([type, versions]) => routesOf(type, versions, parts));
}

function routesOf(
  type: string,
  versions: readonly string[] | null,
  { store, pageSize }: AzureParts,
): Route[] {
  const inSubscription = `/subscriptions/{subscriptionId}/providers/${type}`;
  const inGroup = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${type}`;
  const common = { method: "GET", versions, action: `${type}/read` } as const;
  const list: Route["handle"] = (request) =>
    listAnswer(request, store.list(type, scopeOf(request.path)), pageSize);
  return [
    { ...common, template: inSubscription, handle: list },
    { ...common, template: inGroup, handle: list },
    {
      ...common,
      template: `${inGroup}/{resourceName}`,
      handle: (request) => {
        const found = store.find(request.path);
        if (found) return { status: 200, body: found };
        const path = readResourceId(request.path);
        throw resourceNotFound(type, path?.name ?? "", path?.resourceGroup ?? null);
      },
    },
  ];
}

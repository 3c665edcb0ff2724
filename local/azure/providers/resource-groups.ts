import { ArmFault } from "../arm-fault.ts";
import { param, queryOf, type Route, type RoutedRequest } from "../exchange.ts";
import { type JsonObject, textAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, readResourceId, resourceGroupType } from "../resource-id.ts";
import { type Resource, typeOf } from "../store.ts";

const versions = [
  ...["2020-10-01", "2021-04-01", "2022-09-01", "2024-03-01"],
  ...["2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01"],
];
const groups = "/subscriptions/{subscriptionId}/resourcegroups";
const one = `${groups}/{resourceGroupName}`;
const readGroups = "Microsoft.Resources/subscriptions/resourceGroups/read";

/** Resource groups, and the resources of a subscription or group in the short form of Azure Resource Manager. */
export function createResourceGroupRoutes(parts: AzureParts): Route[] {
  const { store, pageSize } = parts;
  return [
    {
      ...get(groups, readGroups),
      handle: (request) => {
        const scope = `/subscriptions/${param(request, "subscriptionId")}`;
        return listAnswer(request, store.list(resourceGroupType, scope), pageSize);
      },
    },
    {
      ...get(one, readGroups),
      handle: (request) => ({ status: 200, body: group(request, parts) }),
    },
    {
      ...get(one, readGroups),
      method: "HEAD",
      handle: (request) => ({ status: store.find(request.path) ? 204 : 404 }),
    },
    listResources("/subscriptions/{subscriptionId}/resources", parts),
    listResources(`${one}/resources`, parts),
  ];
}

function get(template: string, action: string): Omit<Route, "handle"> {
  return { method: "GET", template, versions, action };
}

function group(request: RoutedRequest, { store }: AzureParts): Resource {
  const found = store.find(request.path);
  if (found) return found;
  const name = param(request, "resourceGroupName");
  throw new ArmFault(404, "ResourceGroupNotFound", {
    message: `Resource group '${name}' could not be found.`,
  });
}

function listResources(template: string, parts: AzureParts): Route {
  const { store, pageSize } = parts;
  return {
    ...get(template, "Microsoft.Resources/subscriptions/resources/read"),
    handle: (request) => {
      const scope = request.path.replace(/\/resources\/?$/i, "");
      if (request.params["resourceGroupName"] !== undefined) {
        group({ ...request, path: scope }, parts);
      }
      const fits = readFilter(queryOf(request, "$filter"));
      const expand = (queryOf(request, "$expand") ?? "").toLowerCase().split(",");
      const found = store
        .all(scope)
        .filter((resource) => fits(resource) && isTracked(resource))
        .map((resource) => shortForm(resource, expand, parts));
      return listAnswer(request, found, pageSize);
    },
  };
}

/** Extension resources (locks, plans, assignments) and parts of resources are not in the list. */
function isTracked(resource: Resource): boolean {
  const path = readResourceId(resource.id);
  const namespace = path?.type.split("/")[0] ?? "";
  const extension = ["microsoft.authorization", "microsoft.security", "microsoft.resources"];
  return path?.resourceGroup !== null && path?.name !== undefined && !extension.includes(namespace);
}

function shortForm(
  resource: Resource,
  expand: readonly string[],
  { store }: AzureParts,
): JsonObject {
  const facts = store.facts(resource.id);
  const shown = ["id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy"];
  const entries = Object.entries(resource).filter(([key]) => shown.includes(key));
  return {
    ...Object.fromEntries(entries),
    ...(expand.includes("createdtime") ? { createdTime: facts?.createdAt } : {}),
    ...(expand.includes("changedtime") ? { changedTime: facts?.changedAt } : {}),
    ...(expand.includes("provisioningstate") ? { provisioningState: stateOf(resource) } : {}),
  };
}

function stateOf(resource: Resource): string {
  const { properties } = resource as { properties?: JsonObject };
  return textAt(properties, "provisioningState") ?? "Succeeded";
}

/** Reads `resourceType eq '...'` and `name eq '...'`, joined by `and` or `or` (one kind only). */
function readFilter(filter: string | null): (resource: Resource) => boolean {
  if (filter === null || filter.trim() === "") return () => true;
  const joinedByOr = /\s+or\s+/i.test(filter);
  const joinedByAnd = /\s+and\s+/i.test(filter);
  if (joinedByOr && joinedByAnd) throw invalidFilter(filter);
  const tests = filter.split(/\s+(?:and|or)\s+/i).map((part) => readComparison(part, filter));
  return (resource) =>
    joinedByOr ? tests.some((test) => test(resource)) : tests.every((test) => test(resource));
}

function readComparison(part: string, filter: string): (resource: Resource) => boolean {
  const match = /^\s*(resourceType|name|resourceGroup|location)\s+eq\s+'([^']*)'\s*$/i.exec(part);
  const [, field, wanted] = match ?? [];
  if (field === undefined || wanted === undefined) throw invalidFilter(filter);
  const value = canonical(wanted);
  return (resource) => canonical(fieldOf(resource, field.toLowerCase())) === value;
}

function fieldOf(resource: Resource, field: string): string {
  if (field === "resourcetype") return typeOf(resource);
  if (field === "resourcegroup") return readResourceId(resource.id)?.resourceGroup ?? "";
  return textAt(resource, field) ?? "";
}

function invalidFilter(filter: string): ArmFault {
  return new ArmFault(400, "InvalidFilterInQueryString", {
    message: `Invalid $filter '${filter}' specified in the query string.`,
  });
}

import { type Json, type JsonObject, objectAt, textAt } from "../json.ts";
import type { Column, Row } from "../kql/values.ts";
import { groupsOver } from "../policy/hierarchy.ts";
import { readResourceId, resourceGroupType, subscriptionType } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";

/** The columns that every table of Resource Graph has. */
export const graphColumns: readonly Column[] = [
  { name: "id", type: "string" },
  { name: "name", type: "string" },
  { name: "type", type: "string" },
  { name: "tenantId", type: "string" },
  { name: "kind", type: "string" },
  { name: "location", type: "string" },
  { name: "resourceGroup", type: "string" },
  { name: "subscriptionId", type: "string" },
  { name: "managedBy", type: "string" },
  { name: "sku", type: "dynamic" },
  { name: "plan", type: "dynamic" },
  { name: "properties", type: "dynamic" },
  { name: "tags", type: "dynamic" },
  { name: "identity", type: "dynamic" },
  { name: "zones", type: "dynamic" },
  { name: "extendedLocation", type: "dynamic" },
];

/** The tables of Resource Graph that the simulated Azure fills. */
export type GraphTable =
  | "resources"
  | "resourcecontainers"
  | "securityresources"
  | "policyresources"
  | "authorizationresources";

const managementGroupType = "microsoft.management/managementgroups";

const tablesByType: Readonly<Record<string, GraphTable>> = {
  [subscriptionType]: "resourcecontainers",
  [resourceGroupType]: "resourcecontainers",
  [managementGroupType]: "resourcecontainers",
  "microsoft.security/pricings": "securityresources",
  "microsoft.security/assessments": "securityresources",
  "microsoft.security/assessments/subassessments": "securityresources",
  "microsoft.security/locations/alerts": "securityresources",
  "microsoft.authorization/policyassignments": "policyresources",
  "microsoft.authorization/policydefinitions": "policyresources",
  "microsoft.authorization/policysetdefinitions": "policyresources",
  "microsoft.authorization/policyexemptions": "policyresources",
  "microsoft.policyinsights/policystates": "policyresources",
  "microsoft.authorization/roleassignments": "authorizationresources",
  "microsoft.authorization/roledefinitions": "authorizationresources",
};

/** Providers whose resources have tables of their own, or none. */
const elsewhere = /^microsoft\.(resources|authorization|security|policyinsights|management)\//;

/** The table that shows resources of this type (lower case), or null. */
export function tableOf(id: string): GraphTable | null {
  const path = readResourceId(id);
  if (!path) return null;
  const known = tablesByType[path.type];
  if (known) return known;
  const isTopLevel = path.type.split("/").length === 2 && path.resourceGroup !== null;
  const isAttached = id.toLowerCase().split("/providers/").length > 2;
  return isTopLevel && !isAttached && !elsewhere.test(path.type) ? "resources" : null;
}

/** The action that a reader of this row needs. */
export function readActionOf(id: string): string {
  const type = readResourceId(id)?.type ?? "";
  if (type === "microsoft.security/locations/alerts") return "Microsoft.Security/alerts/read";
  if (type === "microsoft.policyinsights/policystates") {
    return "Microsoft.PolicyInsights/policyStates/queryResults/read";
  }
  return `${type}/read`;
}

/** A resource as a row; types and locations in lower case, absent texts empty. */
export function rowOf(resource: Resource, context: { store: Store; tenantId: string }): Row {
  const path = readResourceId(resource.id);
  const cells: Readonly<Record<string, Json>> = {
    id: resource.id,
    name: nameOf(resource, path?.type ?? ""),
    type: path?.type ?? "",
    tenantId: context.tenantId,
    kind: textAt(resource, "kind") ?? "",
    location: (textAt(resource, "location") ?? "").toLowerCase().replaceAll(" ", ""),
    resourceGroup: path?.resourceGroup ?? "",
    subscriptionId: path?.subscriptionId ?? "",
    managedBy: textAt(resource, "managedBy") ?? "",
    properties: propertiesOf(resource, context.store),
  };
  return graphColumns.map(({ name }) => cells[name] ?? resource[name] ?? null);
}

function nameOf(resource: Resource, type: string): string {
  const shown = type === subscriptionType ? textAt(resource, "displayName") : null;
  return shown ?? textAt(resource, "name") ?? readResourceId(resource.id)?.name ?? "";
}

function propertiesOf(resource: Resource, store: Store): JsonObject {
  const type = readResourceId(resource.id)?.type;
  const properties = objectAt(resource, "properties");
  if (type === "microsoft.security/locations/alerts") return pascal(properties);
  if (type !== subscriptionType) return properties;
  const { id } = resource;
  const groups = groupsOver(store, readResourceId(id)?.subscriptionId ?? "");
  return {
    managedByTenants: resource["managedByTenants"] ?? [],
    managementGroupAncestorsChain: groups.map((group) => ({
      name: group.slice(group.lastIndexOf("/") + 1),
      displayName: displayName(store, group),
    })),
    state: resource["state"] ?? "Enabled",
    subscriptionPolicies: resource["subscriptionPolicies"] ?? null,
  };
}

function displayName(store: Store, group: string): string {
  const properties = objectAt(store.find(group) ?? {}, "properties");
  return textAt(properties, "displayName") ?? group.slice(group.lastIndexOf("/") + 1);
}

/** Alerts are PascalCase in Resource Graph, unlike in their own API (seen in published queries). */
function pascal(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      key === "extendedProperties" || key === "ExtendedProperties" ? inner : pascalOf(inner),
    ]),
  );
}

function pascalOf(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((one: Json) => pascalOf(one) ?? null);
  return typeof value === "object" && value !== null ? pascal(value as JsonObject) : value;
}

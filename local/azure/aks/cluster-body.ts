import { ArmFault, badRequest } from "../arm-fault.ts";
import { isObject, type Json, type JsonObject, objectAt, textAt, without } from "../json.ts";
import type { Resource } from "../store.ts";
import { addonsOf, mergeAddons } from "./addons.ts";
import { carryReadOnly, dropReadOnly } from "./read-only.ts";

/** A cluster as a PUT makes it, and what of the body is not for a caller to send. */
export interface ComposedCluster {
  readonly cluster: Resource;
  readonly readOnlySent: readonly string[];
}

/** Properties that a PUT may leave out without taking them away. */
const keptProperties = [
  "agentPoolProfiles",
  "servicePrincipalProfile",
  "identityProfile",
  "nodeResourceGroup",
  "dnsPrefix",
  "kubernetesVersion",
  "enableRBAC",
];

/**
 * Lays a PUT body over a cluster: what callers may write is replaced as a whole, read-only properties
 * stay as they are, add-ons that the body leaves out stay. Throws where the body is unusable or
 * changes what cannot change.
 */
export function composeCluster(body: Json | undefined, current: Resource): ComposedCluster {
  if (!isObject(body)) throw badRequest("The request content is empty.");
  if (textAt(body, "location") === null) {
    throw badRequest("The location property is required for this definition.", "LocationRequired");
  }
  const { body: writable, sent } = dropReadOnly(withoutSecrets(body));
  checkImmutable(writable, current);
  checkDefender(writable);
  const now = objectAt(current, "properties");
  const kept = Object.fromEntries(keptProperties.map((key) => [key, now[key]]));
  const properties = {
    ...withoutUndefined(kept),
    ...objectAt(writable, "properties"),
    addonProfiles: mergeAddons(
      addonsOf(current),
      objectAt(writable, "properties")["addonProfiles"],
    ),
  };
  const identity = writable["identity"] ?? current["identity"];
  const sku = writable["sku"] ?? current["sku"];
  const wished = withoutUndefined({ ...writable, identity, sku, properties });
  const cluster = { ...carryReadOnly(wished, current), id: current.id };
  return { cluster, readOnlySent: sent };
}

/** Location and properties that are fixed at creation (Azure documentation, AKS troubleshooting). */
const immutable = [
  "location",
  "properties.dnsPrefix",
  "properties.fqdnSubdomain",
  "properties.nodeResourceGroup",
  "properties.enableRBAC",
  "properties.networkProfile.networkPlugin",
  "properties.networkProfile.serviceCidr",
  "properties.networkProfile.dnsServiceIP",
  "properties.networkProfile.podCidr",
  "properties.apiServerAccessProfile.enablePrivateCluster",
  "properties.linuxProfile.adminUsername",
  "properties.windowsProfile.adminUsername",
];

function checkImmutable(body: JsonObject, current: JsonObject): void {
  for (const path of immutable) {
    const wished = valueAt(body, path);
    const now = valueAt(current, path);
    if (wished === undefined || now === undefined || plain(wished) === plain(now)) continue;
    throw new ArmFault(400, "PropertyChangeNotAllowed", {
      message: `Provisioning of resource(s) for Agent Pool or Cluster failed. Error: Changing property '${path}' is not allowed.`,
    });
  }
}

function valueAt(value: JsonObject, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function plain(value: Json): string {
  return typeof value === "string"
    ? value.toLowerCase().replaceAll(" ", "")
    : JSON.stringify(value);
}

/** The sensor needs its workspace while it is on, and must have none when it is off (Azure REST API, "Managed Clusters"). */
function checkDefender(body: JsonObject): void {
  const defender = objectAt(objectAt(objectAt(body, "properties"), "securityProfile"), "defender");
  const enabled = objectAt(defender, "securityMonitoring")["enabled"];
  const workspace = textAt(defender, "logAnalyticsWorkspaceResourceId") ?? "";
  if (enabled === true && workspace === "") {
    throw badRequest(
      "logAnalyticsWorkspaceResourceId is required when securityMonitoring is enabled.",
      "BadRequest",
    );
  }
  if (enabled === false && workspace !== "") {
    throw badRequest(
      "logAnalyticsWorkspaceResourceId must be empty when securityMonitoring is disabled.",
      "BadRequest",
    );
  }
}

function withoutSecrets(body: JsonObject): JsonObject {
  const properties = body["properties"];
  if (!isObject(properties)) return body;
  const principal = properties["servicePrincipalProfile"];
  const windows = properties["windowsProfile"];
  return {
    ...body,
    properties: {
      ...properties,
      ...(isObject(principal) ? { servicePrincipalProfile: without(principal, "secret") } : {}),
      ...(isObject(windows) ? { windowsProfile: without(windows, "adminPassword") } : {}),
    },
  };
}

function withoutUndefined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

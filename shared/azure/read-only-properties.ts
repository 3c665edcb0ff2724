import * as z from "zod";

/** A JSON object as Azure answered it. */
export type Json = { readonly [name: string]: unknown };

/** Reads an answer as an object whose every property is kept. */
export const Json: z.ZodType<Json> = z.record(z.string(), z.unknown());

/**
 * What the official description of Microsoft.ContainerService/managedClusters, 2026-06-01, marks
 * read-only. `*` is every element of a list, or every entry of a map.
 */
export const readOnlyProperties: readonly string[] = [
  "id",
  "name",
  "type",
  "systemData",
  "eTag",
  "identity.principalId",
  "identity.tenantId",
  "identity.userAssignedIdentities.*.principalId",
  "identity.userAssignedIdentities.*.clientId",
  "properties.provisioningState",
  "properties.powerState",
  "properties.maxAgentPools",
  "properties.currentKubernetesVersion",
  "properties.fqdn",
  "properties.privateFQDN",
  "properties.azurePortalFQDN",
  "properties.agentPoolProfiles.*.eTag",
  "properties.agentPoolProfiles.*.currentOrchestratorVersion",
  "properties.agentPoolProfiles.*.nodeImageVersion",
  "properties.agentPoolProfiles.*.provisioningState",
  "properties.agentPoolProfiles.*.status.provisioningError",
  "properties.agentPoolProfiles.*.localDNSProfile.state",
  "properties.addonProfiles.*.identity",
  "properties.podIdentityProfile.userAssignedIdentities.*.provisioningState",
  "properties.podIdentityProfile.userAssignedIdentities.*.provisioningInfo",
  "properties.oidcIssuerProfile.issuerURL",
  "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs",
  "properties.networkProfile.natGatewayProfile.effectiveOutboundIPs",
  "properties.privateLinkResources.*.privateLinkServiceID",
  "properties.ingressProfile.webAppRouting.identity",
  "properties.resourceUID",
  "properties.status.provisioningError",
];

/** The resource as it may be written back: everything but what is read-only. */
export function withoutReadOnly(resource: Json): Json {
  return readOnlyProperties.reduce<Json>((rest, path) => without(rest, path.split(".")), resource);
}

function without(value: Json, [name, ...deeper]: readonly string[]): Json {
  if (name === undefined) return value;
  if (name === "*") {
    return mapped(value, (inner) => without(inner, deeper));
  }
  if (!(name in value)) return value;
  if (deeper.length === 0) {
    const { [name]: _, ...rest } = value;
    return rest;
  }
  return { ...value, [name]: within(value[name], deeper) };
}

function within(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return path[0] === "*" ? value.map((inner) => within(inner, path.slice(1))) : value;
  }
  return isObject(value) ? without(value, path) : value;
}

const mapped = (value: Json, change: (inner: Json) => Json): Json =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isObject(inner) ? change(inner) : inner]),
  );

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

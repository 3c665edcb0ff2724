import { isObject, type Json, type JsonObject } from "../json.ts";

type Tree = true | { readonly [key: string]: Tree };

/** What the official description of managed clusters (2026-06-01) marks read-only. */
const readOnly: Tree = {
  id: true,
  name: true,
  type: true,
  systemData: true,
  eTag: true,
  identity: {
    principalId: true,
    tenantId: true,
    userAssignedIdentities: { "*": { principalId: true, clientId: true } },
  },
  properties: {
    provisioningState: true,
    powerState: true,
    maxAgentPools: true,
    currentKubernetesVersion: true,
    fqdn: true,
    privateFQDN: true,
    azurePortalFQDN: true,
    resourceUID: true,
    status: { provisioningError: true },
    agentPoolProfiles: {
      "[]": {
        eTag: true,
        currentOrchestratorVersion: true,
        nodeImageVersion: true,
        provisioningState: true,
        status: { provisioningError: true },
        localDNSProfile: { state: true },
      },
    },
    addonProfiles: { "*": { identity: true } },
    podIdentityProfile: {
      userAssignedIdentities: { "[]": { provisioningState: true, provisioningInfo: true } },
    },
    oidcIssuerProfile: { issuerURL: true },
    networkProfile: {
      loadBalancerProfile: { effectiveOutboundIPs: true },
      natGatewayProfile: { effectiveOutboundIPs: true },
    },
    privateLinkResources: { "[]": { privateLinkServiceID: true } },
    ingressProfile: { webAppRouting: { identity: true } },
  },
};

/** A body without its read-only properties, and the paths of those that were in it. */
export function dropReadOnly(body: JsonObject): { body: JsonObject; sent: readonly string[] } {
  const sent: string[] = [];
  const kept = drop(body, { tree: readOnly, path: "", sent });
  return { body: isObject(kept) ? kept : {}, sent };
}

function drop(
  value: Json | undefined,
  at: { tree: Tree | undefined; path: string; sent: string[] },
): Json | undefined {
  if (at.tree === true) {
    at.sent.push(at.path);
    return undefined;
  }
  const { tree, path, sent } = at;
  if (tree === undefined) return value;
  if (Array.isArray(value)) {
    return value.map(
      (item: Json, index) =>
        drop(item, { tree: tree["[]"], path: `${path}[${index}]`, sent }) ?? null,
    );
  }
  if (!isObject(value)) return value;
  const kept: Record<string, Json | undefined> = {};
  for (const [key, inner] of Object.entries(value)) {
    const below = path === "" ? key : `${path}.${key}`;
    const result = drop(inner, { tree: tree[key] ?? tree["*"], path: below, sent });
    if (result !== undefined) kept[key] = result;
  }
  return kept;
}

/** The body with the read-only properties of the resource as it stands. */
export function carryReadOnly(body: JsonObject, current: JsonObject): JsonObject {
  const result = carry(body, current, readOnly);
  return isObject(result) ? result : body;
}

function carry(
  into: Json | undefined,
  from: Json | undefined,
  tree: Tree | undefined,
): Json | undefined {
  if (tree === true) return from;
  if (tree === undefined || into === undefined) return into;
  if (Array.isArray(into)) {
    return into.map((item: Json) => carry(item, namesake(item, from), tree["[]"]) ?? null);
  }
  if (!isObject(into) || !isObject(from)) return into;
  const result: Record<string, Json | undefined> = { ...into };
  const keys = "*" in tree ? Object.keys(into) : Object.keys(tree);
  for (const key of keys) {
    const value = carry(into[key], from[key], tree[key] ?? tree["*"]);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function namesake(item: Json, list: Json | undefined): Json | undefined {
  if (!isObject(item) || !Array.isArray(list)) return undefined;
  return list.find((other: Json) => isObject(other) && other["name"] === item["name"]);
}

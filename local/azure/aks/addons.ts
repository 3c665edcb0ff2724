import { guidOf } from "../ids.ts";
import { isObject, type Json, type JsonObject, objectAt, textAt } from "../json.ts";

type Profiles = Readonly<Record<string, Json | undefined>>;

/** Add-ons of a cluster by the key found; absent and null alike are none. */
export function addonsOf(cluster: JsonObject): JsonObject {
  return objectAt(objectAt(cluster, "properties"), "addonProfiles");
}

/**
 * Whether the Policy add-on runs: switched on, under one key. A second key that differs in case only
 * is kept by the service, and the add-on is not deployed (issue 19 of mspnp/aks-baseline).
 */
export function policyAddonRuns(cluster: JsonObject): boolean {
  const keys = policyKeys(addonsOf(cluster));
  const power = textAt(objectAt(objectAt(cluster, "properties"), "powerState"), "code");
  const [key] = keys;
  if (keys.length !== 1 || key === undefined || power === "Stopped") return false;
  return objectAt(addonsOf(cluster), key)["enabled"] === true;
}

/** Keys of the Policy add-on, whatever their case. */
export function policyKeys(profiles: Profiles): string[] {
  return Object.keys(profiles).filter((key) => key.toLowerCase() === "azurepolicy");
}

/** Add-ons after a write: those that it leaves out stay. */
export function mergeAddons(current: Profiles, written: Json | undefined): JsonObject {
  return { ...current, ...(isObject(written) ? written : {}) };
}

/** Add-ons once a write has been carried out: an identity for what is on, none for what is off. */
export function deployedAddons(cluster: JsonObject): JsonObject {
  const profiles = addonsOf(cluster);
  const lower = Object.keys(profiles).map((key) => key.toLowerCase());
  const entries = Object.entries(profiles).map(([key, profile]) => {
    const alone = lower.filter((other) => other === key.toLowerCase()).length === 1;
    return [key, isObject(profile) ? deployed(key, { profile, cluster, alone }) : profile];
  });
  return Object.fromEntries(entries);
}

function deployed(
  key: string,
  { profile, cluster, alone }: { profile: JsonObject; cluster: JsonObject; alone: boolean },
): JsonObject {
  const { identity, ...rest } = profile;
  const config = profile["config"] ?? null;
  if (profile["enabled"] !== true || !alone) return { ...rest, config };
  return { ...rest, config, identity: identity ?? identityOf(key, cluster) };
}

function identityOf(key: string, cluster: JsonObject): JsonObject {
  const id = textAt(cluster, "id") ?? "";
  const group = textAt(objectAt(cluster, "properties"), "nodeResourceGroup") ?? "";
  const name = `${key.toLowerCase()}-${textAt(cluster, "name")}`;
  const root = id.split("/").slice(0, 3).join("/");
  return {
    resourceId: `${root}/resourcegroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    clientId: guidOf(`client ${id} ${key}`),
    objectId: guidOf(`object ${id} ${key}`),
  };
}

import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import type { Resource } from "../store.ts";
import { planFacts } from "./plan-catalogue.ts";

/** One extension after a write of its plan. */
export interface ExtensionOutcome {
  /** As GET answers it from now on. */
  readonly extension: JsonObject;
  /** "True" or "False", as the caller wished. */
  readonly wished: "True" | "False";
  readonly status: JsonObject | null;
}

/** Extensions for which Defender for Cloud assigns roles to an identity of its own. */
const needRoles = [
  "AgentlessDiscoveryForKubernetes",
  "AgentlessVmScanning",
  "ContainerSensor",
  "SensitiveDataDiscovery",
  "OnUploadMalwareScanning",
];

interface PlanWish {
  readonly current: Resource;
  readonly wished: JsonObject;
  readonly tier: "Free" | "Standard";
}

/**
 * What becomes of each extension. Without a list everything comes on. With one, an extension that is
 * not in it is off: what the service does then is not documented, this is the harsher.
 */
export function extensionOutcomes(wish: PlanWish, parts: AzureParts): ExtensionOutcome[] {
  const { current, wished, tier } = wish;
  const given = wished["extensions"] === undefined ? null : listAt(wished, "extensions");
  const before = listAt(objectAt(current, "properties"), "extensions").filter(isObject);
  const names = new Set([
    ...planFacts(textAt(current, "name") ?? "").extensions,
    ...before.map((extension) => textAt(extension, "name") ?? ""),
  ]);
  const failing = failingExtensions(current, parts);
  return [...names].map((name) => {
    const listed = given?.filter(isObject).find((extension) => textAt(extension, "name") === name);
    const on = tier === "Standard" && (given === null || isOn(listed));
    const wasOn = isOn(before.find((extension) => textAt(extension, "name") === name));
    return outcomeOf({ name, listed, on, fails: on && !wasOn && failing(name) });
  });
}

function outcomeOf(one: {
  name: string;
  listed: JsonObject | undefined;
  on: boolean;
  fails: boolean;
}): ExtensionOutcome {
  const { name, listed, on, fails } = one;
  const more = objectAt(listed, "additionalExtensionProperties");
  const extension = {
    name,
    isEnabled: on && !fails ? "True" : "False",
    ...(on && Object.keys(more).length > 0 ? { additionalExtensionProperties: more } : {}),
  };
  return { extension, wished: on ? "True" : "False", status: on ? statusOf(fails) : null };
}

function statusOf(fails: boolean): JsonObject {
  if (!fails) return { code: "Succeeded", message: "Successfully enabled extension" };
  const message =
    "Failed assigning roles {d5a2ae44-610b-4500-93be-660a0c5f5ca6} to {identityName} for plan";
  return { code: "Failed", message };
}

function isOn(extension: JsonObject | undefined): boolean {
  return String(extension?.["isEnabled"]).toLowerCase() === "true";
}

function failingExtensions(current: Resource, parts: AzureParts): (name: string) => boolean {
  const mayAssign = parts.isAllowed("Microsoft.Authorization/roleAssignments/write", current.id);
  const manner = parts.manners.take(current.id, "extension-role-assignment-fails");
  return (name) =>
    (!mayAssign && needRoles.includes(name)) ||
    (manner !== null && (manner.extensions?.includes(name) ?? needRoles.includes(name)));
}

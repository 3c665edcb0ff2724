import type { SimulatorClock, Time } from "../clock.ts";
import type { Delays } from "../delays.ts";
import { isObject, objectAt, textAt } from "../json.ts";
import { canonical } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";
import { keyOf } from "./fields.ts";

/** How long the add-on's last report counts once it is gone. */
const reportLasts = 45 * 60_000;

/** Since when the Azure Policy add-on runs in each cluster. */
export interface Addons {
  /** Takes note of a cluster as it now is; answers the times at which its reports begin or end. */
  observe(cluster: Resource): readonly Time[];
  /** Whether the add-on has run long enough to report, or its last report still counts. */
  reports(clusterId: string, now: Time): boolean;
}

interface Run {
  readonly since: Time;
  readonly until: Time | null;
}

/** Starts to follow add-ons; those that are on already have been on for long. */
export function createAddons(options: {
  store: Store;
  clock: SimulatorClock;
  delays: Pick<Delays, "addonReport">;
}): Addons {
  const { store, clock, delays } = options;
  const runs = new Map<string, Run>();
  for (const cluster of store.list(clusterType)) {
    const since = clock.now() - delays.addonReport;
    if (isOn(cluster)) runs.set(canonical(cluster.id), { since, until: null });
  }

  return {
    observe(cluster) {
      const id = canonical(cluster.id);
      const run = runs.get(id);
      const now = clock.now();
      if (isOn(cluster) && (!run || run.until !== null)) {
        runs.set(id, { since: now, until: null });
        return [now + delays.addonReport];
      }
      if (isOff(cluster) && run?.until === null) {
        runs.set(id, { ...run, until: now });
        return [now + reportLasts];
      }
      return [];
    },
    reports(clusterId, now) {
      const run = runs.get(canonical(clusterId));
      if (!run || now < run.since + delays.addonReport) return false;
      return run.until === null || now < run.until + reportLasts;
    },
  };
}

/** Lower-case type of an AKS cluster. */
export const clusterType = "microsoft.containerservice/managedclusters";

function addonProfile(cluster: Resource) {
  const profiles = objectAt(objectAt(cluster, "properties"), "addonProfiles");
  const profile = profiles[keyOf(profiles, "azurepolicy") ?? ""];
  return isObject(profile) ? profile : {};
}

/** On counts once the write that switched it on has ended. */
function isOn(cluster: Resource): boolean {
  const state = textAt(objectAt(cluster, "properties"), "provisioningState") ?? "Succeeded";
  return addonProfile(cluster)["enabled"] === true && state === "Succeeded";
}

function isOff(cluster: Resource): boolean {
  return addonProfile(cluster)["enabled"] !== true;
}

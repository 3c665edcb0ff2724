import type { SimulatedAzure } from "../azure/index.ts";

type Resource = ReturnType<SimulatedAzure["store"]["list"]>[number];

/** How an estate stands, in the numbers that the demo shows before and after. */
export interface Posture {
  readonly subscriptions: number;
  readonly clusters: number;
  readonly addonOn: number;
  readonly planOn: number;
}

/** Counts how the estate of a simulated Azure stands now. */
export function postureOf({ store }: SimulatedAzure): Posture {
  const clusters = store.list("Microsoft.ContainerService/managedClusters");
  const plans = store.list("Microsoft.Security/pricings");
  return {
    subscriptions: store.list("Microsoft.Resources/subscriptions").length,
    clusters: clusters.length,
    addonOn: clusters.filter(hasAddon).length,
    planOn: plans.filter(
      (plan) =>
        plan["name"] === "Containers" && at(plan, "properties", "pricingTier") === "Standard",
    ).length,
  };
}

/** The posture as one line. */
export function postureLine(posture: Posture): string {
  const { subscriptions, clusters, planOn, addonOn } = posture;
  return `${subscriptions} subscriptions, ${clusters} clusters | Defender for Containers on: ${planOn} of ${subscriptions} | Policy add-on on: ${addonOn} of ${clusters}`;
}

function hasAddon(cluster: Resource): boolean {
  const profiles = at(cluster, "properties", "addonProfiles");
  if (typeof profiles !== "object" || profiles === null) return false;
  return Object.entries(profiles).some(
    ([key, profile]) => key.toLowerCase() === "azurepolicy" && at(profile, "enabled") === true,
  );
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

import { isObject, listAt, objectAt, textAt } from "../json.ts";
import { subscriptionOf } from "../resource-id.ts";
import type { Store } from "../store.ts";

/** Plans that can look into images and at what runs. */
const plans = ["Containers", "CloudPosture"];

/** Extensions without which no image in a registry is scanned. */
const ofRegistries = ["ContainerRegistriesVulnerabilityAssessments"];

/** Extensions of which one must be on for containers that run to be assessed. */
const ofContainers = ["AgentlessDiscoveryForKubernetes", "ContainerSensor"];

/** Whether Defender scans the images of this registry. */
export const scansRegistry = (store: Store, registry: string): boolean =>
  hasExtension(store, registry, ofRegistries);

/** Whether Defender knows what runs in this cluster. */
export const seesContainers = (store: Store, cluster: string): boolean =>
  store.find(cluster) !== null && hasExtension(store, cluster, ofContainers);

function hasExtension(store: Store, resource: string, names: readonly string[]): boolean {
  return plans
    .map(
      (plan) =>
        `/subscriptions/${subscriptionOf(resource)}/providers/Microsoft.Security/pricings/${plan}`,
    )
    .map((id) => objectAt(store.find(id) ?? {}, "properties"))
    .filter((plan) => textAt(plan, "pricingTier") === "Standard")
    .flatMap((plan) => listAt(plan, "extensions").filter(isObject))
    .filter((one) => textAt(one, "isEnabled")?.toLowerCase() === "true")
    .some((one) => names.includes(textAt(one, "name") ?? ""));
}

import { isObject, listAt, objectAt, textAt } from "../json.ts";
import { subscriptionOf } from "../resource-id.ts";
import type { Store } from "../store.ts";

/** Extensions of the Containers plan without which no image in a registry is scanned. */
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
  const subscription = subscriptionOf(resource);
  const plan = store.find(
    `/subscriptions/${subscription}/providers/Microsoft.Security/pricings/Containers`,
  );
  const properties = objectAt(plan ?? {}, "properties");
  if (textAt(properties, "pricingTier") !== "Standard") return false;
  return listAt(properties, "extensions")
    .filter(isObject)
    .filter((one) => textAt(one, "isEnabled")?.toLowerCase() === "true")
    .some((one) => names.includes(textAt(one, "name") ?? ""));
}

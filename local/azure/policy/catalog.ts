import { canonical } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";
import { clusterDefinitions } from "./builtins/clusters.ts";
import { inClusterDefinitions, initiatives } from "./builtins/in-cluster.ts";
import { planDefinitions } from "./builtins/plans.ts";
import { registryDefinitions } from "./builtins/registries.ts";

const builtins: ReadonlyMap<string, Resource> = new Map(
  [
    ...clusterDefinitions,
    ...inClusterDefinitions,
    ...registryDefinitions,
    ...planDefinitions,
    ...initiatives,
  ].map((definition) => [canonical(definition.id), definition]),
);

/** A policy or initiative definition: the estate's own, else a built-in one, or null. */
export function findDefinition(store: Store, id: string): Resource | null {
  return store.find(id) ?? builtins.get(canonical(id)) ?? null;
}

/** All built-in definitions (or initiatives) that this Azure knows. */
export function builtinsOf(kind: "policyDefinitions" | "policySetDefinitions"): Resource[] {
  const segment = `/${kind.toLowerCase()}/`;
  return [...builtins].filter(([id]) => id.includes(segment)).map(([, definition]) => definition);
}

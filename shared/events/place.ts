import { canonicalId, subscriptionSubject } from "../domain/resource-id.ts";
import type { Mark, When } from "./mark.ts";

/** Where in Azure an event happened. */
export interface Place {
  readonly kind: PlaceKind;
  readonly subscriptionId: string;
  /** Canonical id of the resource, group or subscription itself, without what lies below it. */
  readonly id: string;
  /** Lower-case type of what the whole id names, such as `microsoft.security/pricings`; null for a scope. */
  readonly leafType: string | null;
  /** Whether the whole id names the resource itself and nothing below it. */
  readonly itself: boolean;
}

/** What we make of a place; `node` may turn out to belong to a cluster. */
export type PlaceKind =
  | "cluster"
  | "node"
  | "registry"
  | "container-host"
  | "subscription"
  | "group"
  | "other";

const kinds: ReadonlyMap<string, PlaceKind> = new Map([
  ["microsoft.containerservice/managedclusters", "cluster"],
  ["microsoft.compute/virtualmachinescalesets", "node"],
  ["microsoft.compute/virtualmachines", "node"],
  ["microsoft.containerregistry/registries", "registry"],
  ["microsoft.kubernetes/connectedclusters", "container-host"],
  ["microsoft.containerinstance/containergroups", "container-host"],
  ["microsoft.app/containerapps", "container-host"],
  ["microsoft.servicefabric/clusters", "container-host"],
  ["microsoft.servicefabric/managedclusters", "container-host"],
  ["microsoft.batch/batchaccounts", "container-host"],
]);

const longest = 1_500;
const subscriptionPattern = /^[0-9a-z-]{1,64}$/;
/** Letters of any script, digits and the marks that names of groups and of what we watch may hold. */
const anyName = /^[\p{L}\p{N}._()-]{1,260}$/u;
const plainName = /^[a-z0-9._-]{1,260}$/;
/** Azure gives no such name, and an address with one leads elsewhere. */
const dots = /^\.{1,2}$/;
const isName = (text: string): boolean =>
  !dots.test(text) && (plainName.test(text) || anyName.test(text));

/** Finds the place that an ARM id names; null when the text is no id that Azure would give. */
export function placeOf(id: string): Place | null {
  if (id.length > longest) return null;
  const path = canonicalId(id).split("/");
  if (path[0] !== "" || path[1] !== "subscriptions") return null;
  const subscriptionId = path[2] ?? "";
  if (!subscriptionPattern.test(subscriptionId)) return null;
  const subscription = { subscriptionId, id: subscriptionSubject(subscriptionId), path };
  if (path[3] !== "resourcegroups") return placeIn(subscription, 3, "subscription");
  const group = path[4] ?? "";
  if (!isName(group)) return null;
  const groupId = `${subscription.id}/resourcegroups/${group}`;
  return placeIn({ subscriptionId, id: groupId, path }, 5, "group");
}

interface Scope {
  readonly subscriptionId: string;
  readonly id: string;
  /** The whole id, taken apart. */
  readonly path: readonly string[];
}

/** The place below a scope; what lies below it begins at `start` of the path. */
function placeIn(
  { subscriptionId, id, path }: Scope,
  start: number,
  kind: "subscription" | "group",
): Place | null {
  if (path.length === start) return { subscriptionId, kind, id, leafType: null, itself: true };
  const provider = path[start + 1];
  if (path[start] !== "providers" || !provider) return null;
  const type = path[start + 2];
  if (!type) return { subscriptionId, kind, id, leafType: provider, itself: false };
  const name = path[start + 3];
  if (!name) return null;
  const ownType = `${provider}/${type}`;
  const found = kind === "group" ? (kinds.get(ownType) ?? "other") : "other";
  if (found !== "other" && !isName(name)) return null;
  const itself = path.length === start + 4;
  return {
    subscriptionId,
    kind: found,
    id: `${id}/providers/${ownType}/${name}`,
    leafType: itself ? ownType : leafTypeOf(path),
    itself,
  };
}

function leafTypeOf(path: readonly string[]): string {
  const [provider = "", ...pairs] = path.slice(path.lastIndexOf("providers") + 1);
  return [provider, ...pairs.filter((_, place) => place % 2 === 0)].join("/");
}

/** The look that something at a place calls for: at cluster or registry, else at the subscription. */
export function lookAt(place: Place, when: When): Mark {
  switch (place.kind) {
    case "cluster":
    case "node":
      return { subject: place.id, kind: "cluster", ...when };
    case "registry":
      return { subject: place.id, kind: "registry", ...when };
    default:
      return lookAtSubscription(place, when);
  }
}

/** The look at the subscription of a place. */
export const lookAtSubscription = (
  { subscriptionId }: Pick<Place, "subscriptionId">,
  when: When,
): Mark => ({ subject: subscriptionSubject(subscriptionId), kind: "subscription", ...when });

/** A look right away, of which no caller is known. */
export const atOnce = { delayMinutes: 0, by: null } as const;

import { ArmFault } from "../arm-fault.ts";
import { isObject, type Json, type JsonObject, listAt, objectAt } from "../json.ts";
import { assignedScope } from "../policy/assignments.ts";
import { groupsOver, subscriptionsBelow } from "../policy/hierarchy.ts";
import { canonical, isWithin, readResourceId, subscriptionOf } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";

/** Tells whether a row lies in what a query asks about. */
export type InQuery = (resource: Resource) => boolean;

/** Assignments and the like, which can be asked for above and below a scope. */
const scoped: ReadonlySet<string> = new Set([
  "microsoft.authorization/policyassignments",
  "microsoft.authorization/policyexemptions",
  "microsoft.authorization/roleassignments",
]);

/** Definitions are shown wherever they can be used. */
const definitions =
  /^microsoft\.authorization\/(policydefinitions|policysetdefinitions|roledefinitions)$/;

/** Reads the scope of a query's body. Throws an ArmFault for one without a known subscription. */
export function readScope(store: Store, body: JsonObject): InQuery {
  const subscriptions = textsAt(body, "subscriptions");
  const groups = textsAt(body, "managementGroups");
  if (subscriptions.length > 0 && groups.length > 0) {
    throw new ArmFault(400, "BadRequest", {
      message: "A query names subscriptions or managementGroups, not both.",
    });
  }
  if (subscriptions.length === 0 && groups.length === 0) return () => true;
  const roots =
    groups.length > 0
      ? groups.map((name) => canonical(`/providers/Microsoft.Management/managementGroups/${name}`))
      : knownSubscriptions(store, subscriptions);
  const inside = new Set(
    roots.flatMap((root) => [root, ...subscriptionsOf(store, root)]).map(canonical),
  );
  const above = new Set(roots.flatMap((root) => aboveOf(store, root)));
  const filter = String(objectAt(body, "options")["authorizationScopeFilter"] ?? "AtScopeAndBelow");
  return (resource) => {
    const type = readResourceId(resource.id)?.type ?? "";
    const below = [...inside].some((root) => isWithin(root, resource.id));
    if (scoped.has(type)) return isAsked(filter, { resource, roots, below, above });
    return below || definitions.test(type);
  };
}

function isAsked(
  filter: string,
  place: {
    resource: Resource;
    roots: readonly string[];
    below: boolean;
    above: ReadonlySet<string>;
  },
): boolean {
  const scope = canonical(assignedScope(place.resource));
  const exact = place.roots.includes(scope);
  const isAbove = exact || place.above.has(scope);
  if (filter === "AtScopeExact") return exact;
  if (filter === "AtScopeAndAbove") return isAbove;
  return filter === "AtScopeAboveAndBelow" ? isAbove || place.below : place.below;
}

function knownSubscriptions(store: Store, ids: readonly string[]): readonly string[] {
  const known = ids.map((id) => canonical(`/subscriptions/${id}`)).filter((id) => store.find(id));
  if (known.length > 0) return known;
  throw new ArmFault(400, "NoValidSubscriptionsInQueryRequest", {
    message: `There must be at least one subscription that is eligible to contain resources. Given: '${ids.join(",")}'.`,
  });
}

function subscriptionsOf(store: Store, root: string): readonly string[] {
  if (subscriptionOf(root) !== null) return [];
  return subscriptionsBelow(store, root).map((id) => `/subscriptions/${id}`);
}

function aboveOf(store: Store, root: string): readonly string[] {
  const subscription = subscriptionOf(root);
  if (subscription !== null) return groupsOver(store, subscription);
  const chains = subscriptionsBelow(store, root).map((id) => groupsOver(store, id));
  return chains.flatMap((chain) => chain.slice(chain.indexOf(root) + 1));
}

function textsAt(body: JsonObject, key: string): readonly string[] {
  return listAt(body, key).filter((one: Json) => typeof one === "string");
}

/** The body of a query, or the fault of one that is none. */
export function readBody(body: Json | undefined): JsonObject & { readonly query: string } {
  const query = isObject(body) ? body["query"] : undefined;
  if (isObject(body) && typeof query === "string") return { ...body, query };
  throw new ArmFault(400, "BadRequest", { message: "The request has no 'query' text." });
}

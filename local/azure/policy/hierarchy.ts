import { type Json, listAt, objectAt, textAt } from "../json.ts";
import { canonical, subscriptionOf } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";

const groupType = "microsoft.management/managementgroups";

/** Ids (lower case) of the management groups over a subscription, the nearest first. */
export function groupsOver(store: Store, subscriptionId: string): readonly string[] {
  const parents = parentsById(store);
  const above: string[] = [];
  let next = parents.get(canonical(`/subscriptions/${subscriptionId}`));
  while (next !== undefined && !above.includes(next)) {
    above.push(next);
    next = parents.get(next);
  }
  return above;
}

/** Subscription ids (lower case) at or below a management group. */
export function subscriptionsBelow(store: Store, groupId: string): readonly string[] {
  const wanted = canonical(groupId);
  return store
    .list("microsoft.resources/subscriptions")
    .flatMap(({ id }) => subscriptionOf(id) ?? [])
    .filter((id) => groupsOver(store, id).includes(wanted));
}

/** Parents as the groups' own answers tell them: `details.parent` and `children`. */
function parentsById(store: Store): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const membership of store.list(`${groupType}/subscriptions`)) {
    const subscription = membership.id.slice(membership.id.lastIndexOf("/") + 1);
    const parent = textAt(objectAt(objectAt(membership, "properties"), "parent"), "id");
    const written = membership.id.replace(/\/subscriptions\/[^/]+$/i, "");
    parents.set(canonical(`/subscriptions/${subscription}`), canonical(parent ?? written));
  }
  for (const group of store.list(groupType)) readGroup(group, parents);
  return parents;
}

function readGroup(group: Resource, parents: Map<string, string>): void {
  const properties = objectAt(group, "properties");
  const parent = textAt(objectAt(objectAt(properties, "details"), "parent"), "id");
  if (parent !== null) parents.set(canonical(group.id), canonical(parent));
  readChildren(canonical(group.id), listAt(properties, "children"), parents);
}

function readChildren(
  parent: string,
  children: readonly Json[],
  parents: Map<string, string>,
): void {
  for (const child of children) {
    const id = textAt(child, "id");
    if (id === null) continue;
    parents.set(canonical(id), parent);
    readChildren(canonical(id), listAt(child, "children"), parents);
  }
}

import type { Time } from "../clock.ts";
import { canonical, isWithin, readResourceId, resourceGroupType } from "../resource-id.ts";
import type { Store } from "../store.ts";
import { reaches } from "./assignments.ts";
import type { PolicyEngine } from "./engine.ts";
import { confirmedAt, type PolicyRecord } from "./record.ts";

/** A record with the time at which it was last confirmed. */
export interface Seen {
  readonly record: PolicyRecord;
  readonly at: Time;
}

/** What is asked for: states of a scope in a window of time. */
export interface Wanted {
  readonly store: Store;
  readonly scope: string;
  readonly from: Time;
  readonly to: Time;
}

/** Everything that was judged, oldest first; a state that holds counts when it was confirmed. */
export function seenBetween(engine: PolicyEngine, wanted: Wanted): readonly Seen[] {
  const { store, scope, from, to } = wanted;
  const resourceId = isOneResource(scope) ? scope : undefined;
  const confirmed = engine
    .current(resourceId)
    .map((record) => ({ record, at: confirmedAt(record, to) }))
    .filter(({ record, at }) => at !== record.at);
  const judged = engine.history(resourceId).map((record) => ({ record, at: record.at }));
  return [...judged, ...confirmed]
    .filter(({ at }) => at >= from && at <= to)
    .filter(({ record }) => belongsTo(store, scope, record))
    .toSorted((a, b) => a.at - b.at);
}

/** The newest of each state; what is gone by now is left out. */
export function latestBetween(engine: PolicyEngine, wanted: Wanted): readonly Seen[] {
  const seen = seenBetween(engine, wanted);
  const resourceId = isOneResource(wanted.scope) ? wanted.scope : undefined;
  const holds = new Set(engine.current(resourceId).map(({ key }) => key));
  const newest = new Map(seen.map((one) => [one.record.key, one]));
  return [...newest.values()].filter(({ record }) => holds.has(record.key));
}

function isOneResource(scope: string): boolean {
  const path = readResourceId(scope);
  if (!path?.resourceGroup || path.type === resourceGroupType) return false;
  return !path.type.startsWith("microsoft.authorization/");
}

/** Whether a record belongs to a scope: a resource, container, assignment or definition. */
function belongsTo(store: Store, scope: string, { resource, rule }: PolicyRecord): boolean {
  const wanted = canonical(scope);
  if (/\/policyassignments\/[^/]+$/.test(wanted)) return canonical(rule.assignment.id) === wanted;
  if (/\/policy(set)?definitions\/[^/]+$/.test(wanted)) {
    const [container = "", name = ""] = splitDefinition(wanted);
    const names = [rule.definitionId, rule.initiative?.id ?? ""].map(canonical);
    return isWithin(container, resource.id) && names.some((id) => id.endsWith(name));
  }
  return reaches(store, scope, resource.id);
}

/** The API asks for built-in definitions below a subscription too. */
function splitDefinition(id: string): [string, string] {
  const at = id.indexOf("/providers/microsoft.authorization/");
  return [id.slice(0, at), id.slice(at)];
}

import type { Time } from "../clock.ts";
import { canonical, isWithin } from "../resource-id.ts";
import type { Store } from "../store.ts";
import { reaches } from "./assignments.ts";
import type { PolicyEngine } from "./engine.ts";
import { confirmedAt, type PolicyRecord } from "./record.ts";

/** A record with the time at which it was last confirmed. */
export interface Seen {
  readonly record: PolicyRecord;
  readonly at: Time;
}

/** Everything that was judged in a window, oldest first; a state that holds counts when confirmed. */
export function seenBetween(
  engine: PolicyEngine,
  { from, to }: { from: Time; to: Time },
): readonly Seen[] {
  const confirmed = engine
    .current()
    .map((record) => ({ record, at: confirmedAt(record, to) }))
    .filter(({ record, at }) => at !== record.at);
  return [...engine.history.map((record) => ({ record, at: record.at })), ...confirmed]
    .filter(({ at }) => at >= from && at <= to)
    .toSorted((a, b) => a.at - b.at);
}

/** The newest of each state in a window; what is gone by now is left out. */
export function latestBetween(
  engine: PolicyEngine,
  window: { from: Time; to: Time },
): readonly Seen[] {
  const holds = new Set(engine.current().map(({ key }) => key));
  const newest = new Map(seenBetween(engine, window).map((seen) => [seen.record.key, seen]));
  return [...newest.values()].filter(({ record }) => holds.has(record.key));
}

/** Whether a record belongs to a scope: a resource, container, assignment or definition. */
export function belongsTo(store: Store, scope: string, { resource, rule }: PolicyRecord): boolean {
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

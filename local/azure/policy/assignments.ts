import { isObject, type Json, type JsonObject, listAt, objectAt, textAt } from "../json.ts";
import { canonical, isWithin, scopeOf, subscriptionOf } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";
import { findDefinition } from "./catalog.ts";
import { groupsOver } from "./hierarchy.ts";
import { resolved, UnreadableRule } from "./rule.ts";

/** One definition that an assignment brings to bear, alone or as a member of an initiative. */
export interface AssignedRule {
  readonly assignment: Resource;
  readonly definitionId: string;
  readonly definition: Resource;
  /** The initiative and the reference in it, when there is one. */
  readonly initiative: Resource | null;
  readonly reference: string | null;
  readonly groups: readonly string[];
  readonly parameters: Readonly<Record<string, Json>>;
  /** As it is spelled: `Audit`, `deny` ... */
  readonly effect: string;
}

/** The scope at which an assignment, exemption or definition was made. */
export function assignedScope(resource: Resource): string {
  return textAt(objectAt(resource, "properties"), "scope") ?? scopeOf(resource.id);
}

/** Whether a scope (also a management group) holds this id. */
export function reaches(store: Store, scope: string, id: string): boolean {
  if (isWithin(scope, id)) return true;
  if (!/\/managementgroups\//i.test(scope)) return false;
  const subscription = subscriptionOf(id);
  return subscription !== null && groupsOver(store, subscription).includes(canonical(scope));
}

/** Everything that is assigned over this id, disabled effects too. */
export function rulesOver(store: Store, id: string): readonly AssignedRule[] {
  return store
    .list("microsoft.authorization/policyassignments")
    .filter((assignment) => reaches(store, assignedScope(assignment), id))
    .filter((assignment) => !isExcluded(store, assignment, id))
    .flatMap((assignment) => rulesOf(store, assignment));
}

function isExcluded(store: Store, assignment: Resource, id: string): boolean {
  return listAt(objectAt(assignment, "properties"), "notScopes").some(
    (scope) => typeof scope === "string" && reaches(store, scope, id),
  );
}

/** The rules of one assignment; a definition that is not known here gives none. */
export function rulesOf(store: Store, assignment: Resource): readonly AssignedRule[] {
  const properties = objectAt(assignment, "properties");
  const id = textAt(properties, "policyDefinitionId");
  const found = id === null ? null : findDefinition(store, id);
  if (id === null || !found) return [];
  const given = valuesOf(objectAt(properties, "parameters"));
  if (!id.toLowerCase().includes("/policysetdefinitions/")) {
    const rule = ruleOf({ assignment, definitionId: id, definition: found, given });
    return rule ? [rule] : [];
  }
  const setParameters = { ...defaultsOf(found), ...given };
  return listAt(objectAt(found, "properties"), "policyDefinitions").flatMap((member) => {
    const definitionId = textAt(member, "policyDefinitionId");
    const definition = definitionId === null ? null : findDefinition(store, definitionId);
    if (definitionId === null || !definition) return [];
    const passed = passedOn(objectAt(member, "parameters"), setParameters);
    const rule = ruleOf({ assignment, definitionId, definition, given: passed });
    if (!rule) return [];
    const groups = listAt(member, "groupNames").filter((name) => typeof name === "string");
    const reference = textAt(member, "policyDefinitionReferenceId");
    return [{ ...rule, initiative: found, reference, groups }];
  });
}

function ruleOf(parts: {
  assignment: Resource;
  definitionId: string;
  definition: Resource;
  given: Readonly<Record<string, Json>>;
}): AssignedRule | null {
  const { assignment, definitionId, definition, given } = parts;
  const parameters = { ...defaultsOf(definition), ...given };
  const outcome = objectAt(objectAt(objectAt(definition, "properties"), "policyRule"), "then");
  const effect = filled(outcome["effect"] ?? null, parameters);
  if (typeof effect !== "string") return null;
  const alone = { initiative: null, reference: null, groups: [] };
  return { assignment, definitionId, definition, parameters, effect, ...alone };
}

function filled(value: Json, parameters: Readonly<Record<string, Json>>): Json | undefined {
  try {
    return resolved(value, { parameters });
  } catch (error) {
    if (error instanceof UnreadableRule) return undefined;
    throw error;
  }
}

function defaultsOf(definition: Resource): Record<string, Json> {
  return fieldsOf(objectAt(objectAt(definition, "properties"), "parameters"), "defaultValue");
}

function valuesOf(parameters: JsonObject): Record<string, Json> {
  return fieldsOf(parameters, "value");
}

function fieldsOf(parameters: JsonObject, field: string): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]): [string, Json][] => {
      const value = isObject(parameter) ? parameter[field] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function passedOn(
  parameters: JsonObject,
  ofSet: Readonly<Record<string, Json>>,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(valuesOf(parameters)).flatMap(([name, value]): [string, Json][] => {
      const own = filled(value, ofSet);
      return own === undefined ? [] : [[name, own]];
    }),
  );
}

/** The exemption that excuses this id from a rule at this time, or null. */
export function exemptionOf(
  store: Store,
  rule: AssignedRule,
  { id, now }: { id: string; now: number },
): Resource | null {
  const covers = (exemption: Resource): boolean => {
    const properties = objectAt(exemption, "properties");
    const expires = textAt(properties, "expiresOn");
    const references = listAt(properties, "policyDefinitionReferenceIds");
    return (
      canonical(textAt(properties, "policyAssignmentId") ?? "") === canonical(rule.assignment.id) &&
      reaches(store, scopeOf(exemption.id), id) &&
      (expires === null || Date.parse(expires) > now) &&
      (references.length === 0 || references.includes(rule.reference))
    );
  };
  return store.list("microsoft.authorization/policyexemptions").find(covers) ?? null;
}

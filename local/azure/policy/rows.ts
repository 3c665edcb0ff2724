import { createHash } from "node:crypto";
import type { Time } from "../clock.ts";
import { type JsonObject, listAt, objectAt, textAt } from "../json.ts";
import { canonical, readResourceId, subscriptionOf } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";
import { assignedScope } from "./assignments.ts";
import { groupsOver } from "./hierarchy.ts";
import type { ComponentViolation, PolicyRecord } from "./record.ts";

const lastSegment = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/**
 * A state as `policyStates` answers it. Ids are lower-cased and what is absent is the empty text, as
 * in Azure's own examples.
 */
export function stateRow(store: Store, record: PolicyRecord, at: Time): JsonObject {
  const { resource, rule, state } = record;
  const groups = groupsOver(store, subscriptionOf(resource.id) ?? "");
  return {
    timestamp: new Date(at).toISOString(),
    ...aboutResource(resource),
    ...aboutRule(record),
    effectiveParameters: "",
    isCompliant: state !== "NonCompliant",
    resourceTags: "tbd",
    managementGroupIds: groups.map(lastSegment).join(","),
    complianceState: state,
    complianceReasonCode: "",
    policyDefinitionGroupNames: [...rule.groups],
  };
}

/** A component as `componentPolicyStates` answers it. */
export function componentRow(
  record: PolicyRecord,
  component: ComponentViolation,
  at: Time,
): JsonObject {
  return {
    timestamp: new Date(at).toISOString(),
    componentId: component.componentId,
    componentType: component.componentType,
    componentName: component.componentName,
    ...aboutResource(record.resource),
    ...aboutRule(record),
    complianceState: "NonCompliant",
    complianceReasonCode: "",
    policyDefinitionGroupNames: [...record.rule.groups],
  };
}

function aboutResource(resource: Resource): JsonObject {
  const path = readResourceId(resource.id);
  return {
    resourceId: canonical(resource.id),
    subscriptionId: path?.subscriptionId?.toLowerCase() ?? "",
    resourceType: textAt(resource, "type") ?? path?.type ?? "",
    resourceLocation: textAt(resource, "location") ?? "",
    resourceGroup: path?.resourceGroup?.toLowerCase() ?? "",
  };
}

function aboutRule({ rule }: PolicyRecord): JsonObject {
  const { assignment, definition, definitionId, initiative, reference, effect } = rule;
  const set = initiative && objectAt(initiative, "properties");
  return {
    policyAssignmentId: canonical(assignment.id),
    policyAssignmentName: textAt(assignment, "name") ?? lastSegment(assignment.id),
    policyAssignmentOwner: "tbd",
    policyAssignmentParameters: JSON.stringify(
      objectAt(objectAt(assignment, "properties"), "parameters"),
    ),
    policyAssignmentScope: canonical(assignedScope(assignment)),
    policyAssignmentVersion: "",
    policyDefinitionId: canonical(definitionId),
    policyDefinitionName: lastSegment(definitionId),
    policyDefinitionAction: effect.toLowerCase(),
    policyDefinitionCategory:
      textAt(objectAt(objectAt(definition, "properties"), "metadata"), "category") ?? "tbd",
    policyDefinitionVersion: textAt(objectAt(definition, "properties"), "version") ?? "",
    policySetDefinitionId: initiative ? canonical(initiative.id) : "",
    policySetDefinitionName: initiative ? lastSegment(initiative.id) : "",
    policySetDefinitionOwner: "",
    policySetDefinitionCategory: textAt(objectAt(set ?? {}, "metadata"), "category") ?? "",
    policySetDefinitionParameters: "",
    policySetDefinitionVersion: textAt(set ?? {}, "version") ?? "",
    policyDefinitionReferenceId: reference ?? "",
  };
}

const graphStates = new WeakMap<PolicyRecord, { at: Time; row: Resource }>();

/** A state as a row of Resource Graph's `policyresources`; made once for each time. */
export function graphState(store: Store, record: PolicyRecord, at: Time): Resource {
  const known = graphStates.get(record);
  if (known?.at === at) return known.row;
  const row = makeGraphState(store, record, at);
  graphStates.set(record, { at, row });
  return row;
}

function makeGraphState(store: Store, record: PolicyRecord, at: Time): Resource {
  const name = createHash("sha256").update(record.key).digest("hex");
  const weight = weights[record.state];
  return {
    id: `${canonical(record.resource.id)}/providers/Microsoft.PolicyInsights/policyStates/${name}`,
    name,
    type: "microsoft.policyinsights/policystates",
    location: "global",
    properties: { ...stateRow(store, record, at), isDeleted: false, stateWeight: weight },
  };
}

const weights = { NonCompliant: 300, Compliant: 100, Exempt: 50 };

/** The `components(...)` of a state. */
export function componentsOf(record: PolicyRecord, at: Time): JsonObject[] {
  return (record.components ?? []).map(({ componentId, componentType, componentName }) => ({
    id: componentId,
    type: componentType,
    name: componentName,
    timestamp: new Date(at).toISOString(),
    complianceState: "NonCompliant",
  }));
}

/** Groups of an initiative's members that a record belongs to. */
export function groupNamesOf(row: JsonObject): readonly string[] {
  return listAt(row, "policyDefinitionGroupNames").filter((name) => typeof name === "string");
}

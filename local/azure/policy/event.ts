import { createHash } from "node:crypto";
import type { GridEvent } from "../events.ts";
import { canonical, subscriptionOf } from "../resource-id.ts";
import type { PolicyRecord } from "./record.ts";

/** The Event Grid event of a state that came, changed or went (Azure documentation, "Azure Policy as an Event Grid source"). */
export function stateEvent(
  change: "Created" | "Changed" | "Deleted",
  record: PolicyRecord,
): GridEvent {
  const { resource, rule, state, at, key } = record;
  const subscriptionId = subscriptionOf(resource.id) ?? "";
  const timestamp = new Date(at).toISOString();
  return {
    // Created and Changed of one state share their id in Azure's own samples.
    id: createHash("sha256").update(`${key} ${timestamp}`).digest("hex").toUpperCase(),
    topic: `/subscriptions/${subscriptionId}`,
    subject: resource.id,
    eventType: `Microsoft.PolicyInsights.PolicyState${change}`,
    eventTime: timestamp,
    data: {
      timestamp,
      policyAssignmentId: canonical(rule.assignment.id),
      policyDefinitionId: canonical(rule.definitionId),
      policyDefinitionReferenceId: rule.reference ?? "",
      complianceState: state,
      subscriptionId,
      complianceReasonCode: "",
    },
    dataVersion: "1",
    metadataVersion: "1",
  };
}

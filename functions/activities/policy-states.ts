import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.PolicyInsights/policyStates/queryResults/read,
 * Microsoft.PolicyInsights/componentPolicyStates/queryResults/read,
 * Microsoft.ResourceGraph/resources/read.
 */
export const policyStateActivities = ({ policyStates }: Pick<Gateways, "policyStates">) => ({
  controlCompliance: (input: { subject: string }) => policyStates.ofResource(input.subject),
  workloadCompliance: (input: { subject: string }) => policyStates.inCluster(input.subject),
  listAssignments: (input: { subject: string }) => policyStates.assignments(input.subject),
});

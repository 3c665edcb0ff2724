import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.PolicyInsights/policyStates/queryResults/read,
 * Microsoft.PolicyInsights/componentPolicyStates/queryResults/read,
 * Microsoft.ResourceGraph/resources/read.
 */
export const policyStateActivities = ({ policyStates }: Pick<Gateways, "policyStates">) => ({
  clusterCompliance: (input: { subject: string }) => policyStates.ofCluster(input.subject),
  listAssignments: (input: { subject: string }) => policyStates.assignments(input.subject),
});

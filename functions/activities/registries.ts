import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.ContainerRegistry/registries/read, Microsoft.ResourceGraph/resources/read,
 * Microsoft.PolicyInsights/policyStates/queryResults/read.
 */
export const registryActivities = ({
  registries,
  policyStates,
}: Pick<Gateways, "registries" | "policyStates">) => ({
  findRegistry: (input: { subject: string }) => registries.find(input.subject),
  registryCompliance: (input: { subject: string }) =>
    policyStates.ofResourceAndParts(input.subject),
});

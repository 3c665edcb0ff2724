import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.Resources/subscriptions/read, /resourceGroups/read,
 * Microsoft.Security/securityContacts/read.
 */
export const ownerActivities = ({ owners }: Pick<Gateways, "owners">) => ({
  ownerFacts: (input: { subject: string }) => owners.facts(input.subject),
});

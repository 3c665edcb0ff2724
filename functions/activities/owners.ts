import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.Resources/tags/read (of the resource, its group and its subscription),
 * Microsoft.Security/securityContacts/read.
 */
export const ownerActivities = ({ owners }: Pick<Gateways, "owners">) => ({
  ownerFacts: (input: { subject: string }) => owners.facts(input.subject),
});

import type { Gateways } from "../../shared/azure/ports.ts";

/**
 * Azure actions: Microsoft.Resources/tags/read (of the resource, its group and its subscription),
 * Microsoft.Security/securityContacts/read.
 */
export const ownerActivities = ({ owners }: Pick<Gateways, "owners">) => ({
  /** `tags` are the subject's own, where the look has just read them. */
  ownerFacts: (input: { subject: string; tags: Readonly<Record<string, string>> | null }) =>
    owners.facts(input.subject, input.tags),
});

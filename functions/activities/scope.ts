import type { Gateways } from "../../shared/azure/ports.ts";
import { inScope } from "../../shared/decisions/in-scope.ts";
import type { InForceSource } from "./in-force.ts";

/** Tables: system. */
export const scopeActivities = ({ system }: Pick<Gateways, "system">, source: InForceSource) => ({
  /**
   * Whether the policy watches the subscription of a subject. Which management groups lie over it only
   * a scan reads; it notes the subscriptions that it found in scope.
   */
  isWatched: async (input: { subject: string; subscriptionId: string }) => {
    const { policy } = await source.recent();
    const { managementGroups, exclude } = policy.scope;
    const subscriptionId = input.subscriptionId.toLowerCase();
    if (inScope(policy, { subscriptionId, managementGroups: [] })) return { watched: true };
    const byGroup = { scope: { managementGroups: [], subscriptions: [], exclude } };
    const excluded = !inScope(byGroup, { subscriptionId, managementGroups: [] });
    if (excluded || managementGroups.length === 0) return { watched: false };
    const seen = await system.subscriptions();
    const last =
      seen
        .map((one) => one.lastSeen)
        .sort()
        .at(-1) ?? null;
    const own = seen.find((one) => one.id.toLowerCase() === subscriptionId);
    return { watched: own !== undefined && own.lastSeen === last };
  },
});

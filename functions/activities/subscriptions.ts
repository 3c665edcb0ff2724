import type { Gateways, SubscriptionFacts } from "../../shared/azure/ports.ts";
import { type Known, known, unreadable, type Wait } from "../../shared/domain/refusal.ts";

/** Azure actions: Microsoft.Resources/subscriptions/read, Microsoft.ResourceGraph/resources/read. */
export const subscriptionActivities = ({
  estate,
  system,
}: Pick<Gateways, "estate" | "system">) => ({
  findSubscription: (input: { subscriptionId: string }) =>
    estate.subscription(input.subscriptionId),

  /**
   * The same as a fact about what lies in it, at most five minutes old: whatever is not an answer is a
   * reason why it cannot be known.
   */
  subscriptionFacts: async (input: {
    subscriptionId: string;
  }): Promise<Known<SubscriptionFacts> | Wait> => {
    const answer = await estate.recentSubscription(input.subscriptionId);
    if (answer.kind === "found") return known(answer.subscription);
    if (answer.kind === "gone") return unreadable("Azure does not know the subscription");
    if (answer.kind === "refused") return unreadable(`${answer.code}: ${answer.message}`);
    return answer;
  },

  protectable: (input: { subscriptionId: string }) => estate.protectable(input.subscriptionId),

  /** When a scan saw the subscription for the first time; null = no scan has. */
  firstSeen: async (input: { subscriptionId: string }) => {
    const seen = await system.subscriptions();
    const id = input.subscriptionId.toLowerCase();
    return { at: seen.find((one) => one.id.toLowerCase() === id)?.firstSeen ?? null };
  },
});

import type { Gateways } from "../../shared/azure/ports.ts";
import { inScope } from "../../shared/decisions/in-scope.ts";
import type { GuardrailPolicy } from "../../shared/domain/policy.ts";

/**
 * Which of these subscriptions the policy watches, in lower case. Which management groups lie over one
 * only a scan reads; it notes the subscriptions that it found in scope.
 */
export async function watchedAmong(
  system: Gateways["system"],
  policy: Pick<GuardrailPolicy, "scope">,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = [...new Set(ids.map((id) => id.toLowerCase()))];
  const named = (scope: GuardrailPolicy["scope"]) =>
    asked.filter((subscriptionId) => inScope({ scope }, { subscriptionId, managementGroups: [] }));
  const watched = new Set(named(policy.scope));
  if (watched.size === asked.length || policy.scope.managementGroups.length === 0) return watched;
  const seen = await system.subscriptions();
  const last =
    seen
      .map((one) => one.lastSeen)
      .sort()
      .at(-1) ?? null;
  const found = new Set(
    seen.filter(({ lastSeen }) => lastSeen === last).map(({ id }) => id.toLowerCase()),
  );
  const allowed = named({ ...policy.scope, managementGroups: [], subscriptions: [] });
  return new Set([...watched, ...allowed.filter((id) => found.has(id))]);
}

/**
 * Which subscriptions, by id in lower case, the last whole scan did not find: they are gone, or cannot be
 * read. None before there was one.
 */
export async function unseenByScan(
  system: Gateways["system"],
): Promise<(subscriptionId: string) => boolean> {
  const [last, known] = await Promise.all([system.lastScan(), system.subscriptions()]);
  if (last === null) return () => false;
  const seen = new Set(
    known.filter(({ lastSeen }) => lastSeen >= last).map(({ id }) => id.toLowerCase()),
  );
  return (subscriptionId) => !seen.has(subscriptionId);
}

import type { GuardrailPolicy } from "../domain/policy.ts";

/** A subscription and the management groups over it, by id or name. */
export interface ScopedSubscription {
  readonly subscriptionId: string;
  readonly managementGroups: readonly string[];
}

/**
 * Whether the policy watches a subscription: named by itself or by a management group over it, or
 * nothing is named at all; and not excluded by either.
 */
export function inScope(
  { scope }: Pick<GuardrailPolicy, "scope">,
  { subscriptionId, managementGroups }: ScopedSubscription,
): boolean {
  const names = new Set([subscriptionId, ...managementGroups].map(lastSegment));
  const named = (list: readonly string[]) => list.some((entry) => names.has(lastSegment(entry)));
  if (named(scope.exclude)) return false;
  const wanted = [...scope.subscriptions, ...scope.managementGroups];
  return wanted.length === 0 || named(wanted);
}

/** Whether the policy leaves a subscription out by its own id, whatever named it. */
export const isExcluded = (
  { scope }: Pick<GuardrailPolicy, "scope">,
  subscriptionId: string,
): boolean => scope.exclude.some((id) => lastSegment(id) === lastSegment(subscriptionId));

/** Scopes are named by id or by the whole path. */
const lastSegment = (scope: string): string =>
  scope.replace(/\/+$/, "").split("/").at(-1)?.toLowerCase() ?? "";

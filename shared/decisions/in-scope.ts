import type { SeenSubscription } from "../azure/table-ports.ts";
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
const isExcluded = ({ scope }: Pick<GuardrailPolicy, "scope">, subscriptionId: string): boolean =>
  scope.exclude.some((id) => lastSegment(id) === lastSegment(subscriptionId));

/** A subscription that was in scope once, and whether a scan found it out of scope since. */
type SeenOnce = Pick<SeenSubscription, "id" | "outOfScope">;

/**
 * Whether a subscription that was in scope once still is, as far as that can be told of one that
 * cannot be read: which management groups lie over it only the last scan that read it knows.
 */
export function isExpected(
  { scope }: Pick<GuardrailPolicy, "scope">,
  { id: subscriptionId, outOfScope }: SeenOnce,
): boolean {
  if (isExcluded({ scope }, subscriptionId)) return false;
  const { subscriptions, managementGroups } = scope;
  if (subscriptions.some((one) => lastSegment(one) === lastSegment(subscriptionId))) return true;
  return !outOfScope && (managementGroups.length > 0 || subscriptions.length === 0);
}

/** Ids, in lower case, of the subscriptions that should be readable: once in scope, or named. */
export const expectedIds = (
  policy: Pick<GuardrailPolicy, "scope">,
  seen: readonly SeenOnce[],
): readonly string[] => [
  ...new Set([
    ...seen.filter((one) => isExpected(policy, one)).map(({ id }) => id.toLowerCase()),
    ...policy.scope.subscriptions.map(lastSegment).filter((id) => !isExcluded(policy, id)),
  ]),
];

/** Scopes are named by id or by the whole path. */
const lastSegment = (scope: string): string =>
  scope.replace(/\/+$/, "").split("/").at(-1)?.toLowerCase() ?? "";

import type { Objection } from "./decide.ts";

/** The command that registers a resource provider in a subscription. */
const command = (namespace: string, subscriptionId: string): string =>
  `az provider register --namespace ${namespace} --subscription ${subscriptionId}`;

/** Why nothing can be switched on while a resource provider is not registered. */
export const notRegistered = (namespace: string, subscriptionId: string): Objection => ({
  reason: "not-registered",
  detail: `${namespace}: ${command(namespace, subscriptionId)}`,
});

/**
 * What mends a write that Azure refused because a resource provider is not registered: the one that its
 * message names. What is no name of a provider stays out of a command that people run.
 */
export function fixForRegistration(message: string, subscriptionId: string): string {
  const namespace = /namespace\s+'([a-z0-9]+(?:\.[a-z0-9]+)+)'/i.exec(message)?.[1];
  return namespace
    ? `Register the resource provider: ${command(namespace, subscriptionId)}`
    : `Register the resource provider that the message names: ${command("<name>", subscriptionId)}`;
}

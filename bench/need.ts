import { type EstateOptions, violatingOf } from "./estate.ts";

/** Calls by verb and operation. */
export type Calls = Readonly<Record<string, number>>;

const cluster =
  "GET /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}";
const graph = "POST /providers/Microsoft.ResourceGraph/resources";
const states = "POST /{scope}/providers/Microsoft.PolicyInsights/policyStates/{view}/queryResults";
const inside =
  "POST /{scope}/providers/Microsoft.PolicyInsights/componentPolicyStates/{view}/queryResults";
const tags = "/{scope}/providers/Microsoft.Resources/tags/default";

/**
 * What a look that tags asks of its cluster: the cluster before and after, what is assigned to it, its
 * policy states and those of what runs inside, its tags, and the tag.
 */
export const tagNeeds: Calls = {
  ...{ [cluster]: 2, [graph]: 1, [states]: 1, [inside]: 1 },
  ...{ [`GET ${tags}`]: 1, [`PATCH ${tags}`]: 1 },
};

/**
 * What looks share in a subscription: its name, the state of three providers, its plans, its security
 * contacts, when its resources came to be, the tags of the group and its own, which groups lie above
 * it, and what the assigned definitions say.
 */
const subscriptionNeeds: Calls = {
  "GET /subscriptions/{subscriptionId}": 1,
  "GET /subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}": 3,
  "GET /{scopeId}/providers/Microsoft.Security/pricings": 1,
  "GET /subscriptions/{subscriptionId}/providers/Microsoft.Security/securityContacts": 1,
  "GET /subscriptions/{subscriptionId}/resources": 1,
  [`GET ${tags}`]: 2,
  [graph]: 2,
};

/** What telling of a cluster asks: who owns it by now, for nobody is told who has handed it over. */
const tellNeeds: Calls = {
  [`GET ${tags}`]: 3,
  "GET /subscriptions/{subscriptionId}/providers/Microsoft.Security/securityContacts": 1,
};

/** What a mail asks: that it be sent, and what became of it. */
const mailNeeds: Calls = {
  "POST /emails:send": 1,
  "GET /emails/operations/{operationId}": 1,
};

/** Queries that read an estate of this size by full pages, and never less than one each. */
export function pageFloor({ clusters, subscriptions }: EstateOptions): number {
  const pages = (rows: number): number => Math.max(1, Math.ceil(rows / 1000));
  const once = 3; // alerts, registries with their policies, images
  return (
    pages(clusters) + pages(subscriptions) + pages(subscriptions * 2) + pages(subscriptions) + once
  );
}

/**
 * What a first scan needs with all that follows it: its pages, what tagging each noncompliant cluster
 * needs and telling of it, once for each subscription that has such a cluster what looks share
 * there, and so many mails.
 */
export function scanNeed(size: EstateOptions, mails: number): Calls {
  const clusters = violatingOf(size);
  const subscriptions = new Set(clusters.map((index) => index % size.subscriptions)).size;
  return sumsOf([
    [{ [graph]: 1 }, pageFloor(size)],
    [tagNeeds, clusters.length],
    [tellNeeds, clusters.length],
    [subscriptionNeeds, subscriptions],
    [mailNeeds, mails],
  ]);
}

function sumsOf(parts: readonly (readonly [Calls, number])[]): Calls {
  const sums: Record<string, number> = {};
  for (const [calls, times] of parts) {
    for (const [name, many] of Object.entries(calls)) {
      sums[name] = (sums[name] ?? 0) + many * times;
    }
  }
  return sums;
}

/** What was asked above the need, by operation, the most first. */
export function aboveNeed(asked: Calls, need: Calls): readonly (readonly [string, number])[] {
  return Object.entries(asked)
    .map(([name, many]) => [name, many - (need[name] ?? 0)] as const)
    .filter(([, many]) => many > 0)
    .sort(([, one], [, other]) => other - one);
}

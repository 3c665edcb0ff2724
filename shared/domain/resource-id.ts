/** An ARM resource id taken apart; every part as it was spelled. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string | null;
  /** Provider and types, such as `Microsoft.ContainerService/managedClusters`; null for a scope. */
  readonly type: string | null;
  readonly name: string;
}

/** A GUID in life; published examples also use names such as `subid1`. */
const subscriptionPattern = /^\/subscriptions\/([0-9a-z-]{1,64})/i;
/** An address with such a part, in any of its spellings, leads elsewhere than the id says. */
const dotSegment = /[/\\](?:\.|%2e){1,2}(?:[/\\]|$)/i;
const groupPattern = /^\/resourcegroups\/([^/]+)/i;

/** Takes an ARM id apart, or answers null when the text is not one under a subscription. */
export function parseResourceId(id: string): ResourceId | null {
  const trimmed = id.trim().replace(/\/+$/, "");
  const subscription = subscriptionPattern.exec(trimmed);
  const subscriptionId = subscription?.[1];
  if (!subscription || !subscriptionId || dotSegment.test(trimmed)) return null;
  let rest = trimmed.slice(subscription[0].length);
  if (rest !== "" && !rest.startsWith("/")) return null;
  const group = groupPattern.exec(rest);
  const resourceGroup = group?.[1] ?? null;
  if (group) rest = rest.slice(group[0].length);
  if (rest === "") {
    return { subscriptionId, resourceGroup, type: null, name: resourceGroup ?? subscriptionId };
  }
  return parseProviderPath(rest, { subscriptionId, resourceGroup });
}

function parseProviderPath(
  path: string,
  scope: Pick<ResourceId, "subscriptionId" | "resourceGroup">,
): ResourceId | null {
  const start = path.toLowerCase().lastIndexOf("/providers/");
  if (start < 0) return null;
  const segments = path.slice(start + "/providers/".length).split("/");
  const [provider, ...pairs] = segments;
  if (!provider || pairs.length < 2 || pairs.length % 2 !== 0 || pairs.some((part) => !part)) {
    return null;
  }
  const types = pairs.filter((_, place) => place % 2 === 0);
  return { ...scope, type: [provider, ...types].join("/"), name: pairs.at(-1) ?? "" };
}

/** The form in which ids are compared and stored as subjects: lower case, no trailing slash. */
export function canonicalId(id: string): string {
  return id.trim().replace(/\/+$/, "").toLowerCase();
}

/** Whether two ids name the same resource; Azure compares ids without regard to case. */
export function sameId(left: string, right: string): boolean {
  return canonicalId(left) === canonicalId(right);
}

/** The subscription's own id: `/subscriptions/<guid>`. */
export function subscriptionSubject(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId.toLowerCase()}`;
}

/** Whether an id names a container registry itself (not one of its tokens). */
export function isRegistryId(id: string): boolean {
  return parseResourceId(id)?.type?.toLowerCase() === "microsoft.containerregistry/registries";
}

/** Whether an id names a managed cluster itself (not one of its pools). */
export function isClusterId(id: string): boolean {
  return parseResourceId(id)?.type?.toLowerCase() === "microsoft.containerservice/managedclusters";
}

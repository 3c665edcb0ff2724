/** What an ARM id says about its resource. All parts are as written; compare them without case. */
export interface ResourcePath {
  readonly subscriptionId: string | null;
  readonly resourceGroup: string | null;
  /** Lower case: `microsoft.containerservice/managedclusters`. */
  readonly type: string;
  readonly name: string;
  /** Lower-case id of what the resource belongs to: its parent, group, subscription; `` for the tenant. */
  readonly parent: string;
}

/** The form in which ids are compared: lower case, one slash at the front, none at the end. */
export function canonical(id: string): string {
  const trimmed = id.toLowerCase().replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? "" : `/${trimmed}`;
}

/** Reads an ARM id, or answers null when it has no such form. */
export function readResourceId(id: string): ResourcePath | null {
  if (!id.startsWith("/")) return null;
  const segments = id.split("/").slice(1);
  if (segments.length === 0 || segments.some((segment) => segment === "")) return null;
  const head = readHead(segments);
  const start = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  if (start === -1) return readContainer(segments, head);
  const [, namespace, ...rest] = segments.slice(start);
  if (namespace === undefined) return null;
  const scope = canonical(segments.slice(0, start).join("/"));
  if (rest.length === 0) {
    return { ...head, type: "microsoft.resources/providers", name: namespace, parent: scope };
  }
  if (rest.length % 2 === 1) return null;
  const types = rest.filter((_, index) => index % 2 === 0);
  const parent = rest.length === 2 ? scope : canonical(segments.slice(0, -2).join("/"));
  const type = [namespace, ...types].join("/").toLowerCase();
  return { ...head, type, name: rest.at(-1) ?? "", parent };
}

function readHead(segments: readonly string[]): {
  subscriptionId: string | null;
  resourceGroup: string | null;
} {
  const isSubscription = segments[0]?.toLowerCase() === "subscriptions";
  const isGroup = isSubscription && segments[2]?.toLowerCase() === "resourcegroups";
  return {
    subscriptionId: isSubscription ? (segments[1] ?? null) : null,
    resourceGroup: isGroup ? (segments[3] ?? null) : null,
  };
}

function readContainer(
  segments: readonly string[],
  head: { subscriptionId: string | null; resourceGroup: string | null },
): ResourcePath | null {
  if (segments.length === 2 && head.subscriptionId) {
    const name = head.subscriptionId;
    return { ...head, type: subscriptionType, name, parent: "" };
  }
  if (segments.length === 4 && head.resourceGroup) {
    const parent = canonical(`/subscriptions/${head.subscriptionId}`);
    return { ...head, type: resourceGroupType, name: head.resourceGroup, parent };
  }
  return null;
}

/** Type of a subscription, lower case. */
export const subscriptionType = "microsoft.resources/subscriptions";

/** Type of a resource group, lower case. */
export const resourceGroupType = "microsoft.resources/subscriptions/resourcegroups";

/** Tells whether the id is the scope itself or lies below it. */
export function isWithin(scope: string, id: string): boolean {
  const outer = canonical(scope);
  const inner = canonical(id);
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** The subscription id in an ARM id, lower case, or null. */
export function subscriptionOf(id: string): string | null {
  return /^\/subscriptions\/([^/]+)/.exec(canonical(id))?.[1] ?? null;
}

/** The id of the resource that an extension resource (lock, assignment, plan) is attached to. */
export function scopeOf(id: string): string {
  const at = id.toLowerCase().lastIndexOf("/providers/");
  return at === -1 ? id : id.slice(0, at);
}

import { ArmFault } from "./arm-fault.ts";
import type { RoutedRequest } from "./exchange.ts";
import { objectAt, textAt } from "./json.ts";
import type { Limiter } from "./limits.ts";
import type { AzureParts } from "./parts.ts";
import { canonical, subscriptionOf } from "./resource-id.ts";
import { armLimit } from "./throttling.ts";

/** Tells whether the request changes something. */
export function isWrite({ route }: RoutedRequest): boolean {
  return route.method !== "GET" && route.method !== "HEAD" && !route.reads;
}

/** How requests are counted. */
export interface Throttle {
  readonly limiter: Limiter;
  /** Whether the buckets of Azure are enforced; the mail service's quota always is. */
  readonly enforced: boolean;
}

/** 429 once a bucket is empty; answers the headers that tell what is left. */
export function passLimits(
  request: RoutedRequest,
  { limiter, enforced }: Throttle,
  now: number,
): Readonly<Record<string, string>> {
  const own = request.route.limits?.(request) ?? { limits: [] };
  if (!enforced && !own.always) return {};
  const limits = own.instead ? own.limits : [armLimit(request), ...own.limits];
  const passage = limiter.take(limits, now);
  if (passage.kind === "pass") return passage.headers;
  const { limit, retryAfter } = passage;
  throw new ArmFault(429, limit.code, {
    message: limit.message,
    headers: { "Retry-After": String(retryAfter) },
  });
}

/** 403 where the app's role does not grant the operation's action. */
export function checkRole(request: RoutedRequest, isAllowed: AzureParts["isAllowed"]): void {
  const { route, scope, caller } = request;
  const needed = [route.action, ...(route.alsoNeeds ?? [])].filter((action) => action !== null);
  for (const action of needed) {
    const accepted =
      action === route.action ? [action, ...(route.alternatives?.(request) ?? [])] : [action];
    if (accepted.some((one) => isAllowed(one, scope))) continue;
    throw new ArmFault(403, "AuthorizationFailed", {
      message: `The client '${caller.appId ?? caller.objectId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  }
}

/** What refuses a write whoever sends it: registration, locks, a deny policy. */
export function checkWritable(request: RoutedRequest, parts: AzureParts): void {
  checkRegistration(request, parts);
  checkLocks(request, parts);
  const denied = parts.manners.find(request.scope, "write-denied-by-policy");
  if (denied && request.method !== "DELETE") throw deniedByPolicy(request, denied.policy);
}

function checkRegistration(request: RoutedRequest, { store }: AzureParts): void {
  const namespace = request.route.action?.split("/")[0];
  if (!namespace || request.route.action?.endsWith("/register/action")) return;
  requireRegistration(store, request.scope, namespace);
}

/** 409 while the subscription is not registered for a resource provider. */
export function requireRegistration(
  store: AzureParts["store"],
  scope: string,
  namespace: string,
): void {
  const subscription = subscriptionOf(scope);
  if (subscription === null) return;
  const provider = store.find(`/subscriptions/${subscription}/providers/${namespace}`);
  if (!provider || textAt(provider, "registrationState") === "Registered") return;
  throw new ArmFault(409, "MissingSubscriptionRegistration", {
    message: `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
  });
}

function checkLocks(request: RoutedRequest, { store }: AzureParts): void {
  if (request.route.unlocked) return;
  const locks = store.locksOver(request.scope);
  const deletes = request.method === "DELETE";
  const holding = locks.filter(({ level }) => level === "ReadOnly" || deletes);
  if (holding.length === 0) return;
  const scopes = holding.map(({ scope }) => scope).join(",");
  const what = deletes ? "delete" : "write";
  throw new ArmFault(409, "ScopeLocked", {
    message: `The scope '${request.scope}' cannot perform ${what} operation because following scope(s) are locked: '${scopes}'. Please remove the lock and try again.`,
  });
}

function deniedByPolicy({ scope }: RoutedRequest, policy: string): ArmFault {
  const name = scope.split("/").at(-1);
  const identifiers = JSON.stringify([{ policyAssignment: { name: policy } }]);
  return new ArmFault(403, "RequestDisallowedByPolicy", {
    message: `Resource '${name}' was disallowed by policy. Policy identifiers: '${identifiers}'.`,
  });
}

/** 401 without a bearer token. */
export function checkToken(request: RoutedRequest): void {
  if (/^bearer \S+/i.test(request.headers["authorization"] ?? "")) return;
  throw new ArmFault(401, "AuthenticationFailed", {
    message: "Authentication failed. The 'Authorization' header is missing.",
    headers: { "WWW-Authenticate": 'Bearer authorization_uri="https://login.windows.net/common"' },
  });
}

/** 404 of a subscription that the simulated Azure does not hold. */
export function checkSubscription(request: RoutedRequest, { store }: AzureParts): void {
  const subscription = subscriptionOf(request.path);
  if (subscription === null || store.find(`/subscriptions/${subscription}`)) return;
  throw new ArmFault(404, "SubscriptionNotFound", {
    message: `The subscription '${subscription}' could not be found.`,
  });
}

/** The state of a resource that a `busy-until` manner holds, or null. */
export function busyUntil(id: string, { manners, clock }: AzureParts): number | null {
  const manner = manners.find(canonical(id), "busy-until");
  const until = manner ? Date.parse(manner.until) : 0;
  return until > clock.now() ? until : null;
}

/** `properties.provisioningState`, lower case; `` when absent. */
export function provisioningStateOf(resource: Parameters<typeof objectAt>[0]): string {
  return (textAt(objectAt(resource, "properties"), "provisioningState") ?? "").toLowerCase();
}

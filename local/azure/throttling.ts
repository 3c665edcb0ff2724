import type { RoutedRequest } from "./exchange.ts";
import type { Limit } from "./limits.ts";
import { canonical, subscriptionOf } from "./resource-id.ts";

type Kind = "reads" | "writes" | "deletes";

/** Token buckets of Azure Resource Manager: capacity and refill a second (Azure documentation, "Request limits and throttling"). */
const armBuckets: Record<Kind, { capacity: number; perSecond: number }> = {
  reads: { capacity: 250, perSecond: 25 },
  writes: { capacity: 200, perSecond: 10 },
  deletes: { capacity: 200, perSecond: 10 },
};

/** The bucket of Azure Resource Manager that a request draws from: by subscription (or tenant) and caller. */
export function armLimit(request: RoutedRequest): Limit {
  const kind = kindOf(request);
  const subscription = subscriptionOf(request.scope);
  const level = subscription === null ? "tenant" : "subscription";
  return {
    key: `arm ${kind} ${subscription ?? "tenant"} ${request.caller.objectId}`,
    shape: { kind: "bucket", ...armBuckets[kind] },
    code: subscription === null ? "TooManyRequests" : "SubscriptionRequestsThrottled",
    message: `Number of requests for ${level} '${subscription ?? ""}' and operation '${request.method}/${kind}' exceeded the backend storage limit. Please try again after the time in Retry-After.`,
    header: `x-ms-ratelimit-remaining-${level}-${kind}`,
  };
}

function kindOf(request: RoutedRequest): Kind {
  if (request.method === "GET" || request.method === "HEAD" || request.route.reads) return "reads";
  return request.method === "DELETE" ? "deletes" : "writes";
}

const perMinute = 1 / 60;

/** Buckets of the AKS resource provider (Azure documentation, "Quotas and regional limits for AKS"): capacity and refill a second. */
const aksBuckets = {
  listSubscription: [500, 1],
  listGroup: [60, 1],
  get: [60, 1],
  put: [20, perMinute],
  putPool: [20, perMinute],
  status: [200, 2],
  other: [60, 1],
} as const;

/** A bucket of the AKS resource provider; `owner` is the cluster, pool, group or subscription it is kept for. */
export function aksLimit(kind: keyof typeof aksBuckets, owner: string): Limit {
  const [capacity, perSecond] = aksBuckets[kind];
  return {
    key: `aks ${kind} ${canonical(owner)}`,
    shape: { kind: "bucket", capacity, perSecond },
    code: "Throttled",
    message: "The request is throttled by the Azure Kubernetes Service resource provider.",
  };
}

/** Resource Graph: 15 queries in 5 seconds for each caller (Azure documentation, "Request limits and throttling"). */
export function resourceGraphLimit(request: RoutedRequest): Limit {
  return {
    key: `graph ${request.caller.objectId}`,
    shape: { kind: "window", capacity: 15, seconds: 5 },
    code: "RateLimiting",
    message:
      "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed.",
    header: "x-ms-user-quota-remaining",
  };
}

/** Reads and writes of Microsoft.Security have budgets of their own (Azure REST API, "Pricings"; window assumed an hour). */
export function securityLimit(request: RoutedRequest): Limit {
  const reads = kindOf(request) === "reads";
  return {
    key: `security ${reads} ${subscriptionOf(request.scope)} ${request.caller.objectId}`,
    shape: { kind: "window", capacity: reads ? 750 : 250, seconds: 3600 },
    code: "TooManyRequests",
    message: "Too many requests to Microsoft.Security.",
    header: "x-ms-ratelimit-remaining-subscription-resource-requests",
  };
}

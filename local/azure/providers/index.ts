import type { Route } from "../exchange.ts";
import type { AzureParts } from "../parts.ts";
import { createSubscriptionRoutes } from "./subscriptions.ts";

/** Every operation that the simulated Azure knows. */
export function createRoutes(parts: AzureParts): Route[] {
  return [...parts.operations.routes, ...createSubscriptionRoutes(parts)];
}

import type { Route } from "../exchange.ts";
import type { AzureParts } from "../parts.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import { createAlertRoutes } from "./alerts.ts";
import { createAssessmentRoutes } from "./assessments.ts";
import { createAuthorizationPolicyRoutes } from "./authorization-policy.ts";
import { createContainerServiceRoutes } from "./containerservice.ts";
import { createLockRoutes } from "./locks.ts";
import { createPolicyInsightsRoutes } from "./policy-insights.ts";
import { createPricingRoutes } from "./pricings.ts";
import { createReadOnlyTypeRoutes } from "./read-only-types.ts";
import { createRegistrationRoutes } from "./registrations.ts";
import { createResourceGraphRoutes } from "./resource-graph.ts";
import { createResourceGroupRoutes } from "./resource-groups.ts";
import { createSecurityContactRoutes } from "./security-contacts.ts";
import { createSubscriptionRoutes } from "./subscriptions.ts";
import { createTagRoutes } from "./tags.ts";

/** Every operation of Azure Resource Manager that the simulated Azure knows. */
export function createRoutes(parts: AzureParts, policy: PolicyEngine): Route[] {
  return [
    ...parts.operations.routes,
    ...createAlertRoutes(parts),
    ...createAssessmentRoutes(parts),
    ...createContainerServiceRoutes(parts),
    ...createLockRoutes(parts),
    ...createPricingRoutes(parts),
    ...createReadOnlyTypeRoutes(parts),
    ...createRegistrationRoutes(parts),
    ...createResourceGroupRoutes(parts),
    ...createSecurityContactRoutes(parts),
    ...createSubscriptionRoutes(parts),
    ...createTagRoutes(parts),
    ...createResourceGraphRoutes(parts, policy),
    ...createPolicyInsightsRoutes(parts, policy),
    ...createAuthorizationPolicyRoutes(parts),
  ];
}

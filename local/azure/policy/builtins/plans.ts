import { type Builtin, definitionOf } from "./definition.ts";

const plan = (id: string, displayName: string, name: string): Builtin => ({
  id,
  displayName,
  category: "Security Center",
  version: "1.0.0",
  mode: "All",
  effect: "AuditIfNotExists",
  allowed: ["AuditIfNotExists", "Disabled"],
  rule: { field: "type", equals: "Microsoft.Resources/subscriptions" },
  details: {
    type: "Microsoft.Security/pricings",
    name,
    existenceScope: "subscription",
    existenceCondition: { field: "Microsoft.Security/pricings/pricingTier", equals: "Standard" },
  },
});

/** Built-in definitions about the Defender plans of a subscription. */
export const planDefinitions = [
  plan(
    "1c988dd6-ade4-430f-a608-2a3e5b0a6d38",
    "Microsoft Defender for Containers should be enabled",
    "Containers",
  ),
  plan(
    "4da35fc9-c9e7-4960-aec9-797fe7d9051d",
    "Azure Defender for servers should be enabled",
    "VirtualMachines",
  ),
].map(definitionOf);

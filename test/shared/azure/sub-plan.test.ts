import { expect, it } from "vitest";
import { meets, Pricing, pricingBody } from "../../../shared/azure/pricing.ts";

it.each([
  ["P2", "P1"],
  ["P2", null],
  ["PerTransaction", "P2"],
  ["DefenderForStorageV2", "PerStorageAccount"],
])("never lowers or moves a sub-plan that is in use: %s, wanted %s", (inUse, wanted) => {
  const before = Pricing.parse({
    name: "VirtualMachines",
    properties: { pricingTier: "Standard", subPlan: inUse },
  });
  const target = { name: "VirtualMachines", subPlan: wanted, extensions: [] };
  expect(meets(before, target)).toBe(true);
  const more = { ...target, extensions: ["AgentlessVmScanning"] };
  expect(pricingBody(before, more).properties.subPlan).toBe(inUse);
});

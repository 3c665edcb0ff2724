import { describe, expect, it } from "vitest";
import { inScope } from "../../../shared/decisions/in-scope.ts";
import { aPolicy, subscriptionId } from "../../support/builders.ts";

describe("scope", () => {
  const mg = "mg-shop";
  const subscription = { subscriptionId, managementGroups: [mg, "root"] };
  const scoped = (scope: Partial<ReturnType<typeof aPolicy>["scope"]>) =>
    inScope(aPolicy({ scope: { ...aPolicy().scope, ...scope } }), subscription);

  it("is everything unless something is named", () => {
    expect(scoped({})).toBe(true);
    expect(scoped({ subscriptions: ["22222222-2222-4222-8222-222222222222"] })).toBe(false);
    expect(scoped({ subscriptions: [subscriptionId.toUpperCase()] })).toBe(true);
    expect(scoped({ managementGroups: ["MG-Shop"] })).toBe(true);
    expect(
      scoped({ managementGroups: ["/providers/Microsoft.Management/managementGroups/root"] }),
    ).toBe(true);
    expect(scoped({ managementGroups: ["mg-other"] })).toBe(false);
  });

  it("leaves out what is excluded, however it was named", () => {
    expect(scoped({ exclude: [subscriptionId] })).toBe(false);
    expect(scoped({ subscriptions: [subscriptionId], exclude: [mg] })).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { expectedIds, inScope } from "../../../shared/decisions/in-scope.ts";
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

  it("is expected of what was in it once until it is known to have left, and of what is named", () => {
    const seen = { id: subscriptionId, outOfScope: false };
    const expected = (
      scope: Partial<ReturnType<typeof aPolicy>["scope"]>,
      rows: readonly { id: string; outOfScope: boolean }[] = [seen],
    ) => expectedIds(aPolicy({ scope: { ...aPolicy().scope, ...scope } }), rows);
    const left = [{ ...seen, outOfScope: true }];
    const named = { subscriptions: [`/subscriptions/${subscriptionId.toUpperCase()}`] };
    expect(expected({})).toEqual([subscriptionId]);
    expect(expected({}, left)).toEqual([]);
    expect(expected({ managementGroups: [mg] })).toEqual([subscriptionId]);
    expect(expected({ managementGroups: [mg] }, left)).toEqual([]);
    expect(expected(named, left)).toEqual([subscriptionId]);
    expect(expected(named, [])).toEqual([subscriptionId]);
    expect(expected({ ...named, exclude: [subscriptionId] })).toEqual([]);
    expect(expected({ subscriptions: ["another"] })).toEqual(["another"]);
  });

  it("leaves out what is excluded, however it was named", () => {
    expect(scoped({ exclude: [subscriptionId] })).toBe(false);
    expect(scoped({ subscriptions: [subscriptionId], exclude: [mg] })).toBe(false);
  });
});

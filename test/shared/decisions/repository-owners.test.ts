import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRepositoryOwners } from "../../../shared/decisions/repository-owners.ts";

const rules = [
  { registry: "acrShop", repository: "base/*", to: ["platform@contoso.com"] },
  { registry: "*", repository: "team-a/*", to: ["team-a@contoso.com"] },
  { registry: "*", repository: "*-batch", to: ["batch@contoso.com"] },
  { registry: "*", repository: "team-b/*/api", to: ["team-b@contoso.com"] },
];
const find = (registry: string, repository: string) =>
  findRepositoryOwners(rules, { registry, repository });

describe("the owners of a repository", () => {
  it.each<[string, string, string | null]>([
    ["acrshop", "base/node", "platform@contoso.com"],
    ["ACRSHOP.azurecr.io", "base/node", "platform@contoso.com"],
    ["other", "base/node", null],
    ["other", "team-a/shop/cart", "team-a@contoso.com"],
    ["other", "Team-A/shop", "team-a@contoso.com"],
    ["other", "team-a", null],
    ["other", "night-batch", "batch@contoso.com"],
    ["other", "team-a/night-batch", "team-a@contoso.com"],
    ["other", "team-b/x/y/api", "team-b@contoso.com"],
    ["other", "team-b/api", null],
  ])("of %s/%s are %s", (registry, repository, expected) => {
    expect(find(registry, repository)?.to[0] ?? null).toBe(expected);
  });

  it("come with the words of the rule that named them", () => {
    expect(find("acrshop", "base/node")?.why).toBe("policy: repositories base/* in acrShop");
    expect(find("acrshop", "team-a/x")?.why).toBe("policy: repositories team-a/*");
  });

  it("fit as a regular expression of the same pattern would", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 6 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const wanted = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text);
        const rule = { registry: "*", repository: pattern, to: ["x@contoso.com"] };
        const found = findRepositoryOwners([rule], { registry: "acr", repository: text });
        expect(found !== null).toBe(wanted);
      }),
    );
  });
});

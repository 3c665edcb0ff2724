import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../local/azure/json.ts";
import { holds, isAbout, UnreadableRule } from "../../../../local/azure/policy/rule.ts";
import { aCluster } from "./policy-estate.ts";

const alias = "Microsoft.ContainerService/managedClusters/";
const resource = aCluster({
  enableRBAC: true,
  addonProfiles: { AzurePolicy: { enabled: true } },
  agentPoolProfiles: [
    { name: "a", enableEncryptionAtHost: true },
    { name: "b", enableEncryptionAtHost: false },
  ],
});
const judged = (condition: JsonObject) =>
  holds(condition, { resource, parameters: { wanted: "westeurope" } });

describe("conditions", () => {
  it.each<[string, JsonObject, boolean]>([
    [
      "compares types without case",
      { field: "type", equals: "microsoft.containerservice/managedclusters" },
      true,
    ],
    [
      "finds aliases without case",
      { field: `${alias}addonProfiles.azurePolicy.enabled`, equals: "true" },
      true,
    ],
    [
      "a missing field equals nothing",
      { field: `${alias}disableLocalAccounts`, equals: false },
      false,
    ],
    [
      "a missing field is not equal",
      { field: `${alias}disableLocalAccounts`, notEquals: true },
      true,
    ],
    ["exists", { field: `${alias}enableRBAC`, exists: "true" }, true],
    ["does not exist", { field: `${alias}aadProfile`, exists: false }, true],
    ["reads tags", { field: "tags.team", in: ["one", "two"] }, true],
    ["reads tags in brackets", { field: "tags['Team']", like: "o*" }, true],
    [
      "all items must hold",
      { field: `${alias}agentPoolProfiles[*].enableEncryptionAtHost`, equals: true },
      false,
    ],
    [
      "counts items",
      {
        count: {
          field: `${alias}agentPoolProfiles[*]`,
          where: { field: `${alias}agentPoolProfiles[*].enableEncryptionAtHost`, notEquals: true },
        },
        equals: 1,
      },
      true,
    ],
    ["takes parameters", { field: "location", contains: "[parameters('wanted')]" }, false],
    [
      "combines",
      {
        allOf: [
          { not: { field: "name", equals: "x" } },
          { anyOf: [{ field: "name", equals: "one" }] },
        ],
      },
      true,
    ],
  ])("%s", (_, condition, expected) => {
    expect(judged(condition)).toBe(expected);
  });

  it("has no verdict on what it cannot read", () => {
    expect(() => judged({ field: "name", match: "###" })).toThrow(UnreadableRule);
    expect(() => judged({ value: "[concat('a', 'b')]", equals: "ab" })).toThrow(UnreadableRule);
  });
});

describe("what a rule is about", () => {
  it("is told by type, name, kind and location alone", () => {
    const context = { resource, parameters: {} };
    const other = { field: "type", equals: "Microsoft.Web/sites" };
    const violated = { field: `${alias}enableRBAC`, equals: false };
    expect(isAbout({ allOf: [{ field: "name", equals: "one" }, violated] }, context)).toBe(true);
    expect(isAbout({ allOf: [other, violated] }, context)).toBe(false);
    expect(isAbout({ not: other }, context)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../local/azure/json.ts";
import { builtinDefinitions } from "../../../../shared/domain/builtin-definitions.ts";
import { aLab, anAssignment, registryId, stateOf } from "./policy-estate.ts";

const approved = {
  properties: { privateLinkServiceConnectionState: { status: "Approved" } },
};
const pending = { properties: { privateLinkServiceConnectionState: { status: "Pending" } } };

const safe: JsonObject = {
  adminUserEnabled: false,
  anonymousPullEnabled: false,
  publicNetworkAccess: "Disabled",
  networkRuleSet: { defaultAction: "Deny" },
  privateEndpointConnections: [approved],
  encryption: { status: "enabled" },
  policies: {
    azureADAuthenticationAsArmPolicy: { status: "disabled" },
    exportPolicy: { status: "disabled" },
  },
};

/** What breaks each definition about a registry's own properties. */
const broken: Readonly<Record<string, JsonObject>> = {
  "dc921057-6b28-4fbe-9b83-f7bec05db6c2": { adminUserEnabled: true },
  "9f2dea28-e834-476c-99c5-3507b4728395": { anonymousPullEnabled: true },
  "0fdf0491-d080-4575-b627-ad0e843cba0f": { publicNetworkAccess: "Enabled" },
  "d0793b48-0edc-4296-a390-4c75d1bdfd71": { publicNetworkAccess: "Enabled", networkRuleSet: {} },
  "e8eef0a8-67cf-4eb4-9386-14b0e78733d4": { privateEndpointConnections: [pending] },
  "42781ec6-6127-4c30-bdfa-fb423a0047d3": { policies: { exportPolicy: { status: "disabled" } } },
  "524b0254-c285-4903-bee6-bb8126cde579": { publicNetworkAccess: "Enabled" },
  "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580": { encryption: { status: "disabled" } },
};

const tokens = "ff05e24e-195c-447e-b322-5e90c9f9f366";
const aboutImages = [
  "090c7b07-b4ed-4561-ad20-e9075f3ccaff",
  "5f0f936f-2f01-4bf5-b6be-d423792fa562",
];

const aRegistry = (properties: JsonObject) => ({
  id: registryId,
  name: "images",
  type: "Microsoft.ContainerRegistry/registries",
  location: "westeurope",
  properties: { ...safe, ...properties },
});

describe("built-in definitions about registries", () => {
  it("are all judged here, or said to be unknown", () => {
    const known = Object.entries(builtinDefinitions)
      .filter(([, { about }]) => about === "registry")
      .map(([guid]) => guid);
    expect([...Object.keys(broken), tokens, ...aboutImages].toSorted()).toEqual(known.toSorted());
  });

  it.each(Object.entries(broken))(
    "judge by the registry's own properties: %s",
    async (guid, wrong) => {
      const states = async (properties: JsonObject) =>
        stateOf(await aLab([aRegistry(properties), anAssignment("one", guid)]).states(), guid);
      expect(await states({})).toBe("Compliant");
      expect(await states(wrong)).toBe("NonCompliant");
    },
  );

  it("lets a firewall do where the public may not reach everything", async () => {
    const guid = "d0793b48-0edc-4296-a390-4c75d1bdfd71";
    const open = { publicNetworkAccess: "Enabled", networkRuleSet: { defaultAction: "Deny" } };
    const lab = aLab([aRegistry(open), anAssignment("one", guid)]);
    expect(stateOf(await lab.states(), guid)).toBe("Compliant");
  });

  it("judge a repository token as a resource of its own", async () => {
    const token = (name: string, status: string) => ({
      id: `${registryId}/tokens/${name}`,
      name,
      type: "Microsoft.ContainerRegistry/registries/tokens",
      properties: { status },
    });
    const resources = [aRegistry({}), token("ci", "enabled"), token("old", "disabled")];
    const rows = await aLab([...resources, anAssignment("one", tokens)]).states();
    const verdicts = rows.map((row) => [row["resourceId"], row["complianceState"]]);
    expect(Object.fromEntries(verdicts)).toEqual({
      [`${registryId}/tokens/ci`.toLowerCase()]: "NonCompliant",
      [`${registryId}/tokens/old`.toLowerCase()]: "Compliant",
    });
  });

  it.each(aboutImages)("have no states where they read retired assessments: %s", async (guid) => {
    const lab = aLab([aRegistry({}), anAssignment("one", guid)]);
    expect(await lab.states()).toEqual([]);
  });
});

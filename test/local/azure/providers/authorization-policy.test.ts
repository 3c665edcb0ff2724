import { describe, expect, it } from "vitest";
import { isObject, type Json, listAt } from "../../../../local/azure/json.ts";
import {
  aCluster,
  addonPolicy,
  aLab,
  anAssignment,
  baseline,
  definition,
  type Lab,
  stateOf,
  subscription,
} from "../policy/policy-estate.ts";

const version = "?api-version=2025-03-01";
const someone = { name: "someone", objectId: "1", appId: null, upn: "someone@example.org" };
const send = (lab: Lab, method: string, path: string, body?: Json) =>
  lab.azure.actAs(someone, { method, path, ...(body === undefined ? {} : { body }) });
const group = `${subscription}/resourceGroups/rg-one`;
const assignments = (scope: string) =>
  `${scope}/providers/Microsoft.Authorization/policyAssignments`;

describe("policy assignments", () => {
  it("list those at the scope, above and below it, as the filter asks", async () => {
    const lab = aLab([
      anAssignment("wide", addonPolicy),
      anAssignment("narrow", addonPolicy, { scope: group }),
    ]);
    const list = async (scope: string, filter = "") => {
      const { body } = await send(lab, "GET", `${assignments(scope)}${version}${filter}`);
      return listAt(body, "value")
        .filter(isObject)
        .map((one) => one["name"]);
    };
    expect(await list(subscription)).toEqual(["wide", "narrow"]);
    expect(await list(group)).toEqual(["wide", "narrow"]);
    expect(await list(subscription, "&$filter=atScope()")).toEqual(["wide"]);
    expect(await list(group, "&$filter=atExactScope()")).toEqual(["narrow"]);
  });

  it("take effect when written, and end when deleted", async () => {
    const lab = aLab([aCluster()]);
    const path = `${assignments(subscription)}/addon${version}`;
    const properties = { policyDefinitionId: definition(addonPolicy) };
    const written = await send(lab, "PUT", path, { properties });
    expect(written).toMatchObject({
      status: 201,
      body: {
        name: "addon",
        type: "Microsoft.Authorization/policyAssignments",
        properties: { scope: subscription },
      },
    });
    await lab.pass(20);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("NonCompliant");
    expect((await send(lab, "DELETE", path)).status).toBe(200);
    await lab.pass(20);
    expect(await lab.states()).toEqual([]);
    expect((await send(lab, "DELETE", path)).status).toBe(204);
    expect((await send(lab, "GET", path)).status).toBe(404);
    expect(lab.azure.events.map(({ eventType }) => eventType.split(".").at(-1))).toEqual([
      "ResourceWriteSuccess",
      "PolicyStateCreated",
      "ResourceDeleteSuccess",
      "PolicyStateDeleted",
    ]);
  });
});

describe("definitions", () => {
  it("built in are found at the tenant, by any case", async () => {
    const found = await send(aLab([]), "GET", `${definition(addonPolicy.toUpperCase())}${version}`);
    expect(found.body).toMatchObject({
      name: addonPolicy,
      properties: { policyType: "BuiltIn", mode: "Indexed" },
    });
    const set = await send(aLab([]), "GET", `${baseline}${version}`);
    expect(
      listAt(isObject(set.body) ? (set.body["properties"] ?? null) : null, "policyDefinitions"),
    ).toHaveLength(5);
  });

  it("unknown are not found", async () => {
    const answer = await send(aLab([]), "GET", `${definition("nosuch")}${version}`);
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { code: "PolicyDefinitionNotFound" } },
    });
  });
});

describe("exemptions", () => {
  it("excuse from the next evaluation on", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    const path = `${group}/providers/Microsoft.Authorization/policyExemptions/e?api-version=2022-07-01-preview`;
    const properties = {
      policyAssignmentId: `${assignments(subscription)}/addon`,
      exemptionCategory: "Waiver",
    };
    expect((await send(lab, "PUT", path, { properties })).status).toBe(201);
    expect((await send(lab, "PUT", path, { properties })).status).toBe(200);
    await lab.pass(20);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("Exempt");
  });
});

import { describe, expect, it } from "vitest";
import { isObject, type JsonObject, listAt } from "../../../../local/azure/json.ts";
import {
  aCluster,
  addonOn,
  addonPolicy,
  aLab,
  anAssignment,
  aSubscription,
  clusterId,
  errorOf,
  graphRows,
  type Lab,
  otherSubscription,
  privilegedPolicy,
  registryId,
  subscription,
} from "../policy/policy-estate.ts";

const path = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
const ask = (lab: Lab, query: string, more: JsonObject = {}) => lab.post(path, { query, ...more });
const names = async (lab: Lab, query: string, more: JsonObject = {}) =>
  graphRows(await ask(lab, query, more)).map((row) => row["name"]);
const guidOf = (id: string) => id.slice("/subscriptions/".length);

const group = {
  id: `${subscription}/resourceGroups/rg-one`,
  name: "rg-one",
  location: "westeurope",
  tags: { owner: "x@y.z" },
};
const registry = {
  id: registryId,
  name: "images",
  location: "westeurope",
  sku: { name: "Premium" },
  properties: {},
};
const elsewhere = aCluster(
  {},
  clusterId.replace(subscription, otherSubscription).replace(/one$/, "two"),
);
const estate = [aSubscription(otherSubscription), group, aCluster(addonOn), elsewhere, registry];

describe("rows", () => {
  it("have Resource Graph's columns, types and locations in lower case", async () => {
    const [row] = graphRows(await ask(aLab(estate), "resources | where name == 'one'"));
    expect(row).toEqual({
      id: clusterId,
      name: "one",
      type: "microsoft.containerservice/managedclusters",
      tenantId: "33333333-3333-4333-8333-333333333333",
      kind: "",
      location: "westeurope",
      resourceGroup: "rg-one",
      subscriptionId: guidOf(subscription),
      managedBy: "",
      sku: null,
      plan: null,
      properties: aCluster(addonOn)["properties"],
      tags: { team: "one" },
      identity: null,
      zones: null,
      extendedLocation: null,
    });
  });

  it("stand in the table of their type, whose name has any case", async () => {
    const lab = aLab([
      ...estate,
      {
        id: `${subscription}/providers/Microsoft.Security/pricings/Containers`,
        properties: { pricingTier: "Free" },
      },
      { id: `${subscription}/providers/Microsoft.Security/assessments/a1`, properties: {} },
      {
        id: `${clusterId}/providers/Microsoft.Authorization/locks/keep`,
        properties: { level: "ReadOnly" },
      },
      anAssignment("addon", addonPolicy),
    ]);
    const types = async (table: string) =>
      graphRows(await ask(lab, `${table} | distinct type | order by type asc`)).map(
        (row) => row["type"],
      );
    expect(await types("RESOURCES")).toEqual([
      "microsoft.containerregistry/registries",
      "microsoft.containerservice/managedclusters",
    ]);
    expect(await types("ResourceContainers")).toEqual([
      "microsoft.resources/subscriptions",
      "microsoft.resources/subscriptions/resourcegroups",
    ]);
    expect(await types("securityResources")).toEqual([
      "microsoft.security/assessments",
      "microsoft.security/pricings",
    ]);
    expect(await types("policyresources")).toEqual([
      "microsoft.authorization/policyassignments",
      "microsoft.authorization/policydefinitions",
      "microsoft.authorization/policysetdefinitions",
      "microsoft.policyinsights/policystates",
    ]);
  });

  it("of alerts are spelled in PascalCase", async () => {
    const alert = {
      id: `${subscription}/resourceGroups/rg-one/providers/Microsoft.Security/locations/westeurope/alerts/a1`,
      properties: {
        alertType: "K8S_ExposedDashboard",
        status: "Active",
        resourceIdentifiers: [{ azureResourceId: clusterId, type: "AzureResource" }],
        extendedProperties: { "user name": "x" },
      },
    };
    const [row] = graphRows(
      await ask(
        aLab([alert]),
        "securityresources | where type == 'microsoft.security/locations/alerts'",
      ),
    );
    expect(row?.["properties"]).toEqual({
      AlertType: "K8S_ExposedDashboard",
      Status: "Active",
      ResourceIdentifiers: [{ AzureResourceId: clusterId, Type: "AzureResource" }],
      ExtendedProperties: { "user name": "x" },
    });
  });

  it("of policy states can be joined to their resources", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    const query = `
      resources
      | where type =~ 'Microsoft.ContainerService/managedClusters'
      | extend key = tolower(id)
      | join kind=leftouter (
          policyresources
          | where type == 'microsoft.policyinsights/policystates'
          | where properties.complianceState == 'NonCompliant'
          | extend key = tolower(tostring(properties.resourceId)), definition = tostring(split(tostring(properties.policyDefinitionId), '/')[-1])
          | summarize definitions = make_set(definition) by key
        ) on key
      | project id, definitions`;
    expect(graphRows(await ask(lab, query))).toEqual([
      { id: clusterId, definitions: [addonPolicy] },
    ]);
  });

  it("follow a write a moment later", async () => {
    const lab = aLab(estate);
    const query =
      "resources | where name == 'one' | project name = tostring(properties.enableRBAC)";
    lab.put(aCluster({ enableRBAC: true }));
    lab.azure.store.remove(registryId);
    expect(await names(lab, query)).toEqual([""]);
    expect(await names(lab, "resources | where name == 'images'")).toEqual(["images"]);
    await lab.pass(1);
    expect(await names(lab, query)).toEqual(["true"]);
    expect(await names(lab, "resources | where name == 'images'")).toEqual([]);
  });
});

describe("scope", () => {
  it("is what the body names, else everything", async () => {
    const lab = aLab(estate);
    const query = "resources | where type has 'managedclusters' | order by name asc";
    expect(await names(lab, query)).toEqual(["one", "two"]);
    expect(await names(lab, query, { subscriptions: [guidOf(otherSubscription)] })).toEqual([
      "two",
    ]);
    expect(errorOf(await ask(lab, query, { subscriptions: ["nosuch"] }))["code"]).toBe(
      "NoValidSubscriptionsInQueryRequest",
    );
  });

  it("of assignments ends at the scope unless more is asked for", async () => {
    const land = "/providers/Microsoft.Management/managementGroups/land";
    const lab = aLab([
      ...estate,
      { id: land, properties: { children: [{ id: subscription }] } },
      anAssignment("above", privilegedPolicy, { scope: land }),
      anAssignment("at", privilegedPolicy),
      anAssignment("below", privilegedPolicy, { scope: group.id }),
    ]);
    const query = "policyresources | where type endswith 'policyassignments' | order by name asc";
    const asked = (authorizationScopeFilter: string) =>
      names(lab, query, {
        subscriptions: [guidOf(subscription)],
        options: { authorizationScopeFilter },
      });
    expect(await asked("AtScopeAndBelow")).toEqual(["at", "below"]);
    expect(await asked("AtScopeAndAbove")).toEqual(["above", "at"]);
    expect(await asked("AtScopeAboveAndBelow")).toEqual(["above", "at", "below"]);
    expect(await asked("AtScopeExact")).toEqual(["at"]);
    const clusters = "resources | where type has 'managedclusters'";
    expect(await names(lab, clusters, { managementGroups: ["land"] })).toEqual(["one"]);
  });

  it("hides what the role does not let read", async () => {
    const role = {
      actions: [
        "Microsoft.ResourceGraph/*/read",
        "Microsoft.ContainerService/managedClusters/read",
      ],
      scopes: [otherSubscription],
    };
    expect(await names(aLab(estate, { role }), "resources")).toEqual(["two"]);
    expect(await names(aLab(estate, { role }), "securityresources")).toEqual([]);
    const blind = await ask(aLab(estate, { role: { actions: [] } }), "resources");
    expect(blind.status).toBe(403);
  });
});

describe("pages", () => {
  const many = Array.from({ length: 7 }, (_, at) =>
    aCluster({}, clusterId.replace(/one$/, `c${at}`)),
  );
  const lab = aLab(many);

  it("go on with the token until all is told", async () => {
    const query = "resources | order by name asc | project id, name";
    const seen: unknown[] = [];
    let options: JsonObject = { $top: 3 };
    for (let pages = 0; pages < 3; pages += 1) {
      const { body } = await ask(lab, query, { options });
      expect(body).toMatchObject({ totalRecords: 7, resultTruncated: "false" });
      seen.push(...listAt(body, "data").map((row) => (isObject(row) ? row["name"] : null)));
      const token = isObject(body) ? body["$skipToken"] : undefined;
      options = token === undefined ? {} : { $skipToken: token };
      expect(token === undefined).toBe(pages === 2);
    }
    expect(seen).toEqual(many.map(({ name }) => name));
  });

  it("cannot go on without the id, and says so", async () => {
    const { body } = await ask(lab, "resources | project name", { options: { $top: 3 } });
    expect(body).toMatchObject({ count: 3, totalRecords: 7, resultTruncated: "true" });
    expect(body).not.toHaveProperty("$skipToken");
  });

  it("refuse a token of another query and a page of 1001 rows", async () => {
    const { body } = await ask(lab, "resources", { options: { $top: 3 } });
    const token = isObject(body) ? (body["$skipToken"] ?? "") : "";
    const other = await ask(lab, "resources | project id", { options: { $skipToken: token } });
    expect(other.status).toBe(400);
    expect((await ask(lab, "resources", { options: { $top: 1001 } })).status).toBe(400);
  });

  it("may be tables", async () => {
    const query = "resources | summarize n = count(), any = take_any(type)";
    const { body } = await ask(lab, query, { options: { resultFormat: "table" } });
    expect(isObject(body) && body["data"]).toEqual({
      columns: [
        { name: "n", type: "integer" },
        { name: "any", type: "string" },
      ],
      rows: [[7, "microsoft.containerservice/managedclusters"]],
    });
  });
});

describe("a query that cannot be run", () => {
  it.each([
    ["resources |\n where nosuch == 1", "InvalidQuery", 2, 7],
    ["resources | evaluate x()", "ParserFailure", 1, 12],
    ["AdvisorResources", "DisallowedLogicalTableName", 1, 0],
  ])("%s", async (query, code, line, characterPositionInLine) => {
    const answer = await ask(aLab(estate), query);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["code"]).toBe("BadRequest");
    expect(errorOf(answer)["details"]).toMatchObject([
      { code: "InvalidQuery" },
      { code, line, characterPositionInLine },
    ]);
  });

  it("is one without text", async () => {
    expect((await aLab(estate).post(path, {})).status).toBe(400);
  });
});

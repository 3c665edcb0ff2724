import { describe, expect, it } from "vitest";
import { isObject, type JsonObject, listAt, textAt } from "../../../../local/azure/json.ts";
import {
  aCluster,
  addonOn,
  addonPolicy,
  aLab,
  anAssignment,
  aViolation,
  baseline,
  clusterId,
  type Lab,
  localAuthPolicy,
  privilegedPolicy,
  subscription,
} from "../policy/policy-estate.ts";

const insights = (scope: string, rest: string) =>
  `${scope}/providers/Microsoft.PolicyInsights/${rest}`;
const query = (scope: string, options = "", view = "latest") =>
  insights(scope, `policyStates/${view}/queryResults?api-version=2024-10-01${options}`);
const rowsOf = (answer: { body?: Parameters<typeof listAt>[0] }) =>
  listAt(answer.body ?? null, "value").filter(isObject);

describe("policy states", () => {
  const lab = aLab([
    aCluster(addonOn),
    aCluster({ disableLocalAccounts: true }, clusterId.replace(/one$/, "two")),
    anAssignment("addon", addonPolicy),
    anAssignment("local", localAuthPolicy),
  ]);

  it("are those of the scope: resource, group, subscription, assignment, definition", async () => {
    const count = async (scope: string) => rowsOf(await lab.post(query(scope))).length;
    expect(await count(subscription)).toBe(4);
    expect(await count(`${subscription}/resourceGroups/RG-one`)).toBe(4);
    expect(await count(clusterId.toUpperCase().replace("/PROVIDERS/", "/providers/"))).toBe(2);
    const authorization = `${subscription}/providers/Microsoft.Authorization`;
    expect(await count(`${authorization}/policyAssignments/addon`)).toBe(2);
    expect(await count(`${authorization}/policyDefinitions/${addonPolicy}`)).toBe(2);
  });

  it("are filtered, sorted, cut and narrowed as asked", async () => {
    const options = [
      `&$filter=${encodeURIComponent("complianceState eq 'NonCompliant'")}`,
      "&$orderby=resourceId asc",
      "&$select=resourceId,policyAssignmentName",
    ].join("");
    const rows = rowsOf(await lab.post(query(subscription, options)));
    expect(rows.map((row) => row["policyAssignmentName"])).toEqual(["local", "addon"]);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      "@odata.context",
      "resourceId",
      "policyAssignmentName",
    ]);
    expect(rowsOf(await lab.post(query(subscription, "&$top=3")))).toHaveLength(3);
  });

  it("explain themselves when asked to", async () => {
    const rows = rowsOf(await lab.post(query(clusterId, "&$expand=PolicyEvaluationDetails")));
    const local = rows.find((row) => row["policyAssignmentName"] === "local");
    expect(local?.["policyEvaluationDetails"]).toEqual({
      evaluatedExpressions: [
        expect.objectContaining({ result: "True", expression: "type", operator: "Equals" }),
        expect.objectContaining({
          result: "True",
          expressionKind: "Field",
          path: "Microsoft.ContainerService/managedClusters/disableLocalAccounts",
          targetValue: true,
          operator: "NotEquals",
        }),
      ],
    });
  });

  it.each([
    ["$apply=groupby((resourceId))", "latest"],
    ["$filter=nonsense", "latest"],
    ["$top=many", "latest"],
    ["$from=yesterday", "latest"],
    ["$from=2026-11-24T00:00:00Z", "latest"],
    ["$skiptoken=abc", "latest"],
    ["", "newest"],
  ])("refuse %s of %s", async (options, view) => {
    expect((await lab.post(query(subscription, `&${options}`, view))).status).toBe(400);
  });

  it("tell every verdict when asked for the default view", async () => {
    const own = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    own.put(aCluster(addonOn));
    await own.pass(20);
    const states = async (view: string, options = "") =>
      rowsOf(await own.post(query(subscription, options, view))).map(
        (row) => row["complianceState"],
      );
    expect(await states("latest")).toEqual(["Compliant"]);
    expect(await states("default")).toEqual(["Compliant", "NonCompliant"]);
    expect(await states("latest", "&$to=2026-11-23T08:10:00Z")).toEqual(["NonCompliant"]);
    expect(await states("default", "&$from=2026-11-23T08:00:00Z")).toEqual(["Compliant"]);
  });

  it("come in pages of a thousand, all of one moment", async () => {
    const many = Array.from({ length: 1100 }, (_, at) =>
      aCluster({}, clusterId.replace(/one$/, `c${at}`)),
    );
    const big = aLab([...many, anAssignment("addon", addonPolicy)]);
    const seen = new Set<unknown>();
    let next: string | null = query(subscription, "&$orderby=resourceId asc");
    let pages = 0;
    while (next !== null) {
      const answer: Awaited<ReturnType<Lab["post"]>> = await big.post(next);
      for (const row of rowsOf(answer)) seen.add(row["resourceId"]);
      next = textAt(answer.body, "@odata.nextLink");
      pages += 1;
      await big.pass(1);
    }
    expect(pages).toBe(2);
    expect(seen.size).toBe(1100);
  });
});

describe("components", () => {
  it("stand in the states of their cluster when asked for, and in their own answer", async () => {
    const lab = aLab([aCluster(addonOn), anAssignment("pods", baseline)], {
      violations: [
        {
          kind: "InClusterViolations",
          cluster: clusterId,
          violations: [aViolation(privilegedPolicy, "shop/web")],
        },
      ],
    });
    const filter = encodeURIComponent("ComplianceState eq 'NonCompliant'");
    const [row] = rowsOf(await lab.post(query(clusterId, `&$filter=${filter}&$expand=components`)));
    expect(row?.["components"]).toMatchObject([
      { id: "shop/web", complianceState: "NonCompliant" },
    ]);
    const path = insights(
      clusterId,
      "componentPolicyStates/latest/queryResults?api-version=2024-10-01",
    );
    const [component] = rowsOf(await lab.post(path));
    expect(component).toMatchObject({
      componentId: "shop/web",
      policyDefinitionName: privilegedPolicy,
    });
    expect(component).not.toHaveProperty("policyEvaluationDetails");
  });
});

describe("the summary", () => {
  it("counts resources and policies by state", async () => {
    const lab = aLab([
      aCluster(addonOn),
      anAssignment("addon", addonPolicy),
      anAssignment("local", localAuthPolicy),
    ]);
    const path = insights(subscription, "policyStates/latest/summarize?api-version=2024-10-01");
    const [summary] = rowsOf(await lab.post(path));
    expect(summary?.["results"]).toMatchObject({
      nonCompliantResources: 1,
      nonCompliantPolicies: 1,
      resourceDetails: [{ complianceState: "noncompliant", count: 1 }],
      policyDetails: [
        { complianceState: "compliant", count: 1 },
        { complianceState: "noncompliant", count: 1 },
      ],
    });
    const assignments = listAt(summary ?? null, "policyAssignments").filter(isObject);
    expect(assignments.map((one: JsonObject) => listAt(one, "policyDefinitions").length)).toEqual([
      1, 1,
    ]);
  });
});

describe("evaluation on demand", () => {
  it("is one operation while it runs, and renews the states", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    const path = insights(
      subscription,
      "policyStates/latest/triggerEvaluation?api-version=2024-10-01",
    );
    const first = await lab.post(path);
    expect(first.status).toBe(202);
    await lab.pass(1);
    expect((await lab.post(path)).headers?.["Location"]).toBe(first.headers?.["Location"]);
    await lab.pass(15);
    expect(await lab.states()).toMatchObject([{ timestamp: "2026-11-23T08:15:00.000Z" }]);
    expect((await lab.post(path)).headers?.["Location"]).not.toBe(first.headers?.["Location"]);
  });
});

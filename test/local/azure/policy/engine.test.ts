import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../local/azure/json.ts";
import {
  aCluster,
  addonOn,
  addonPolicy,
  aLab,
  anAssignment,
  aSubscription,
  aViolation,
  baseline,
  clusterId,
  localAuthPolicy,
  otherSubscription,
  privilegedPolicy,
  registryId,
  stateOf,
  subscription,
} from "./policy-estate.ts";

const eventTypes = (lab: ReturnType<typeof aLab>) =>
  lab.azure.events.map(({ eventType }) => eventType.replace("Microsoft.PolicyInsights.", ""));

describe("control-plane states", () => {
  it("are there from the start, and older than the start", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    const [row, ...others] = await lab.states();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      complianceState: "NonCompliant",
      isCompliant: false,
      timestamp: "2026-11-23T05:00:00.000Z",
      resourceId: clusterId.toLowerCase(),
      policyAssignmentName: "addon",
      policyDefinitionAction: "audit",
      policySetDefinitionId: "",
    });
    expect(lab.azure.events).toEqual([]);
  });

  it("change a quarter of an hour after the write, with an event", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    lab.put(aCluster(addonOn));
    await lab.pass(14);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("NonCompliant");
    await lab.pass(1);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("Compliant");
    expect(lab.azure.events).toMatchObject([
      {
        eventType: "Microsoft.PolicyInsights.PolicyStateChanged",
        topic: subscription,
        subject: clusterId,
        eventTime: "2026-11-23T08:15:00.000Z",
        dataVersion: "1",
        data: {
          timestamp: "2026-11-23T08:15:00.000Z",
          policyAssignmentId: `${subscription}/providers/microsoft.authorization/policyassignments/addon`,
          policyDefinitionId: `/providers/microsoft.authorization/policydefinitions/${addonPolicy}`,
          policyDefinitionReferenceId: "",
          complianceState: "Compliant",
          subscriptionId: subscription.slice("/subscriptions/".length),
          complianceReasonCode: "",
        },
      },
    ]);
  });

  it("say nothing when nothing changed", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    lab.put({ ...aCluster(), tags: { team: "two" } });
    await lab.pass(60);
    expect(lab.azure.events).toEqual([]);
  });

  it("go with their resource, and come with a new one", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    lab.azure.store.remove(clusterId);
    await lab.pass(1);
    expect(await lab.states()).toEqual([]);
    lab.put(aCluster());
    await lab.pass(15);
    expect(eventTypes(lab)).toEqual(["PolicyStateDeleted", "PolicyStateCreated"]);
  });

  it("come with an assignment, 20 minutes later", async () => {
    const lab = aLab([aCluster()]);
    lab.put(anAssignment("local", localAuthPolicy));
    await lab.pass(19);
    expect(await lab.states()).toEqual([]);
    await lab.pass(1);
    expect(stateOf(await lab.states(), localAuthPolicy)).toBe("NonCompliant");
  });

  it("are confirmed each day, so that a day's window holds them", async () => {
    const lab = aLab([aCluster(), anAssignment("addon", addonPolicy)]);
    await lab.pass(3 * 24 * 60);
    expect(await lab.states()).toMatchObject([{ timestamp: "2026-11-26T05:00:00.000Z" }]);
  });

  it("judge registries and plans too", async () => {
    const registry = {
      id: registryId,
      location: "westeurope",
      properties: { adminUserEnabled: true, publicNetworkAccess: "Disabled" },
    };
    const plan = {
      id: `${subscription}/providers/Microsoft.Security/pricings/Containers`,
      properties: { pricingTier: "Standard" },
    };
    const [admin, network, plans] = [
      "dc921057-6b28-4fbe-9b83-f7bec05db6c2",
      "0fdf0491-d080-4575-b627-ad0e843cba0f",
      "1c988dd6-ade4-430f-a608-2a3e5b0a6d38",
    ];
    const lab = aLab([
      registry,
      plan,
      anAssignment("admin", admin),
      anAssignment("network", network),
      anAssignment("plan", plans),
    ]);
    const rows = await lab.states();
    expect(stateOf(rows, admin)).toBe("NonCompliant");
    expect(stateOf(rows, network)).toBe("Compliant");
    expect(stateOf(rows, plans)).toBe("Compliant");
    lab.put({ ...plan, properties: { pricingTier: "Free" } });
    await lab.pass(15);
    expect(stateOf(await lab.states(), plans)).toBe("NonCompliant");
  });
});

describe("what an assignment reaches", () => {
  const statesWith = async (
    assignment: ReturnType<typeof anAssignment>,
    ...more: Parameters<typeof aLab>[0]
  ) => aLab([aCluster(), assignment, ...more]).states();

  it("ends at its scope and its notScopes", async () => {
    const group = `${subscription}/resourceGroups/RG-ONE`;
    const other = `${subscription}/resourceGroups/rg-on`;
    const at = (scope: string, notScopes: string[] = []) =>
      statesWith(anAssignment("a", addonPolicy, { scope, properties: { scope, notScopes } }));
    expect(await at(group)).toHaveLength(1);
    expect(await at(other)).toHaveLength(0);
    expect(await at(clusterId)).toHaveLength(1);
    expect(await at(subscription, [group])).toHaveLength(0);
    expect(await at(subscription, [other])).toHaveLength(1);
    expect(await at(otherSubscription)).toHaveLength(0);
  });

  it("includes what lies below a management group", async () => {
    const root = "/providers/Microsoft.Management/managementGroups/root";
    const land = "/providers/Microsoft.Management/managementGroups/land";
    const groups = [
      {
        id: root,
        properties: {
          children: [
            {
              id: land,
              type: "Microsoft.Management/managementGroups",
              children: [{ id: subscription, type: "/subscriptions" }],
            },
          ],
        },
      },
      { id: land, properties: {} },
    ];
    const rows = await statesWith(anAssignment("a", addonPolicy, { scope: root }), ...groups);
    expect(rows).toMatchObject([
      { managementGroupIds: "land,root", policyAssignmentScope: root.toLowerCase() },
    ]);
    const excluded = { scope: root, properties: { notScopes: [land] } };
    expect(await statesWith(anAssignment("a", addonPolicy, excluded), ...groups)).toEqual([]);
  });

  it("is nothing once the effect is Disabled", async () => {
    const off = { properties: { parameters: { effect: { value: "Disabled" } } } };
    expect(await statesWith(anAssignment("a", addonPolicy, off))).toEqual([]);
  });

  it("is excused by an exemption until it expires", async () => {
    const assignment = anAssignment("a", addonPolicy);
    const exemption = {
      id: `${clusterId}/providers/Microsoft.Authorization/policyExemptions/e`,
      properties: {
        policyAssignmentId: assignment.id.toUpperCase(),
        exemptionCategory: "Waiver",
        expiresOn: "2026-11-23T08:30:00Z",
      },
    };
    const lab = aLab([aCluster(), assignment, exemption]);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("Exempt");
    await lab.pass(31);
    lab.put(aCluster());
    await lab.pass(15);
    expect(stateOf(await lab.states(), addonPolicy)).toBe("NonCompliant");
  });

  it("takes an initiative's own effect before a member's default", async () => {
    const lab = aLab([aCluster(addonOn), anAssignment("pods", baseline)]);
    const rows = await lab.states();
    expect(rows).toHaveLength(5);
    expect(
      rows.find((row) => String(row["policyDefinitionId"]).endsWith(privilegedPolicy)),
    ).toMatchObject({
      policyDefinitionAction: "audit",
      policyDefinitionReferenceId: "PrivilegedContainers",
      policySetDefinitionName: baseline.slice(baseline.lastIndexOf("/") + 1),
    });
    const alone = await aLab([aCluster(addonOn), anAssignment("pods", privilegedPolicy)]).states();
    expect(alone).toMatchObject([{ policyDefinitionAction: "deny" }]);
  });

  it("reads the estate's own definitions, and is silent where it cannot", async () => {
    const own = (name: string, rule: JsonObject) => ({
      id: `${subscription}/providers/Microsoft.Authorization/policyDefinitions/${name}`,
      // biome-ignore lint/suspicious/noThenProperty: the policy language calls it so.
      properties: { mode: "Indexed", policyRule: { if: rule, then: { effect: "audit" } } },
    });
    const hasTag = own("tagged", { field: "tags.owner", exists: false });
    const odd = own("odd", { field: "name", match: "###" });
    const rows = await statesWith(
      anAssignment("a", hasTag.id),
      hasTag,
      odd,
      anAssignment("b", odd.id),
    );
    expect(rows).toMatchObject([
      { policyDefinitionName: "tagged", complianceState: "NonCompliant" },
    ]);
  });
});

describe("inside a cluster", () => {
  const pods = [
    aViolation(privilegedPolicy, "shop/web"),
    aViolation(privilegedPolicy, "kube-system/proxy"),
  ];
  const violations = [
    { kind: "InClusterViolations" as const, cluster: clusterId, violations: pods },
  ];
  const assigned = anAssignment("pods", baseline);

  it("nothing is seen without the add-on", async () => {
    const lab = aLab([aCluster(), assigned], { violations });
    await lab.pass(24 * 60);
    expect(await lab.components()).toEqual([]);
    expect(await lab.states()).toEqual([]);
  });

  it("nothing is seen without an assignment", async () => {
    const lab = aLab([aCluster(addonOn)], { violations });
    expect(await lab.components()).toEqual([]);
  });

  it("violations show once the add-on has run a while, and raise no event", async () => {
    const lab = aLab([aCluster(), assigned], { violations });
    lab.put(aCluster({ ...addonOn, provisioningState: "Updating" }));
    await lab.pass(5);
    lab.put(aCluster(addonOn));
    await lab.pass(34);
    expect(await lab.components()).toEqual([]);
    await lab.pass(1);
    expect(await lab.components()).toMatchObject([
      {
        componentId: "shop/web",
        componentName: "web",
        componentType: "Pod",
        complianceState: "NonCompliant",
        policyEvaluationDetails: { reason: "shop/web is not allowed" },
      },
    ]);
    const rows = await lab.states();
    expect(stateOf(rows, privilegedPolicy)).toBe("NonCompliant");
    expect(rows.filter((row) => row["complianceState"] === "Compliant")).toHaveLength(4);
    expect(lab.azure.events).toEqual([]);
  });

  it("they end when the workload is put right, at the next audit", async () => {
    const lab = aLab([aCluster(addonOn), assigned], { violations });
    expect(await lab.components()).toHaveLength(1);
    lab.azure.policy.setViolations(clusterId, []);
    await lab.pass(15);
    expect(await lab.components()).toEqual([]);
    expect(stateOf(await lab.states(), privilegedPolicy)).toBe("Compliant");
  });

  it("old reports outlive the add-on by three quarters of an hour", async () => {
    const lab = aLab([aCluster(addonOn), assigned], { violations });
    lab.put(aCluster());
    await lab.pass(44);
    expect(await lab.components()).toHaveLength(1);
    await lab.pass(1);
    expect(await lab.components()).toEqual([]);
  });

  it("nothing is reported from an unregistered subscription", async () => {
    const provider = {
      id: `${subscription}/providers/Microsoft.PolicyInsights`,
      registrationState: "NotRegistered",
    };
    const lab = aLab([aCluster(addonOn), assigned, provider], { violations });
    expect(await lab.components()).toEqual([]);
    expect(await lab.states()).toEqual([]);
    lab.put({ ...provider, registrationState: "Registered" });
    await lab.pass(15);
    expect(await lab.components()).toHaveLength(1);
  });

  it("at most 500 components a policy are kept", async () => {
    const many = Array.from({ length: 501 }, (_, at) =>
      aViolation(privilegedPolicy, `shop/p${at}`),
    );
    const lab = aLab([aCluster(addonOn), assigned], {
      violations: [{ kind: "InClusterViolations", cluster: clusterId, violations: many }],
    });
    expect(await lab.components()).toHaveLength(500);
  });
});

describe("law", () => {
  it("states depend on how the estate stands, not on the way there", async () => {
    const properties = fc.record({
      disableLocalAccounts: fc.boolean(),
      addonProfiles: fc.constantFrom(
        {},
        { azurePolicy: { enabled: true } },
        { azurepolicy: { enabled: false } },
      ),
    });
    const assignments = [anAssignment("a", addonPolicy), anAssignment("l", localAuthPolicy)];
    const holds = fc.asyncProperty(
      fc.array(properties, { minLength: 1, maxLength: 4 }),
      async (steps) => {
        const last = steps.at(-1) ?? {};
        const walked = aLab([aCluster(), ...assignments, aSubscription(otherSubscription)]);
        for (const step of steps) {
          walked.put(aCluster(step));
          await walked.pass(7);
        }
        await walked.pass(15);
        const direct = aLab([aCluster(last), ...assignments]);
        const seen = async (lab: typeof direct) =>
          (await lab.states())
            .map((row) => [row["policyDefinitionId"], row["complianceState"]])
            .toSorted();
        expect(await seen(walked)).toEqual(await seen(direct));
      },
    );
    await fc.assert(holds, { numRuns: 30 });
  });
});

import { describe, expect, it } from "vitest";
import {
  type AzureWorld,
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  groupId,
  resourceId,
  subscriptionId,
} from "../../support/azure-world.ts";

const prod = clusterIdOf("prod");
const on = { addonProfiles: { azurepolicy: { enabled: true } } };
const subscription = `/subscriptions/${subscriptionId}`;
const builtin = (guid: string): string =>
  `/providers/Microsoft.Authorization/policyDefinitions/${guid}`;

const addonRule = "0a15ec92-a229-4763-bb14-0ea34a568f8d";
const localAccounts = "993c2fcd-2b29-49d2-9eb0-df2c3a730c32";
const privileged = "95edb821-ddaf-4404-9732-666045e056b4";
const latestTag = "021f8078-41a0-40e6-81b6-c6597da9f3ee";
const baseline =
  "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d";

const assignment = (
  name: string,
  definition: string,
  properties: Entry = {},
  scope = subscription,
) => ({
  id: `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`,
  name,
  type: "Microsoft.Authorization/policyAssignments",
  properties: {
    displayName: `About ${name}`,
    policyDefinitionId: definition.startsWith("/") ? definition : builtin(definition),
    scope,
    notScopes: [],
    enforcementMode: "Default",
    ...properties,
  },
});

const inside = (definition: string, componentId: string, componentType = "Pod") => ({
  policyDefinitionId: builtin(definition),
  componentType,
  componentId,
  componentName: componentId.slice(componentId.indexOf("/") + 1),
  reason: `not allowed in ${componentId}`,
});

const settingsOf = async ({ policyStates }: AzureWorld["gateways"], id: string) => {
  const found = await policyStates.ofCluster(id);
  return found.kind === "wait" ? found : found.settings;
};
const insideOf = async ({ policyStates }: AzureWorld["gateways"], id: string) => {
  const found = await policyStates.ofCluster(id);
  return found.kind === "wait" ? found : found.inside;
};

const violations = (found: readonly Entry[]): Entry => ({
  kind: "InClusterViolations",
  cluster: prod,
  violations: found,
});

describe("states of a cluster's settings", () => {
  it("tell what violates, what complies and what is exempt", async () => {
    const exemption = {
      id: `${groupId}/providers/Microsoft.Authorization/policyExemptions/later`,
      name: "later",
      type: "Microsoft.Authorization/policyExemptions",
      properties: {
        policyAssignmentId: assignment("rbac", "").id,
        exemptionCategory: "Waiver",
      },
    };
    const { gateways } = await azureOfTest([
      aManagedCluster("prod", { ...on, disableLocalAccounts: false }),
      aManagedCluster("other"),
      assignment("addon", addonRule),
      assignment("local", localAccounts),
      assignment("rbac", "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457"),
      assignment("inside", privileged, { parameters: { effect: { value: "Audit" } } }),
      exemption,
    ]);
    expect(await settingsOf(gateways, prod)).toEqual({
      kind: "known",
      value: {
        violations: [
          {
            definition: localAccounts,
            assignment: "local",
            assignmentId: assignment("local", "").id.toLowerCase(),
            layer: "resource",
            components: [],
            componentCount: 0,
            cutOff: false,
          },
        ],
        compliant: 1,
        undecided: {},
        exempt: 1,
      },
    });
  });

  it("come from all pages", async () => {
    const many = Array.from({ length: 1100 }, (_, place) => assignment(`a${place}`, addonRule));
    const { gateways, exchanges } = await azureOfTest([aManagedCluster("prod"), ...many]);
    const found = await settingsOf(gateways, prod);
    expect(found.kind === "known" && found.value.violations).toHaveLength(1100);
    expect(
      exchanges().filter(({ url }) => /\/policyStates\/.*queryResults/i.test(url)),
    ).toHaveLength(2);
  });

  it("are a fault, and not none, when a page of another kind answers with success", async () => {
    const fault = aFault({
      method: "POST",
      path: "/{scope}/providers/Microsoft.PolicyInsights/policyStates/{view}/queryResults",
      fault: { kind: "html" },
      when: "every",
    });
    const { gateways } = await azureOfTest([aManagedCluster("prod"), fault]);
    await expect(settingsOf(gateways, prod)).rejects.toMatchObject({ name: "AzureError" });
  });

  it("are asked a week back", async () => {
    const { gateways, exchanges } = await azureOfTest([aManagedCluster("prod")]);
    await gateways.policyStates.ofCluster(prod);
    const from = new URL(exchanges()[0]?.url ?? "").searchParams.get("$from") ?? "";
    const age = (Date.now() - Date.parse(from)) / 86_400_000;
    expect(age).toBeGreaterThan(6.9);
    expect(age).toBeLessThan(7.1);
  });

  it("are unreadable without the right, and worth waiting for when throttled", async () => {
    const role = { actions: ["Microsoft.ContainerService/*"] };
    const powerless = await azureOfTest([aManagedCluster("prod")], { role });
    expect(await settingsOf(powerless.gateways, prod)).toMatchObject({
      kind: "unreadable",
      why: expect.stringContaining("AuthorizationFailed"),
    });
    await powerless.stop();
    const path = "/{scope}/providers/Microsoft.PolicyInsights/policyStates/{view}/queryResults";
    const busy = aFault({ method: "POST", path, fault: { status: 429, retryAfter: 11 } });
    const { gateways } = await azureOfTest([aManagedCluster("prod"), busy]);
    expect(await settingsOf(gateways, prod)).toMatchObject({
      kind: "wait",
      seconds: 11,
    });
  });
});

describe("states inside a cluster", () => {
  const audit = { parameters: { effect: { value: "Audit" } } };

  it("name the components that violate, with namespace and reason", async () => {
    const { gateways } = await azureOfTest([
      aManagedCluster("prod", on),
      assignment("privileged", privileged, audit),
      assignment("latest", latestTag),
      violations([inside(privileged, "shop/cart-1"), inside(privileged, "shop/cart-2")]),
    ]);
    const found = await insideOf(gateways, prod);
    expect(found).toMatchObject({
      kind: "known",
      value: {
        compliant: 1,
        violations: [
          {
            definition: privileged,
            assignment: "privileged",
            layer: "in-cluster",
            componentCount: 2,
            cutOff: false,
            components: [
              {
                type: "Pod",
                namespace: "shop",
                name: "cart-1",
                reason: "not allowed in shop/cart-1",
              },
              {
                type: "Pod",
                namespace: "shop",
                name: "cart-2",
                reason: "not allowed in shop/cart-2",
              },
            ],
          },
        ],
      },
    });
  });

  it("keep the first 50 and the count, and say when Azure cut them off", async () => {
    const many = Array.from({ length: 500 }, (_, place) => inside(privileged, `shop/pod-${place}`));
    const { gateways } = await azureOfTest([
      aManagedCluster("prod", on),
      assignment("privileged", privileged, audit),
      violations(many),
    ]);
    const found = await insideOf(gateways, prod);
    const [violation] = found.kind === "known" ? found.value.violations : [];
    expect(violation).toMatchObject({ componentCount: 500, cutOff: true });
    expect(violation?.components).toHaveLength(50);
  });

  it("say that nothing violates, and nothing at all before the add-on reports", async () => {
    const quiet = await azureOfTest([aManagedCluster("prod", on), assignment("latest", latestTag)]);
    expect(await insideOf(quiet.gateways, prod)).toEqual({
      kind: "known",
      value: { violations: [], compliant: 1, undecided: {}, exempt: 0 },
    });
    await quiet.stop();
    const { gateways } = await azureOfTest([
      aManagedCluster("prod"),
      assignment("latest", latestTag),
    ]);
    expect(await insideOf(gateways, prod)).toEqual({
      kind: "known",
      value: { violations: [], compliant: 0, undecided: {}, exempt: 0 },
    });
  });

  it("are told once, also for a policy of the organization's own", async () => {
    const own = {
      id: `${subscription}/providers/Microsoft.Authorization/policyDefinitions/own-rule`,
      name: "own-rule",
      type: "Microsoft.Authorization/policyDefinitions",
      properties: {
        policyType: "Custom",
        mode: "Microsoft.Kubernetes.Data",
        displayName: "Own rule",
        parameters: {},
        policyRule: {
          if: { field: "type", in: ["Microsoft.ContainerService/managedClusters"] },
          // biome-ignore lint/suspicious/noThenProperty: a policy rule has one
          then: { effect: "audit", details: {} },
        },
      },
    };
    const { gateways } = await azureOfTest([
      aManagedCluster("prod", on),
      own,
      assignment("own", own.id),
      violations([{ ...inside("x", "shop/cart-1"), policyDefinitionId: own.id }]),
    ]);
    const inCluster = await insideOf(gateways, prod);
    expect(inCluster).toMatchObject({ value: { violations: [{ definition: "own-rule" }] } });
    const settings = await settingsOf(gateways, prod);
    expect(settings).toMatchObject({ kind: "known", value: { violations: [] } });
  });
});

describe("what is assigned", () => {
  const entries = async (resources: readonly Entry[], scope = prod) => {
    const { gateways } = await azureOfTest([aManagedCluster("prod"), ...resources]);
    const found = await gateways.policyStates.assignments(scope);
    if (found.kind !== "known") throw new Error(JSON.stringify(found));
    return found.value.toSorted((one, other) =>
      `${one.name}${one.definition}`.localeCompare(`${other.name}${other.definition}`),
    );
  };

  it("is read with its effect, from the subscription and the group", async () => {
    expect(
      await entries([
        assignment("deny", privileged),
        assignment("audit", privileged, { parameters: { effect: { value: "Audit" } } }, groupId),
        assignment("loose", privileged, { enforcementMode: "DoNotEnforce" }),
        assignment("elsewhere", privileged, {}, groupId.replace("rg-shop", "rg-other")),
        assignment("settings", localAccounts),
        assignment("deploys", "a8eff44f-8c92-45c3-a3fb-9880802d67a7"),
      ]),
    ).toMatchObject([
      { name: "audit", layer: "in-cluster", effect: "audit", enforced: true },
      {
        name: "deny",
        title: "About deny",
        id: assignment("deny", "").id,
        definition: privileged,
        layer: "in-cluster",
        effect: "deny",
        enforced: true,
      },
      { name: "deploys", layer: "resource", effect: "deployifnotexists", enforced: true },
      { name: "loose", layer: "in-cluster", effect: "deny", enforced: false },
    ]);
  });

  it("does not hold where it is left out", async () => {
    const out = { notScopes: [groupId.toUpperCase()] };
    const near = { notScopes: [groupId.slice(0, -1)] };
    const found = await entries([
      assignment("out", privileged, out),
      assignment("near", privileged, near),
    ]);
    expect(found.map(({ name }) => name)).toEqual(["near"]);
  });

  it("takes an initiative apart, whose own effect outranks that of its members", async () => {
    const found = await entries([assignment("pods", baseline)]);
    expect(found.length).toBeGreaterThan(3);
    expect(found.every(({ effect }) => effect === "audit")).toBe(true);
    expect(found.map(({ definition }) => definition)).toContain(privileged);
    const denying = await entries([
      assignment("pods", baseline, { parameters: { effect: { value: "Deny" } } }),
    ]);
    expect(denying.every(({ effect }) => effect === "deny")).toBe(true);
  });

  it("comes from management groups too", async () => {
    const group = "/providers/Microsoft.Management/managementGroups/mg-root";
    const found = await entries([
      {
        id: group,
        name: "mg-root",
        type: "Microsoft.Management/managementGroups",
        properties: { displayName: "Root" },
      },
      {
        id: `${group}/subscriptions/${subscriptionId}`,
        name: subscriptionId,
        type: "Microsoft.Management/managementGroups/subscriptions",
        properties: { displayName: "Shop" },
      },
      assignment("from-above", privileged, {}, group),
    ]);
    expect(found).toMatchObject([{ name: "from-above", effect: "deny" }]);
  });

  it("is unknown, and taken for the worse, when the definition cannot be read", async () => {
    const hidden =
      "/providers/Microsoft.Management/managementGroups/x/providers/Microsoft.Authorization/policyDefinitions/hidden";
    expect(await entries([assignment("hidden", hidden)])).toMatchObject([
      { definition: "hidden", layer: "in-cluster", effect: "unknown" },
    ]);
  });

  it("is unreadable where Resource Graph says no", async () => {
    const role = { actions: ["Microsoft.ContainerService/*"] };
    const { gateways } = await azureOfTest([aManagedCluster("prod")], { role });
    expect(await gateways.policyStates.assignments(prod)).toMatchObject({ kind: "unreadable" });
  });
});

it("tells of a registry's tokens with the registry", async () => {
  const registry = resourceId("Microsoft.ContainerRegistry/registries", "acr");
  const tokens = "ff05e24e-195c-447e-b322-5e90c9f9f366";
  const admin = "dc921057-6b28-4fbe-9b83-f7bec05db6c2";
  const token = (name: string, status: string) => ({
    id: `${registry}/tokens/${name}`,
    name,
    type: "Microsoft.ContainerRegistry/registries/tokens",
    properties: { status },
  });
  const { gateways } = await azureOfTest([
    {
      id: registry,
      name: "acr",
      type: "Microsoft.ContainerRegistry/registries",
      location: "westeurope",
      properties: { adminUserEnabled: false },
    },
    token("ci", "enabled"),
    token("old", "disabled"),
    assignment("tokens", tokens),
    assignment("admin", admin),
  ]);
  const whole = await gateways.policyStates.ofResourceAndParts(registry.toLowerCase());
  expect(whole).toMatchObject({
    kind: "known",
    value: { violations: [{ definition: tokens, assignment: "tokens" }], compliant: 2 },
  });
  expect(await settingsOf(gateways, registry)).toMatchObject({
    value: { violations: [], compliant: 1 },
  });
});

import { describe, expect, it } from "vitest";
import {
  aFault,
  aManagedCluster,
  azureOfTest,
  type Entry,
  subscriptionId,
} from "../../support/azure-world.ts";

const planId = (name: string): string =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings/${name}`;

const plan = (name: string, properties: Entry): Entry => ({
  id: planId(name),
  name,
  type: "Microsoft.Security/pricings",
  properties: { freeTrialRemainingTime: "P30D", ...properties },
});

const off = plan("Containers", { pricingTier: "Free" });
const baseline = {
  name: "Containers",
  subPlan: null,
  extensions: ["ContainerSensor", "AgentlessDiscoveryForKubernetes"],
};

describe("listing plans", () => {
  it("shows extensions, which the SDK's own operation drops", async () => {
    const extensions = [{ name: "ContainerSensor", isEnabled: "True" }];
    const { gateways } = await azureOfTest([
      plan("Containers", { pricingTier: "Standard", extensions }),
      plan("KubernetesService", {
        pricingTier: "Free",
        deprecated: true,
        replacedBy: ["Containers"],
      }),
    ]);
    const found = await gateways.plans.list(subscriptionId);
    const plans = found.kind === "found" ? found.plans : [];
    const byName = Object.fromEntries(plans.map((each) => [each.name, each]));
    expect(byName["Containers"]).toMatchObject({
      on: true,
      extensions: expect.arrayContaining([{ name: "ContainerSensor", on: true, failure: null }]),
    });
    expect(byName["KubernetesService"]).toMatchObject({ on: false, deprecated: true });
  });

  it("takes a missing right as Azure's no", async () => {
    const role = { actions: ["Microsoft.Resources/*"] };
    const { gateways } = await azureOfTest([off], { role });
    expect(await gateways.plans.list(subscriptionId)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
  });
});

describe("enabling a plan", () => {
  it("brings the extensions of the baseline and no other", async () => {
    const { gateways, exchanges } = await azureOfTest([off, aManagedCluster("prod")]);
    const done = await gateways.plans.enable(subscriptionId, baseline);
    expect(done).toMatchObject({
      kind: "done",
      correlationId: expect.any(String),
      before: expect.stringContaining('"on":false'),
    });
    expect(done.kind === "done" && JSON.parse(done.after)).toMatchObject({
      on: true,
      extensions: expect.arrayContaining(baseline.extensions),
    });
    const found = await gateways.plans.list(subscriptionId);
    const plans = found.kind === "found" ? found.plans : [];
    const after = plans.find(({ name }) => name === "Containers");
    const on = (after?.extensions ?? []).filter((each) => each.on).map(({ name }) => name);
    expect(on.sort()).toEqual(baseline.extensions.toSorted());
    expect(await gateways.plans.enable(subscriptionId, baseline)).toMatchObject({
      kind: "unneeded",
      correlationId: null,
    });
    expect(exchanges().filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  it("adds an extension and keeps settings and sub-plan of a plan that is on", async () => {
    const properties = {
      pricingTier: "Standard",
      subPlan: "P2",
      extensions: [
        {
          name: "AgentlessVmScanning",
          isEnabled: "True",
          additionalExtensionProperties: { ExclusionTags: '[{"Key":"k","Value":"v"}]' },
        },
        { name: "MdeDesignatedSubscription", isEnabled: "False" },
      ],
    };
    const { gateways, exchanges } = await azureOfTest([plan("VirtualMachines", properties)]);
    const target = {
      name: "VirtualMachines",
      subPlan: "P1",
      extensions: ["MdeDesignatedSubscription"],
    };
    expect(await gateways.plans.enable(subscriptionId, target)).toMatchObject({ kind: "done" });
    const put = exchanges().find(({ method }) => method === "PUT");
    expect((put?.requestBody as Entry | undefined)?.["properties"]).toEqual({
      pricingTier: "Standard",
      subPlan: "P2",
      extensions: [
        { name: "MdeDesignatedSubscription", isEnabled: "True" },
        properties.extensions[0],
      ],
    });
  });

  it("waits while another plan of the subscription is being written", async () => {
    const { gateways } = await azureOfTest([off, plan("VirtualMachines", { pricingTier: "Free" })]);
    const servers = { name: "VirtualMachines", subPlan: "P1", extensions: [] };
    const both = await Promise.all([
      gateways.plans.enable(subscriptionId, baseline),
      gateways.plans.enable(subscriptionId, servers),
    ]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(["done", "wait"]);
  });

  it("is done but for what is missing, with the right for it, when an extension failed, and then a refusal", async () => {
    const manner = {
      kind: "Manner",
      resource: planId("Containers"),
      behaviour: "extension-role-assignment-fails",
      extensions: ["ContainerSensor"],
    };
    const { gateways } = await azureOfTest([off, manner]);
    const failed = {
      kind: "refused",
      status: 200,
      code: "ExtensionFailed",
      message: expect.stringMatching(/ContainerSensor.*roleAssignments\/write/),
    };
    const enabled = await gateways.plans.enable(subscriptionId, baseline);
    expect(enabled).toMatchObject({ kind: "done", remainder: failed });
    expect(enabled.kind === "done" && JSON.parse(enabled.after)).toMatchObject({
      on: true,
      extensions: ["AgentlessDiscoveryForKubernetes"],
    });
    expect(await gateways.plans.enable(subscriptionId, baseline)).toMatchObject(failed);
  });

  it("never enables a plan that is replaced", async () => {
    const old = { pricingTier: "Free", deprecated: true, replacedBy: ["Containers"] };
    const { gateways, exchanges } = await azureOfTest([plan("KubernetesService", old)]);
    const target = { name: "KubernetesService", subPlan: null, extensions: [] };
    expect(await gateways.plans.enable(subscriptionId, target)).toMatchObject({
      kind: "refused",
      code: "PlanDeprecated",
      message: expect.stringContaining("Containers"),
    });
    expect(exchanges().map(({ method }) => method)).toEqual(["GET"]);
  });

  it("takes a missing right as Azure's no, and a broken answer as a fault", async () => {
    const role = { actions: ["*/read"] };
    const powerless = await azureOfTest([off], { role });
    expect(await powerless.gateways.plans.enable(subscriptionId, baseline)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
    await powerless.stop();
    const path = "/{scopeId}/providers/Microsoft.Security/pricings/{pricingName}";
    const broken = aFault({ method: "PUT", path, fault: { kind: "malformed-json" } });
    const { gateways } = await azureOfTest([off, broken]);
    const enabling = gateways.plans.enable(subscriptionId, baseline);
    await expect(enabling).rejects.toMatchObject({ name: "AzureError" });
  });
});

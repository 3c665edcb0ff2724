import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  meets,
  Pricing,
  planOf,
  pricingBody,
  shortfall,
  showPlan,
} from "../../../shared/azure/pricing.ts";

type Extensions = readonly Readonly<Record<string, unknown>>[];

const pricing = (properties: Readonly<Record<string, unknown>>, name = "Containers"): Pricing =>
  Pricing.parse({ id: "/x", name, type: "Microsoft.Security/pricings", properties });

const baseline = { name: "Containers", subPlan: null, extensions: ["ContainerSensor"] };

/** What Azure makes of a body: the same, with what it adds. */
const carriedOut = (body: { properties: Readonly<Record<string, unknown>> }, name: string) =>
  pricing({ freeTrialRemainingTime: "PT0S", enforce: "False", ...body.properties }, name);

describe("a plan", () => {
  it("is read with its extensions, in any spelling of true", () => {
    const plan = planOf(
      pricing({
        pricingTier: "standard",
        subPlan: "",
        enablementTime: "2026-03-01T12:42:42.1Z",
        freeTrialRemainingTime: "P29DT23H",
        extensions: [
          { name: "ContainerSensor", isEnabled: "true" },
          {
            name: "AgentlessDiscoveryForKubernetes",
            isEnabled: "True",
            operationStatus: { code: "Failed", message: "Failed assigning roles" },
          },
          { name: "AgentlessVmScanning", isEnabled: "False", operationStatus: null },
        ],
      }),
    );
    expect(plan).toEqual({
      name: "Containers",
      on: true,
      subPlan: null,
      extensions: [
        { name: "ContainerSensor", on: true, failure: null },
        {
          name: "AgentlessDiscoveryForKubernetes",
          on: true,
          failure: "Failed assigning roles",
        },
        { name: "AgentlessVmScanning", on: false, failure: null },
      ],
      deprecated: false,
      replacedBy: [],
      enabledAt: "2026-03-01T12:42:42.1Z",
      trialLeft: "P29DT23H",
    });
  });

  it("is read from an old version, which says no more than its tier", () => {
    expect(planOf(pricing({ pricingTier: "Free" }))).toMatchObject({
      on: false,
      extensions: [],
      enabledAt: null,
    });
  });

  it("that is replaced says by what", () => {
    const old = { pricingTier: "Free", deprecated: true, replacedBy: ["Containers"] };
    const plan = planOf(pricing(old, "KubernetesService"));
    expect(plan).toMatchObject({ deprecated: true, replacedBy: ["Containers"] });
  });
});

describe("switching a plan on", () => {
  it("asks for no extension that nobody wants", () => {
    const { properties } = pricingBody(pricing({ pricingTier: "Free" }), baseline);
    expect(properties.extensions).toEqual([
      { name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "False" },
      { name: "AgentlessDiscoveryForKubernetes", isEnabled: "False" },
      { name: "AgentlessVmScanning", isEnabled: "False" },
      { name: "ContainerSensor", isEnabled: "True" },
      { name: "ContainerIntegrityContribution", isEnabled: "False" },
    ]);
    const servers = { name: "VirtualMachines", subPlan: "P1", extensions: [] };
    const off = pricing({ pricingTier: "Free" }, "VirtualMachines");
    expect(pricingBody(off, servers).properties).toEqual({
      pricingTier: "Standard",
      subPlan: "P1",
      extensions: [{ name: "MdeDesignatedSubscription", isEnabled: "False" }],
    });
  });

  it("keeps what is on, its settings and its sub-plan", () => {
    const before = pricing(
      {
        pricingTier: "Standard",
        subPlan: "P2",
        extensions: [
          {
            name: "AgentlessVmScanning",
            isEnabled: "True",
            additionalExtensionProperties: { ExclusionTags: '[{"Key":"k","Value":"v"}]' },
          },
          { name: "FromTheFuture", isEnabled: "False" },
        ],
      },
      "VirtualMachines",
    );
    const target = {
      name: "VirtualMachines",
      subPlan: "P1",
      extensions: ["fileIntegrityMonitoring"],
    };
    expect(pricingBody(before, target).properties).toEqual({
      pricingTier: "Standard",
      subPlan: "P2",
      extensions: [
        { name: "fileIntegrityMonitoring", isEnabled: "True" },
        {
          name: "AgentlessVmScanning",
          isEnabled: "True",
          additionalExtensionProperties: { ExclusionTags: '[{"Key":"k","Value":"v"}]' },
        },
        { name: "FromTheFuture", isEnabled: "False" },
      ],
    });
  });

  it("raises P1 to P2 when P2 is wanted", () => {
    const before = pricing({ pricingTier: "Standard", subPlan: "P1" }, "VirtualMachines");
    const target = { name: "VirtualMachines", subPlan: "P2", extensions: [] };
    expect(meets(before, target)).toBe(false);
    expect(pricingBody(before, target).properties.subPlan).toBe("P2");
  });

  const names = fc.constantFrom("ContainerSensor", "containersensor", "AgentlessVmScanning", "X");
  const extension = fc.record({ name: names, isEnabled: fc.constantFrom("True", "false") });
  const plans = fc.record({
    pricingTier: fc.constantFrom("Free", "Standard"),
    subPlan: fc.constantFrom(null, "P1", "P2"),
    extensions: fc.oneof(
      fc.constant(null),
      fc.uniqueArray(extension, { selector: ({ name }) => name.toLowerCase() }),
    ),
  });
  const targets = fc.record({
    name: fc.constantFrom("Containers", "VirtualMachines"),
    subPlan: fc.constantFrom(null, "P1", "P2"),
    extensions: fc.uniqueArray(names, { selector: (name) => name.toLowerCase() }),
  });

  it("asks for nothing more once it is carried out, and switches nothing off", () => {
    const holds = fc.property(plans, targets, (properties, target) => {
      const before = pricing(properties, target.name);
      const body = pricingBody(before, target);
      const after = carriedOut(body, target.name);
      expect(meets(after, target)).toBe(true);
      expect(shortfall(after, target)).toBeNull();
      expect(pricingBody(after, target).properties.subPlan).toEqual(body.properties.subPlan);
      const lost = onIn(before).filter((name) => !onIn(after).includes(name));
      expect(lost).toEqual([]);
      const added = onIn(after).filter((name) => !onIn(before).includes(name));
      const wanted = target.extensions.map((name) => name.toLowerCase());
      expect(added.filter((name) => !wanted.includes(name))).toEqual([]);
    });
    fc.assert(holds);
  });
});

describe("an answer of 200", () => {
  const answer = (extensions: Extensions) => pricing({ pricingTier: "Standard", extensions });

  it("is a refusal when an extension failed, with the right that is missing", () => {
    const failed = answer([
      {
        name: "ContainerSensor",
        isEnabled: "True",
        operationStatus: { code: "Failed", message: "Failed assigning roles {x} to {y} for plan" },
      },
    ]);
    expect(shortfall(failed, baseline)).toMatchObject({
      kind: "refused",
      status: 200,
      code: "ExtensionFailed",
      message: expect.stringMatching(
        /ContainerSensor: Failed assigning roles .* Microsoft\.Authorization\/roleAssignments\/write/,
      ),
    });
  });

  it("is a refusal when an extension or the plan stayed off", () => {
    const off = answer([{ name: "ContainerSensor", isEnabled: "False" }]);
    expect(shortfall(off, baseline)).toMatchObject({
      code: "ExtensionNotEnabled",
      message: expect.stringContaining("ContainerSensor"),
    });
    expect(shortfall(pricing({ pricingTier: "Free" }), baseline)).toMatchObject({
      code: "PlanNotEnabled",
    });
  });
});

it("shows a plan to the ledger by what is on", () => {
  const extensions = [
    { name: "A", isEnabled: "True" },
    { name: "B", isEnabled: "False" },
  ];
  expect(showPlan(pricing({ pricingTier: "Standard", subPlan: "P2", extensions }))).toBe(
    '{"on":true,"subPlan":"P2","extensions":["A"]}',
  );
});

const onIn = (each: Pricing): string[] => {
  const plan = planOf(each);
  if (!plan.on) return [];
  return plan.extensions.filter(({ on }) => on).map(({ name }) => name.toLowerCase());
};

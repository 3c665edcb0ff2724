import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidePlans, type PlanFacts, type PlanVerdict } from "../../../shared/decisions/plans.ts";
import type { DefenderPlan } from "../../../shared/domain/defender-plan.ts";
import type { GuardrailPolicy } from "../../../shared/domain/policy.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aFullPlan,
  anAssignment,
  anExemption,
  anExtension,
  anInForce,
  anOwnWrite,
  aPlan,
  aPolicy,
  aProtectable,
  aSubscription,
  aSubscriptionCase,
  now,
} from "../../support/builders.ts";

const servers = (over: Partial<DefenderPlan> = {}) => aPlan({ name: "VirtualMachines", ...over });
const kubernetes = aPlan({ name: "KubernetesService", on: true, deprecated: true });
const registry = aPlan({ name: "ContainerRegistry", on: true, deprecated: true });
const facts = (over: Partial<PlanFacts> = {}): PlanFacts => ({
  subscription: aSubscription(),
  plans: known([aPlan(), servers()]),
  protectable: known(aProtectable()),
  assignments: known([]),
  firstSeen: "2026-10-01T00:00:00.000Z",
  case: null,
  now,
  ...over,
});
const under = (
  rules: Partial<GuardrailPolicy["rules"]>,
  over: Partial<GuardrailPolicy> = {},
  rest: Parameters<typeof anInForce>[0] = {},
) => anInForce({ policy: aPolicy({ rules: { ...aPolicy().rules, ...rules }, ...over }), ...rest });
const of = (rule: string, over: Partial<PlanFacts>, inForce = anInForce()): PlanVerdict => {
  const found = decidePlans(facts(over), inForce).find(({ decision }) => decision.rule === rule);
  if (!found) throw new Error(`no verdict of ${rule}`);
  return found;
};
const reasonOf = ({ decision }: PlanVerdict) =>
  decision.kind === "leave" ? decision.reason : "act";
const planned = (plans: readonly DefenderPlan[]) => ({ plans: known(plans) });

describe("a plan of the baseline", () => {
  it("is switched on with its extensions, what it costs said before", () => {
    const verdict = of("plans", {});
    expect(verdict).toMatchObject({
      plan: "Containers",
      decision: { kind: "act", act: "enable-plan:Containers" },
      target: {
        name: "Containers",
        subPlan: null,
        extensions: [
          "ContainerRegistriesVulnerabilityAssessments",
          "AgentlessDiscoveryForKubernetes",
          "ContainerSensor",
        ],
      },
      estimate: { perMonth: 84 },
      finding: { key: "plan:Containers", severity: "High", part: "plans" },
    });
  });

  it("is as wanted whatever case its extensions are spelled in, and with more than is wanted", () => {
    const extensions = [
      anExtension("containerregistriesvulnerabilityassessments"),
      anExtension("AGENTLESSDISCOVERYFORKUBERNETES"),
      anExtension("ContainerSensor"),
      anExtension("ContainerIntegrityContribution"),
    ];
    expect(of("plans", planned([aFullPlan({ extensions }), servers()]))).toMatchObject({
      decision: { kind: "leave", reason: "compliant" },
      target: null,
      finding: null,
    });
  });

  it("names in its finding all that shall be on, with what is on beyond the baseline", () => {
    const extensions = [anExtension("containersensor"), anExtension("AgentlessVmScanning")];
    const { finding, target } = of("plans", planned([aFullPlan({ extensions })]));
    expect(target?.extensions).not.toContain("AgentlessVmScanning");
    expect(finding?.plan).toEqual({
      ...target,
      extensions: [...(target?.extensions ?? []), "AgentlessVmScanning"],
    });
  });

  it("gets only the extensions it lacks, spelled as Azure does, and costs no more for them", () => {
    const extensions = [
      anExtension("containersensor", false),
      anExtension("AgentlessDiscoveryForKubernetes"),
    ];
    const verdict = of("plans", planned([aFullPlan({ extensions, subPlan: "X" })]));
    expect(verdict.decision).toMatchObject({
      kind: "act",
      detail: expect.stringContaining(
        "lacks ContainerRegistriesVulnerabilityAssessments, ContainerSensor",
      ),
    });
    expect(verdict.target).toEqual({
      name: "Containers",
      subPlan: "X",
      extensions: [
        "ContainerRegistriesVulnerabilityAssessments",
        "AgentlessDiscoveryForKubernetes",
        "containersensor",
      ],
    });
    expect(verdict.estimate).toBeNull();
    expect(verdict.finding?.severity).toBe("Medium");
  });

  it("keeps the sub-plan that is in use, and begins with the one that is wanted", () => {
    const baseline = { StorageAccounts: { subPlan: "V2", extensions: ["Scan"] } };
    const inForce = under({ plans: { ...aPolicy().rules.plans, baseline } });
    const storage = (over: Partial<DefenderPlan>) =>
      of("plans", planned([aPlan({ name: "StorageAccounts", ...over })]), inForce).target;
    expect(storage({ on: true, subPlan: "PerTransaction" })?.subPlan).toBe("PerTransaction");
    expect(storage({ on: false, subPlan: "PerTransaction" })?.subPlan).toBe("V2");
  });

  it("is not needed where nothing is to be protected, unless the policy says always", () => {
    const empty = known(aProtectable({ clusters: [], registries: 0 }));
    expect(reasonOf(of("plans", { protectable: empty }))).toBe("not-required");
    const always = under({ plans: { ...aPolicy().rules.plans, when: "always" } });
    expect(reasonOf(of("plans", { protectable: empty }, always))).toBe("act");
    for (const over of [{ registries: 1 }, { arcClusters: 1 }]) {
      const one = known(aProtectable({ clusters: [], registries: 0, ...over }));
      expect(reasonOf(of("plans", { protectable: one }))).not.toBe("not-required");
    }
  });

  it("is never switched on when Azure has retired it", () => {
    const baseline = { Dns: { extensions: [] } };
    const inForce = under({ plans: { ...aPolicy().rules.plans, baseline } });
    const dns = aPlan({ name: "Dns", deprecated: true, replacedBy: ["VirtualMachines"] });
    const verdict = of("plans", planned([dns]), inForce);
    expect(verdict.decision).toMatchObject({
      reason: "not-required",
      detail: expect.stringContaining("VirtualMachines"),
    });
  });

  it.each([
    ["plans that cannot be read", { plans: unreadable("403") }, "unreadable"],
    ["resources that cannot be read", { protectable: unreadable("403") }, "unreadable"],
    ["assignments that cannot be read", { assignments: unreadable("403") }, "unreadable"],
    [
      "a provider that is not registered",
      { subscription: aSubscription({ providers: { "microsoft.security": false } }) },
      "not-registered",
    ],
    [
      "a provider nobody knows of",
      { subscription: aSubscription({ providers: {} }) },
      "unreadable",
    ],
    ["a disabled subscription", { subscription: aSubscription({ state: "Disabled" }) }, "stopped"],
    [
      "what others took back",
      {
        case: aSubscriptionCase({
          writes: [anOwnWrite({ act: "enable-plan:Containers", takenBack: 1, takenBackAt: now })],
        }),
      },
      "taken-back",
    ],
  ] as const)("%s: %s", (_, over, reason) => {
    expect(reasonOf(of("plans", over))).toBe(reason);
  });

  it("claims nothing about plans that cannot be read", () => {
    expect(of("plans", { plans: unreadable("403") }).finding).toBeNull();
    expect(of("plans", { protectable: unreadable("403") }).finding).toBeNull();
  });

  it("is left, and not found, where it is exempt", () => {
    const exemptions = [anExemption({ rule: "plans" })];
    const verdict = of("plans", {}, anInForce({ policy: aPolicy({ exemptions }) }));
    expect(reasonOf(verdict)).toBe("exempt");
    expect(verdict.finding).toBeNull();
  });
});

describe("Azure Policy that switches a plan on itself", () => {
  it.each([
    ["plans", "efd4031d-b232-4595-babf-ae817348e91b"],
    ["plans", "c9ddb292-b203-4738-aead-18e2716e858f"],
    ["servers", "5eb6d64a-4086-4d7a-92da-ec51aed0332d"],
    ["servers", "5f57b753-04b4-4e5e-aa31-c8888984497a"],
  ])(
    "rule %s, definition %s: is left to it, and looked at again after a day",
    (rule, definition) => {
      const assigned = anAssignment({ definition, layer: "resource", effect: "deployifnotexists" });
      const inForce = under({ servers: { mode: "enforce", subPlan: "P1" } });
      const { decision, finding } = of(rule, { assignments: known([assigned]) }, inForce);
      expect(decision).toMatchObject({
        reason: "azure-policy-remediates",
        lookAgain: "2026-11-24T09:00:01.000Z",
      });
      expect(finding).not.toBeNull();
      const off = known([{ ...assigned, enforced: false }]);
      expect(reasonOf(of(rule, { assignments: off }, inForce))).toBe("act");
    },
  );
});

describe("the limit of added cost", () => {
  const limit = (addedCostPerMonth: number) =>
    under({}, { limits: { ...aPolicy().limits, addedCostPerMonth } });
  const odd = {
    protectable: known(
      aProtectable({
        clusters: [
          { id: "x", name: "x", running: true, pools: [{ name: "p", vmSize: "Odd", count: 1 }] },
        ],
      }),
    ),
  };

  it.each([
    [84, "act"],
    [83.99, "limit"],
    [0, "limit"],
  ])("of %d lets a plan of 84 pass: %s", (amount, reason) => {
    expect(reasonOf(of("plans", {}, limit(amount)))).toBe(reason);
  });

  it("of 0 lets no plan pass, not even one that would cost nothing", () => {
    const free = { protectable: known(aProtectable({ clusters: [] })) };
    expect(of("plans", free).estimate?.perMonth).toBe(0);
    expect(reasonOf(of("plans", free, limit(0)))).toBe("limit");
  });

  it("holds back what cannot be estimated, however high it is", () => {
    expect(reasonOf(of("plans", odd, limit(1_000_000)))).toBe("limit");
  });

  it("does not hold back extensions that come with the plan", () => {
    const lacking = planned([aFullPlan({ extensions: [] })]);
    expect(reasonOf(of("plans", lacking, limit(0)))).toBe("act");
  });
});

describe("older plans", () => {
  const enforce = under({ legacyPlans: { mode: "enforce" } });

  it("count for what they cover; moving is an act of its own, observed by default", () => {
    const both = planned([aPlan(), kubernetes, registry]);
    expect(of("plans", both)).toMatchObject({
      decision: { kind: "leave", reason: "compliant" },
      finding: null,
    });
    expect(of("legacyPlans", both)).toMatchObject({
      decision: { kind: "leave", reason: "stage", act: "enable-plan:Containers" },
      estimate: { perMonth: 84, basis: expect.stringContaining("difference") },
      finding: { key: "legacy-plans", severity: "Low" },
    });
  });

  it("do not cover what they are not for", () => {
    const verdict = of("plans", planned([aPlan(), kubernetes]));
    expect(verdict.finding?.title).toContain("registries");
    expect(verdict.decision.kind).toBe("leave");
    const noRegistry = {
      ...planned([kubernetes]),
      protectable: known(aProtectable({ registries: 0 })),
    };
    expect(reasonOf(of("plans", noRegistry))).toBe("compliant");
    expect(of("plans", planned([registry])).finding?.title).toContain("clusters");
  });

  it("are left for Containers, never switched on, when the policy says so", () => {
    const verdicts = decidePlans(facts(planned([aPlan(), kubernetes])), enforce);
    const acts = verdicts.filter(({ decision }) => decision.kind === "act");
    expect(acts.map(({ decision }) => decision.act)).toEqual(["enable-plan:Containers"]);
    expect(acts[0]?.decision.rule).toBe("legacyPlans");
  });

  it("are no matter once Containers is on, or when they are off", () => {
    const rules = (plans: readonly DefenderPlan[]) =>
      decidePlans(facts(planned(plans)), enforce).map(({ decision }) => decision.rule);
    expect(rules([aFullPlan(), kubernetes])).not.toContain("legacyPlans");
    expect(rules([aPlan(), { ...kubernetes, on: false }])).not.toContain("legacyPlans");
  });
});

describe("the plan for machines", () => {
  const wants = (subPlan: "P1" | "P2") => under({ servers: { mode: "enforce", subPlan } });

  it("is observed as shipped, its estimate counting every machine", () => {
    expect(of("servers", {})).toMatchObject({
      decision: { kind: "leave", reason: "stage" },
      estimate: { perMonth: 25 },
      finding: { key: "plan:VirtualMachines" },
    });
  });

  it("is at least what is wanted, and P2 is never lowered", () => {
    const on = (subPlan: string | null) => planned([servers({ on: true, subPlan })]);
    expect(reasonOf(of("servers", on("P2"), wants("P1")))).toBe("compliant");
    expect(reasonOf(of("servers", on("p1"), wants("P1")))).toBe("compliant");
    expect(reasonOf(of("servers", on(null), wants("P2")))).toBe("compliant");
    const raised = of("servers", on("P1"), wants("P2"));
    expect(raised.target).toMatchObject({ subPlan: "P2" });
    expect(raised.finding?.plan).toMatchObject({ name: "VirtualMachines", subPlan: "P2" });
    expect(raised.estimate?.perMonth).toBe(50);
  });

  it("is not needed without nodes", () => {
    const noNodes = known(aProtectable({ clusters: [] }));
    expect(reasonOf(of("servers", { protectable: noNodes }, wants("P1")))).toBe("not-required");
  });
});

it("takes a subscription for new only when a scan saw it first under this stage", () => {
  const fixNew = anInForce({ stage: "fix-new" });
  expect(reasonOf(of("plans", { firstSeen: "2026-11-02T00:00:00.000Z" }, fixNew))).toBe("act");
  expect(reasonOf(of("plans", { firstSeen: "2026-10-02T00:00:00.000Z" }, fixNew))).toBe("stage");
  expect(reasonOf(of("plans", { firstSeen: null }, fixNew))).toBe("stage");
});

const names = ["Containers", "KubernetesService", "ContainerRegistry", "VirtualMachines", "Arm"];
const extension = fc.record({
  name: fc.constantFrom("ContainerSensor", "containersensor", "AgentlessVmScanning"),
  on: fc.boolean(),
  failure: fc.constant(null),
});
const plan = (name: string) =>
  fc
    .record({
      on: fc.boolean(),
      subPlan: fc.constantFrom(null, "P1", "P2"),
      extensions: fc.uniqueArray(extension, { selector: (one) => one.name.toLowerCase() }),
    })
    .map((over) => aPlan({ name, deprecated: /Kub|Registry/.test(name), ...over }));
const plans = fc
  .tuple(...names.map((name) => fc.option(plan(name), { nil: undefined })))
  .map((all) => all.filter((one) => one !== undefined));
const anyPolicy = fc
  .record({
    legacyPlans: fc.constantFrom("observe", "enforce"),
    servers: fc.constantFrom("observe", "enforce"),
    subPlan: fc.constantFrom("P1", "P2"),
  })
  .map(({ legacyPlans, servers: mode, subPlan }) =>
    under({ legacyPlans: { mode: legacyPlans }, servers: { mode, subPlan } }),
  );

/** What Azure shows after a target was written: more is on, nothing is off. */
function carriedOut(before: readonly DefenderPlan[], verdicts: readonly PlanVerdict[]) {
  return verdicts.reduce((all, { decision, target }) => {
    if (decision.kind === "leave" || !target) return all;
    const old = all.find(({ name }) => name === target.name) ?? aPlan({ name: target.name });
    const kept = old.extensions.filter(({ name }) => !target.extensions.includes(name));
    const extensions = [...kept, ...target.extensions.map((name) => anExtension(name))];
    const next = { ...old, on: true, subPlan: target.subPlan, extensions };
    return [...all.filter(({ name }) => name !== target.name), next];
  }, before);
}

it("asks for nothing more once it is carried out", () => {
  fc.assert(
    fc.property(plans, anyPolicy, (present, inForce) => {
      const verdicts = decidePlans(facts(planned(present)), inForce);
      const after = decidePlans(facts(planned(carriedOut(present, verdicts))), inForce);
      expect(after.filter(({ decision }) => decision.kind === "act")).toEqual([]);
    }),
  );
});

it("writes each plan at most once, none beyond the baseline, none that is retired, no lower sub-plan", () => {
  fc.assert(
    fc.property(plans, anyPolicy, (present, inForce) => {
      const acts = decidePlans(facts(planned(present)), inForce).filter(
        ({ decision }) => decision.kind === "act",
      );
      const written = acts.map(({ target }) => target?.name);
      expect(new Set(written).size).toBe(written.length);
      for (const name of written) expect(["Containers", "VirtualMachines"]).toContain(name);
      for (const { target } of acts) {
        const before = present.find(({ name }) => name === target?.name);
        if (before?.on && before.subPlan === "P2") expect(target?.subPlan).toBe("P2");
      }
    }),
  );
});

it("never acts without the facts it needs", () => {
  const dark = unreadable("403");
  const each = [{ plans: dark }, { protectable: dark }, { assignments: dark }] as const;
  fc.assert(
    fc.property(plans, anyPolicy, fc.constantFrom(...each), (present, inForce, hidden) => {
      const verdicts = decidePlans(facts({ ...planned(present), ...hidden }), inForce);
      expect(verdicts.filter(({ decision }) => decision.kind === "act")).toEqual([]);
    }),
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeCluster } from "../../../shared/decisions/compliance.ts";
import { judgeSubscription } from "../../../shared/decisions/judge-subscription.ts";
import {
  type EstateSubscription,
  needsLook,
  subscriptionNeedsLook,
} from "../../../shared/decisions/needs-look.ts";
import { decidePlans } from "../../../shared/decisions/plans.ts";
import type { Case } from "../../../shared/domain/case.ts";
import { known } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCluster,
  aCompliance,
  aFinding,
  aFullPlan,
  aLeave,
  anEstateCluster,
  anExemption,
  anExtension,
  anInForce,
  anOwnWrite,
  aPlan,
  aPolicy,
  aProtectable,
  aSubscription,
  aSubscriptionCase,
  aViolation,
  now,
  subscriptionId,
} from "../../support/builders.ts";

type Row = Parameters<typeof anEstateCluster>[0];
const look = (row: Row, known_: Case | null, inForce = anInForce()) =>
  needsLook(anEstateCluster(row), known_, inForce, now);
const exempting = (...rules: readonly ("addon" | "sensor" | "compliance" | "plans")[]) =>
  anInForce({ policy: aPolicy({ exemptions: rules.map((rule) => anExemption({ rule })) }) });
const definition = "993c2fcd-2b29-49d2-9eb0-df2c3a730c32";
const violation = aFinding({ key: `policy:${definition}`, part: "configuration" });

describe("a cluster without a case", () => {
  it("costs nothing while it is as it should be", () => {
    expect(look({}, null)).toBeNull();
    expect(look({ powerState: "Stopped" }, null)).toBeNull();
    expect(look({ tags: { "guardrail-compliance": "compliant" } }, null)).toBeNull();
  });

  it.each<[string, Row]>([
    ["the add-on is off", { addonOn: false }],
    ["the sensor is off", { sensorOn: false }],
    ["a policy is violated", { nonCompliant: [definition] }],
    ["its tag says noncompliant", { tags: { "Guardrail-Compliance": "noncompliant" } }],
  ])("is looked at when %s", (_, row) => {
    expect(look(row, null)).not.toBeNull();
  });

  it("is not looked at for what it is exempt from", () => {
    const row = { addonOn: false, sensorOn: false, nonCompliant: [definition] };
    expect(look(row, null, exempting("addon", "sensor", "compliance"))).toBeNull();
    expect(look(row, null, exempting("addon", "sensor"))).not.toBeNull();
  });
});

describe("a cluster with a case", () => {
  it.each<[string, Row, Partial<Case>]>([
    ["the policy has changed", {}, { policyHash: "hash-0" }],
    ["the stage has changed", {}, { stage: "watch" }],
    ["it is back", {}, { gone: true }],
    [
      "changes are no longer stopped",
      {},
      { decisions: [aLeave({ reason: "stopped-by-operator" })] },
    ],
    ["an exemption has ended", {}, { decisions: [aLeave({ reason: "exempt" })] }],
    ["it runs again", {}, { decisions: [aLeave({ reason: "stopped" })] }],
    ["something new is wrong", { nonCompliant: [definition] }, {}],
    ["the add-on went off", { addonOn: false }, {}],
    ["something looks fixed", {}, { findings: [violation] }],
    ["the add-on came on", {}, { findings: [aFinding({ key: "addon", rule: "addon" })] }],
    ["our tags are gone", {}, { writes: [anOwnWrite({ act: "write-tags", value: "a=b" })] }],
  ])("is looked at when %s", (_, row, over) => {
    expect(look(row, aCase(over))).not.toBeNull();
  });

  it.each<[string, Row, Partial<Case>]>([
    ["what is wrong is known", { nonCompliant: [definition] }, { findings: [violation] }],
    [
      "it is still stopped",
      { powerState: "Stopped" },
      { decisions: [aLeave({ reason: "stopped" })] },
    ],
    ["its workloads violate, which a row need not show", {}, { findings: [aFinding()] }],
    [
      "its tags are as we wrote them",
      { tags: { A: "b" } },
      { writes: [anOwnWrite({ act: "write-tags", value: "a=b" })] },
    ],
    [
      "it is known that its tags were taken back",
      {},
      { writes: [anOwnWrite({ act: "write-tags", value: "a=b", takenBackAt: now })] },
    ],
  ])("is left alone when %s", (_, row, over) => {
    expect(look(row, aCase(over))).toBeNull();
  });

  it("waits while everything is stopped, and while its exemption lasts", () => {
    const stopped = { at: now, by: "kim", why: "incident" };
    const decided = aCase({ decisions: [aLeave({ reason: "stopped-by-operator" })] });
    expect(look({}, decided, anInForce({ stopped }))).toBeNull();
    const exempt = aCase({ decisions: [aLeave({ reason: "exempt" })] });
    expect(look({ addonOn: false }, exempt, exempting("addon"))).toBeNull();
  });
});

it("a scan after a look finds nothing to look at", () => {
  const state = fc.record({ on: fc.boolean(), sensor: fc.boolean(), violated: fc.boolean() });
  fc.assert(
    fc.property(state, ({ on, sensor, violated }) => {
      const cluster = aCluster({
        addon: { on, key: null },
        sensor: { on: sensor, workspaceId: null },
      });
      const violations = violated ? [aViolation({ definition, layer: "resource" })] : [];
      const judged = judgeCluster(
        {
          cluster,
          addon: aLeave(),
          sensor: aLeave({ rule: "sensor" }),
          control: known(aCompliance({ violations })),
          workload: known(aCompliance()),
          plans: known([aFullPlan()]),
          alerts: [],
          addonOnSince: null,
          case: null,
          now,
        },
        anInForce(),
      );
      const row = { addonOn: on, sensorOn: sensor, nonCompliant: violated ? [definition] : [] };
      expect(look(row, aCase({ findings: judged.findings }))).toBeNull();
    }),
  );
});

describe("a subscription", () => {
  const servers = aPlan({ name: "VirtualMachines", on: true, subPlan: "P2" });
  const full = [aFullPlan(), servers];
  const scan = (row: Partial<EstateSubscription>, known_: Case | null, inForce = anInForce()) => {
    const whole = { id: subscriptionId, plans: full, resources: 1, clusters: 1, ...row };
    return subscriptionNeedsLook(whole, known_, inForce, now);
  };
  const off = [aPlan(), servers];

  it("is looked at when a plan is missing where something is to be protected", () => {
    expect(scan({}, null)).toBeNull();
    expect(scan({ plans: off }, null)).not.toBeNull();
    expect(scan({ plans: [] }, null)).not.toBeNull();
    expect(scan({ plans: [aFullPlan()] }, null)).not.toBeNull();
    expect(scan({ plans: [aFullPlan()], clusters: 0 }, null)).toBeNull();
    const lacking = aFullPlan({ extensions: [anExtension("ContainerSensor")] });
    expect(scan({ plans: [lacking, servers] }, null)).not.toBeNull();
    expect(scan({ plans: off, resources: 0 }, null)).toBeNull();
    expect(scan({ plans: off }, null, exempting("plans"))).toBeNull();
    const always = { ...aPolicy().rules.plans, when: "always" as const };
    const rules = { ...aPolicy().rules, plans: always };
    const inForce = anInForce({ policy: aPolicy({ rules }) });
    expect(scan({ plans: off, resources: 0 }, null, inForce)).not.toBeNull();
  });

  it("is looked at when its case says something else", () => {
    const missing = aFinding({ key: "plan:Containers", part: "plans", rule: "plans" });
    expect(scan({}, aSubscriptionCase({ findings: [missing] }))).not.toBeNull();
    expect(scan({ plans: off }, aSubscriptionCase())).not.toBeNull();
    expect(scan({}, aSubscriptionCase({ policyHash: "hash-0" }))).not.toBeNull();
    expect(scan({ plans: off }, aSubscriptionCase({ findings: [missing] }))).toBeNull();
  });

  it("is left alone by the scan after a look", () => {
    const kubernetes = aPlan({ name: "KubernetesService", on: true, deprecated: true });
    const registry = aPlan({ name: "ContainerRegistry", on: true, deprecated: true });
    const some = fc.subarray([aPlan(), servers, kubernetes, registry, aPlan({ name: "Arm" })]);
    const protectables = fc.constantFrom(
      aProtectable(),
      aProtectable({ registries: 0 }),
      aProtectable({ clusters: [] }),
    );
    fc.assert(
      fc.property(some, protectables, (plans, protectable) => {
        const facts = {
          subscription: aSubscription(),
          plans: known(plans),
          protectable: known(protectable),
          assignments: known([]),
          firstSeen: null,
          case: null,
          now,
        };
        const verdicts = decidePlans(facts, anInForce({ stage: "watch" }));
        const { findings } = judgeSubscription(
          { subscriptionId, verdicts, plans: facts.plans, alerts: [], case: null, now },
          anInForce({ stage: "watch" }),
        );
        const decisions = verdicts.map(({ decision }) => decision);
        const after = aSubscriptionCase({ findings, decisions, stage: "watch" });
        const { clusters, registries } = protectable;
        const count = clusters.length;
        const row = { plans, resources: count + registries, clusters: count };
        expect(scan(row, after, anInForce({ stage: "watch" }))).toBeNull();
      }),
    );
  });
});

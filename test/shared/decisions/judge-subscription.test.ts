import { describe, expect, it } from "vitest";
import {
  judgeSubscription,
  type SubscriptionToJudge,
} from "../../../shared/decisions/judge-subscription.ts";
import { decidePlans, type PlanFacts } from "../../../shared/decisions/plans.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aFullPlan,
  anAlert,
  anExemption,
  anInForce,
  aPlan,
  aPolicy,
  aProtectable,
  aSubscription,
  aSubscriptionCase,
  now,
  subscriptionId,
} from "../../support/builders.ts";

function judge(over: Partial<PlanFacts & SubscriptionToJudge> = {}, inForce = anInForce()) {
  const facts = {
    subscription: aSubscription(),
    plans: known([aPlan(), aPlan({ name: "VirtualMachines", on: true, subPlan: "P2" })]),
    protectable: known(aProtectable()),
    assignments: known([]),
    firstSeen: null,
    case: null,
    now,
    subscriptionId,
    alerts: [],
    ...over,
  };
  return judgeSubscription({ ...facts, verdicts: decidePlans(facts, inForce) }, inForce);
}
const keys = (found: ReturnType<typeof judge>) =>
  found.findings.filter(({ resolvedAt }) => resolvedAt === null).map(({ key }) => key);
const full = known([aFullPlan(), aPlan({ name: "VirtualMachines", on: true, subPlan: "P2" })]);

describe("a subscription", () => {
  it("shows which plans are missing", () => {
    expect(keys(judge())).toEqual(["plan:Containers"]);
    expect(judge().parts).toEqual([{ name: "plans", status: "findings", why: null }]);
  });

  it("shows them fixed once they are on", () => {
    const before = aSubscriptionCase({ findings: judge().findings });
    const fixed = judge({ case: before, plans: full });
    expect(fixed.findings).toMatchObject([{ key: "plan:Containers", resolvedAt: now }]);
    expect(fixed.parts).toMatchObject([{ status: "none" }]);
  });

  it("does not call fixed what nothing asks for any more", () => {
    const before = aSubscriptionCase({ findings: judge().findings });
    const nothing = known(aProtectable({ clusters: [], registries: 0 }));
    expect(judge({ case: before, protectable: nothing }).findings).toEqual([]);
    const { rules } = aPolicy();
    const plans = { ...rules.plans, baseline: {} };
    const less = anInForce({ policy: aPolicy({ rules: { ...rules, plans } }) });
    expect(judge({ case: before }, less).findings).toEqual([]);
    const hidden = judge({ case: before, plans: unreadable("403") }, less);
    expect(keys(hidden)).toEqual(["plan:Containers"]);
  });

  it("calls the move from older plans done once Containers is on", () => {
    const servers = aPlan({ name: "VirtualMachines", on: true, subPlan: "P2" });
    const older = aPlan({ name: "KubernetesService", on: true, deprecated: true });
    const registries = aPlan({ name: "ContainerRegistry", on: true, deprecated: true });
    const { findings } = judge({ plans: known([aPlan(), servers, older, registries]) });
    expect(findings).toMatchObject([{ key: "legacy-plans" }]);
    const moved = judge({ case: aSubscriptionCase({ findings }), plans: full });
    expect(moved.findings).toMatchObject([{ key: "legacy-plans", resolvedAt: now }]);
    const off = judge({ case: aSubscriptionCase({ findings }) });
    expect(off.findings.map(({ key }) => key)).toEqual(["plan:Containers"]);
  });

  it.each([
    ["plans", { plans: unreadable("403") }],
    ["resources", { protectable: unreadable("403") }],
  ])("concludes nothing while %s cannot be read", (_, over) => {
    const before = aSubscriptionCase({ findings: judge().findings });
    const dark = judge({ ...over, case: before });
    expect(keys(dark)).toEqual(["plan:Containers"]);
    expect(judge(over).parts).toMatchObject([
      { name: "plans", status: "unreadable", why: expect.stringContaining("403") },
    ]);
  });

  it("does not call exempt what is fixed", () => {
    const before = aSubscriptionCase({ findings: judge().findings });
    const exemptions = [anExemption({ rule: "plans" })];
    const inForce = anInForce({ policy: aPolicy({ exemptions }) });
    expect(judge({ case: before }, inForce).findings).toEqual([]);
  });

  it("keeps alerts that belong to no cluster", () => {
    const found = judge({ plans: full, alerts: [anAlert()] });
    expect(keys(found)).toEqual([`alert:${anAlert().id}`]);
    expect(found.parts).toContainEqual({ name: "audit-log", status: "findings", why: null });
  });
});

import { expect, it } from "vitest";
import { guardSubscription } from "../../../functions/orchestrators/guard-subscription.ts";
import type { Case } from "../../../shared/domain/case.ts";
import type { DefenderPlan } from "../../../shared/domain/defender-plan.ts";
import { known } from "../../../shared/domain/refusal.ts";
import { subscriptionSubject } from "../../../shared/domain/resource-id.ts";
import {
  aFullPlan,
  anAlert,
  anInForce,
  anOwnWrite,
  aPlan,
  aPolicy,
  aProtectable,
  aSubscription,
  aSubscriptionCase,
  someOwnerFacts,
  subscriptionId,
} from "../../support/builders.ts";
import { type Ran, runOrchestration, type StandIns } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = subscriptionSubject(subscriptionId);
const value =
  "on: AgentlessDiscoveryForKubernetes, ContainerRegistriesVulnerabilityAssessments, ContainerSensor";

interface Given {
  readonly plans?: readonly DefenderPlan[];
  readonly case?: Case | null;
  readonly inForce?: ReturnType<typeof anInForce>;
  readonly with?: StandIns;
}

async function guard(given: Given = {}): Promise<Ran> {
  let plans = given.plans ?? [aPlan()];
  const { case: found = null, inForce = anInForce() } = given;
  return runOrchestration(
    guardSubscription,
    { subject },
    {
      take: () => aTaken({ subject, kind: "subscription", case: found, inForce }),
      findSubscription: () => ({ kind: "found", subscription: aSubscription() }),
      listPlans: () => known(plans),
      protectable: () => known(aProtectable()),
      listAssignments: () => known([]),
      firstSeen: () => ({ at: "2026-11-02T00:00:00.000Z" }),
      listAlerts: () => [],
      ownerFacts: () => someOwnerFacts(),
      reserve: () => ({ kind: "reserved" }),
      release: () => null,
      intend: () => ({ kind: "written", etag: "case-2" }),
      enablePlan: () => {
        plans = [aFullPlan()];
        return { kind: "done", correlationId: "corr-1", before: "", after: "" };
      },
      noteVerification: () => ({ failures: 0, stopped: false }),
      writeLedger: () => ({ kind: "leave enable-addon 0" }),
      lookAtCovered: () => ({ kind: "0 to look at again" }),
      tell: () => ({ told: 1 }),
      mark: () => ({ marked: true }),
      wake: () => ({ woken: true }),
      record: () => ({ kind: "written", etag: "case-3" }),
      noteFault: () => ({ next: "2026-11-23T08:05:00.000Z" }),
      settle: () => ({ kind: "settled" }),
      ...given.with,
    },
  );
}

const recorded = (ran: Ran): Case => inputsOf(ran, "record").at(-1)?.["case"] as Case;

it("switches the baseline's plan on, with its cost, reads it back and tells", async () => {
  const ran = await guard();
  expect(inputsOf(ran, "reserve")[0]).toMatchObject({
    reservation: { addedCost: 84, costPerMonth: 500 },
  });
  expect(inputsOf(ran, "enablePlan")[0]).toMatchObject({
    target: { name: "Containers", extensions: expect.arrayContaining(["ContainerSensor"]) },
    under: { hash: "hash-1", stage: "fix-all" },
  });
  const after = recorded(ran);
  expect(after.writes).toEqual([expect.objectContaining({ before: "off", value })]);
  expect(after.facts.estimates).toEqual([
    expect.objectContaining({ plan: "Containers", perMonth: 84, switchedOn: true }),
    expect.objectContaining({ plan: "VirtualMachines", perMonth: 25 }),
  ]);
  expect(after.findings.map(({ key }) => key)).not.toContain("plan:Containers");
});

it("keeps what a plan was to cost when we switched it on; of one that others did, nothing", async () => {
  const plansOf = (ran: Ran) => recorded(ran).facts.estimates?.map(({ plan }) => plan);
  const later = await guard({ plans: [aFullPlan()], case: recorded(await guard()) });
  expect(recorded(later).facts.estimates?.[0]).toMatchObject({ perMonth: 84, switchedOn: true });
  const limits = { changesPerHour: 10, changesPerDay: 50, addedCostPerMonth: 0 };
  const off = await guard({ inForce: anInForce({ policy: aPolicy({ limits }) }) });
  expect(plansOf(off)).toEqual(["Containers", "VirtualMachines"]);
  const dark = { listPlans: () => ({ kind: "unreadable", why: "AuthorizationFailed: no" }) };
  expect(plansOf(await guard({ case: recorded(off), with: dark }))).toEqual(plansOf(off));
  const byOthers = await guard({ plans: [aFullPlan()], case: recorded(off) });
  expect(plansOf(byOthers)).toEqual(["VirtualMachines"]);
});

it("enables nothing while the limit of added cost is 0, and keeps the finding", async () => {
  const limits = { changesPerHour: 10, changesPerDay: 50, addedCostPerMonth: 0 };
  const ran = await guard({ inForce: anInForce({ policy: aPolicy({ limits }) }) });
  expect(ran.calls).not.toContain("enablePlan");
  expect(recorded(ran).findings.map(({ key }) => key)).toContain("plan:Containers");
});

it("keeps a plan that was refused as a refusal, with the right that is missing", async () => {
  const message = "Failed assigning roles for extension AgentlessDiscoveryForKubernetes";
  const ran = await guard({
    with: { enablePlan: () => ({ kind: "refused", status: 0, code: "ExtensionFailed", message }) },
  });
  expect(recorded(ran).refusals[0]).toMatchObject({
    act: "enable-plan:Containers",
    fix: expect.stringContaining("extensions"),
  });
});

it("tells a plan that came on in part as our change, beside Azure's no to the rest", async () => {
  const full = aFullPlan();
  const [failed, ...rest] = full.extensions;
  const half = { ...full, extensions: [{ ...failed, on: false }, ...rest] } as DefenderPlan;
  const on = rest.map(({ name }) => name);
  const no = { kind: "refused", status: 200, code: "ExtensionFailed", message: "no role" };
  let plans = [aPlan()];
  const ran = await guard({
    with: {
      listPlans: () => known(plans),
      enablePlan: () => {
        plans = [half];
        const after = JSON.stringify({ on: true, subPlan: null, extensions: on });
        return { kind: "done", correlationId: "corr-1", before: "{}", after, remainder: no };
      },
    },
  });
  const { writes, refusals, history } = recorded(ran);
  const set = `on: ${on.toSorted().join(", ")}`;
  expect(writes).toEqual([expect.objectContaining({ before: "off", value: set })]);
  expect(refusals).toEqual([expect.objectContaining({ code: "ExtensionFailed" })]);
  expect(history).toContainEqual(
    expect.objectContaining({ kind: "change", after: set, addedCost: 84 }),
  );
  const told = inputsOf(ran, "tell").flatMap(({ notices }) => notices as { kind: string }[]);
  expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["change", "refusal"]));
  expect(ran.calls).not.toContain("release");
  const again = await guard({ plans: [half], case: recorded(ran), with: { enablePlan: () => no } });
  expect(recorded(again).writes).toEqual(writes);
  expect(inputsOf(again, "release")).toHaveLength(1);
});

it("keeps room for what may have come on in part, and gives it back for what Azure refused", async () => {
  const given = async (status: number) => {
    const refusal = { kind: "refused", status, code: "Forbidden", message: "no" };
    const ran = await guard({ with: { enablePlan: () => refusal } });
    return [inputsOf(ran, "reserve"), inputsOf(ran, "release")];
  };
  const [reserved, released] = await given(403);
  expect(reserved).toHaveLength(1);
  expect(released).toEqual(reserved);
  expect((await given(0))[1]).toEqual([]);
  expect((await guard()).calls).not.toContain("release");
});

it("does not write again a plan that others took back", async () => {
  const write = anOwnWrite({ act: "enable-plan:Containers", value });
  const ran = await guard({ case: aSubscriptionCase({ writes: [write] }) });
  expect(ran.calls).not.toContain("enablePlan");
  expect(recorded(ran).writes[0]).toMatchObject({ takenBack: 1 });
});

it("takes more than it set for as good as what it set", async () => {
  const write = anOwnWrite({ act: "enable-plan:Containers", value });
  const more = { name: "ContainerIntegrityContribution", on: true, failure: null };
  const full = aFullPlan();
  const plans = [aFullPlan({ extensions: [...full.extensions, more] })];
  const ran = await guard({ plans, case: aSubscriptionCase({ writes: [write] }) });
  expect(recorded(ran).writes[0]).toMatchObject({ takenBack: 0 });
});

it("takes a sub-plan that was raised for as good as the one it set, and a lowered one for taken back", async () => {
  const given = async (set: string, subPlan: string) => {
    const write = anOwnWrite({ act: "enable-plan:VirtualMachines", value: set });
    const machines = aPlan({ name: "VirtualMachines", on: true, subPlan });
    const found = aSubscriptionCase({ writes: [write] });
    return recorded(await guard({ plans: [aFullPlan(), machines], case: found })).writes[0];
  };
  expect(await given("on: P1", "P2")).toMatchObject({ takenBack: 0 });
  expect(await given("on: P2", "P1")).toMatchObject({ takenBack: 1 });
});

it("judges nothing by plans that it cannot read", async () => {
  const ran = await guard({
    with: { listPlans: () => ({ kind: "unreadable", why: "AuthorizationFailed: no" }) },
  });
  expect(ran.calls).not.toContain("enablePlan");
  expect(recorded(ran).parts[0]).toMatchObject({ name: "plans", status: "unreadable" });
});

it("has looked again at what a plan covers once it came on, whoever switched it on, and only then", async () => {
  const asked = (ran: Ran) => inputsOf(ran, "lookAtCovered");
  expect(asked(await guard())).toEqual([{ subscriptionId }]);
  const limits = { changesPerHour: 10, changesPerDay: 50, addedCostPerMonth: 0 };
  const off = await guard({ inForce: anInForce({ policy: aPolicy({ limits }) }) });
  expect(asked(off)).toEqual([]);
  const byOthers = await guard({ plans: [aFullPlan()], case: recorded(off) });
  expect(asked(byOthers)).toEqual([{ subscriptionId }]);
  expect(byOthers.calls.indexOf("lookAtCovered")).toBeLessThan(byOthers.calls.indexOf("record"));
  expect(asked(await guard({ plans: [aFullPlan()], case: recorded(byOthers) }))).toEqual([]);
});

it("ends superseded without recording", async () => {
  const ran = await guard({ with: { enablePlan: () => ({ kind: "superseded" }) } });
  expect(ran.outcome).toBe("superseded");
  expect(ran.calls).not.toContain("record");
});

it("closes the case of a subscription that is gone", async () => {
  const ran = await guard({
    case: aSubscriptionCase(),
    with: { findSubscription: () => ({ kind: "gone" }) },
  });
  expect(recorded(ran).gone).toBe(true);
});

it("tells alerts that belong to no cluster", async () => {
  const ran = await guard({
    plans: [aFullPlan()],
    with: { listAlerts: () => [anAlert({ subject, layer: "registry" })] },
  });
  const told = inputsOf(ran, "tell").flatMap(({ notices }) => notices as { kind: string }[]);
  expect(told.map(({ kind }) => kind)).toContain("alert");
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AddonFacts,
  decideAddon,
  inClusterPolicies,
} from "../../../shared/decisions/addon.ts";
import type { Mode, Stage, Stop } from "../../../shared/domain/policy.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCluster,
  aLeave,
  anAssignment,
  anExemption,
  anInForce,
  anOwnWrite,
  aPolicy,
  now,
} from "../../support/builders.ts";

const facts = (over: Partial<AddonFacts> = {}): AddonFacts => ({
  cluster: aCluster(),
  createdAt: known("2026-01-01T00:00:00.000Z"),
  provider: known(true),
  assignments: known([anAssignment()]),
  case: null,
  now,
  ...over,
});
const reasonFor = (over: Partial<AddonFacts>, inForce = anInForce()) => {
  const decision = decideAddon(facts(over), inForce);
  return decision.kind === "leave" ? decision.reason : "act";
};
const leftFor = (over: Partial<AddonFacts>, inForce = anInForce()) => {
  const decision = decideAddon(facts(over), inForce);
  if (decision.kind !== "leave") throw new Error("it acts");
  return decision;
};
const cluster = (over: Parameters<typeof aCluster>[0]) => ({ cluster: aCluster(over) });
const deny = anAssignment({ title: "no-privileged", effect: "deny" });
const withRules = (addon: { mode: "observe" | "enforce"; withDeny: boolean }) =>
  anInForce({ policy: aPolicy({ rules: { ...aPolicy().rules, addon } }) });

describe("an add-on that is off", () => {
  it("is switched on when nothing speaks against it", () => {
    expect(decideAddon(facts(), anInForce())).toEqual({
      kind: "act",
      rule: "addon",
      act: "enable-addon",
      detail: "the Azure Policy add-on is off",
    });
  });

  it.each([
    ["a stopped cluster", cluster({ powerState: "Stopped" }), "stopped"],
    ["a cluster that is upgraded", cluster({ provisioningState: "Upgrading" }), "busy"],
    ["a cluster that starts", cluster({ provisioningState: "Starting" }), "busy"],
    ["a cluster of 59 minutes", { createdAt: known("2026-11-23T08:01:00.000Z") }, "young"],
    ["a cluster of an hour", { createdAt: known("2026-11-23T08:00:00.000Z") }, "act"],
    ["a cluster whose age Azure does not say", { createdAt: known(null) }, "act"],
    ["a cluster whose age cannot be read", { createdAt: unreadable("403") }, "act"],
    ["a failed cluster", cluster({ provisioningState: "Failed" }), "act"],
    ["a provider that is not registered", { provider: known(false) }, "not-registered"],
    ["a provider that cannot be read", { provider: unreadable("403") }, "unreadable"],
    ["assignments that cannot be read", { assignments: unreadable("403") }, "unreadable"],
    ["a pause", cluster({ tags: { "Guardrail-Pause-Until": "2026-11-23" } }), "paused"],
    ["a pause that is over", cluster({ tags: { "guardrail-pause-until": "2026-11-22" } }), "act"],
    ["a pause of 15 days", cluster({ tags: { "guardrail-pause-until": "2026-12-08" } }), "act"],
  ] as const)("%s: %s", (_, over, reason) => {
    expect(reasonFor(over)).toBe(reason);
  });

  it("says with which command a provider is registered, and where", () => {
    const subscription = facts().cluster.subscriptionId;
    expect(decideAddon(facts({ provider: known(false) }), anInForce())).toMatchObject({
      detail: `Microsoft.PolicyInsights: az provider register --namespace Microsoft.PolicyInsights --subscription ${subscription}`,
    });
  });

  it("is left where it is exempt, by subscription, group or cluster, up to the last day", () => {
    const under = (scope: string, until = "2026-11-23") =>
      reasonFor(
        {},
        anInForce({ policy: aPolicy({ exemptions: [anExemption({ scope, until })] }) }),
      );
    const { id } = aCluster();
    expect(under(id.toUpperCase())).toBe("exempt");
    expect(under(id.slice(0, id.indexOf("/providers")))).toBe("exempt");
    expect(under(id, "2026-11-22")).toBe("act");
    expect(under(id.slice(0, -1))).toBe("act");
    expect(under("")).toBe("act");
  });
});

describe("policies that go live with the add-on", () => {
  it.each([
    ["deny", "would-block"],
    ["mutate", "would-block"],
    ["unknown", "unreadable"],
    ["audit", "act"],
    ["disabled", "act"],
  ])("effect %s: %s", (effect, reason) => {
    expect(reasonFor({ assignments: known([anAssignment({ effect })]) })).toBe(reason);
  });

  it("names what would block, and looks again only when something changes", () => {
    expect(leftFor({ assignments: known([anAssignment(), deny]) })).toMatchObject({
      detail: '"no-privileged" is Deny',
      lookAgain: null,
    });
  });

  it("does not count what is not enforced, nor what judges the cluster from outside", () => {
    expect(reasonFor({ assignments: known([{ ...deny, enforced: false }]) })).toBe("act");
    expect(reasonFor({ assignments: known([{ ...deny, layer: "resource" }]) })).toBe("act");
  });

  it("are no obstacle when the policy says so", () => {
    const allowed = withRules({ mode: "enforce", withDeny: true });
    expect(reasonFor({ assignments: known([deny]) }, allowed)).toBe("act");
    expect(reasonFor({ assignments: unreadable("403") }, allowed)).toBe("unreadable");
  });

  it("are counted for the owner", () => {
    const assignments = known([anAssignment(), deny, { ...deny, enforced: false }]);
    expect(inClusterPolicies(assignments)).toEqual({ total: 2, deny: 1 });
    expect(inClusterPolicies(unreadable("403"))).toBeNull();
    const others = ["unknown", "mutate", "modify", "audit"].map((effect) =>
      anAssignment({ effect }),
    );
    expect(inClusterPolicies(known(others))).toEqual({ total: 4, deny: 0, change: 2, unknown: 1 });
  });
});

describe("Azure Policy that deploys the add-on itself", () => {
  const deploys = anAssignment({
    title: "Deploy add-on",
    definition: "a8eff44f-8c92-45c3-a3fb-9880802d67a7",
    layer: "resource",
    effect: "deployifnotexists",
  });

  it.each([
    ["deployifnotexists", true, "azure-policy-remediates"],
    ["unknown", true, "azure-policy-remediates"],
    ["disabled", true, "act"],
    ["deployifnotexists", false, "act"],
  ] as const)("with effect %s, enforced %s: %s", (effect, enforced, reason) => {
    expect(reasonFor({ assignments: known([{ ...deploys, effect, enforced }]) })).toBe(reason);
  });

  it("is given 24 hours once; after that scans are enough", () => {
    const assignments = known([deploys]);
    const first = leftFor({ assignments });
    expect(first.lookAgain).toBe("2026-11-24T09:00:01.000Z");
    const known_ = aCase({ decisions: [first] });
    const later = { assignments, case: known_, now: "2026-11-23T20:00:00.000Z" };
    expect(leftFor(later).lookAgain).toBe(first.lookAgain);
    expect(leftFor({ ...later, now: "2026-11-24T09:00:01.000Z" }).lookAgain).toBeNull();
  });
});

describe("what others took back", () => {
  const withWrite = (over: Parameters<typeof anOwnWrite>[0]) => ({
    case: aCase({ writes: [anOwnWrite(over)] }),
  });

  it("is not written again for 7 days", () => {
    const once = {
      takenBack: 1,
      takenBackAt: "2026-11-20T09:00:00.000Z",
      takenBackBy: "terraform",
    };
    const left = leftFor(withWrite(once));
    expect(left).toMatchObject({
      reason: "taken-back",
      detail: "undone by terraform",
      lookAgain: "2026-11-27T09:00:01.000Z",
    });
    expect(reasonFor({ ...withWrite(once), now: "2026-11-27T09:00:00.000Z" })).toBe("act");
  });

  it("waits for an operator after the second time", () => {
    const twice = { takenBack: 2, takenBackAt: "2026-01-20T09:00:00.000Z" };
    expect(leftFor(withWrite(twice))).toMatchObject({ reason: "taken-back", lookAgain: null });
    const allowed = { ...twice, allowedAt: "2026-11-20T09:00:00.000Z" };
    expect(reasonFor(withWrite(allowed))).toBe("act");
    expect(reasonFor(withWrite({ ...allowed, allowedAt: "2026-01-19T09:00:00.000Z" }))).toBe(
      "taken-back",
    );
  });
});

describe("stage, mode and brake", () => {
  it.each([
    ["off", "2026-11-20T00:00:00.000Z", "stage"],
    ["watch", "2026-11-20T00:00:00.000Z", "stage"],
    ["tell", "2026-11-20T00:00:00.000Z", "stage"],
    ["fix-new", "2026-11-20T00:00:00.000Z", "act"],
    ["fix-new", "2026-10-20T00:00:00.000Z", "stage"],
    ["fix-new", null, "stage"],
    ["fix-all", "2026-10-20T00:00:00.000Z", "act"],
  ] as const)("stage %s on a cluster created %s: %s", (stage, createdAt, reason) => {
    expect(reasonFor({ createdAt: known(createdAt) }, anInForce({ stage }))).toBe(reason);
  });

  it("does not take a cluster of unreadable age for a new one", () => {
    const inForce = anInForce({ stage: "fix-new" });
    expect(reasonFor({ createdAt: unreadable("403") }, inForce)).toBe("stage");
  });

  it("observes where the policy only observes", () => {
    expect(reasonFor({}, withRules({ mode: "observe", withDeny: false }))).toBe("stage");
  });

  it("stops when an operator has stopped all changes, and says who", () => {
    const stopped = { at: now, by: "kim@contoso.com", why: "incident" };
    expect(leftFor({}, anInForce({ stopped }))).toMatchObject({
      reason: "stopped-by-operator",
      detail: "stopped by kim@contoso.com: incident",
    });
  });

  it("blames the stage only when nothing else is in the way", () => {
    const watch = anInForce({ stage: "watch" });
    expect(reasonFor({ assignments: known([deny]) }, watch)).toBe("would-block");
    expect(reasonFor(cluster({ powerState: "Stopped" }), watch)).toBe("stopped");
  });
});

it("comes to rest on a cluster that stays busy: looks get rarer and end", () => {
  let earlier = aCase({ updatedAt: now });
  let at = now;
  const waits: number[] = [];
  for (let look = 0; look < 20; look += 1) {
    const left = leftFor({ ...cluster({ provisioningState: "Updating" }), case: earlier, now: at });
    if (left.lookAgain === null) break;
    waits.push((Date.parse(left.lookAgain) - Date.parse(at)) / 60_000);
    earlier = aCase({ decisions: [left], updatedAt: at });
    at = left.lookAgain;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360]);
});

/** Most of the time what lets an act through, or else no law about acts would ever meet one. */
const mostly = <T>(usual: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
const readable = <T>(values: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: values.map(known) },
    { weight: 1, arbitrary: fc.constant(unreadable("403 AuthorizationFailed")) },
  );
const anyFacts = fc.record({
  cluster: fc
    .record({
      on: mostly(false, fc.boolean()),
      powerState: mostly("Running", fc.constant("Stopped")),
      provisioningState: mostly("Succeeded", fc.constantFrom("Updating", "Failed")),
    })
    .map(({ on, ...state }) => aCluster({ ...state, addon: { on, key: null } })),
  createdAt: readable(fc.constantFrom(null, now, "2026-11-10T00:00:00.000Z")),
  provider: readable(mostly(true, fc.boolean())),
  assignments: readable(
    fc.array(
      mostly("audit", fc.constantFrom("deny", "disabled", "unknown")).map((effect) =>
        anAssignment({ effect }),
      ),
      { maxLength: 3 },
    ),
  ),
  case: fc.constantFrom(null, aCase({ decisions: [aLeave()] })),
});
const anyInForce = fc
  .record({
    stage: mostly<Stage>("fix-all", fc.constantFrom("off", "watch", "tell", "fix-new")),
    mode: mostly<Mode>("enforce", fc.constant("observe")),
    withDeny: fc.boolean(),
    stopped: mostly<Stop | null>(null, fc.constant({ at: now, by: "kim", why: "incident" })),
  })
  .map(({ stage, mode, withDeny, stopped }) => ({
    ...withRules({ mode, withDeny }),
    stage,
    stopped,
  }));

it("asks for nothing more once it is carried out", () => {
  fc.assert(
    fc.property(anyFacts, anyInForce, (some, inForce) => {
      const decision = decideAddon({ ...some, now }, inForce);
      const addon = { on: decision.kind === "act" || some.cluster.addon.on, key: "azurepolicy" };
      const after = decideAddon({ ...some, cluster: { ...some.cluster, addon }, now }, inForce);
      if (addon.on) expect(after).toMatchObject({ kind: "leave", reason: "compliant" });
      else expect(after).toEqual(decision);
    }),
  );
});

it("never acts without the facts it needs", () => {
  let acts = 0;
  fc.assert(
    fc.property(anyFacts, anyInForce, (some, inForce) => {
      const decision = decideAddon({ ...some, now }, inForce);
      if (decision.kind !== "act") return;
      acts += 1;
      expect(some.provider).toEqual(known(true));
      expect(some.assignments.kind).toBe("known");
      expect(some.cluster).toMatchObject({ powerState: "Running" });
      expect(some.cluster.provisioningState).not.toBe("Updating");
      expect(inForce.stopped).toBeNull();
      expect(["fix-new", "fix-all"]).toContain(inForce.stage);
      if (inForce.stage === "fix-new") expect(some.createdAt.kind).toBe("known");
    }),
    { numRuns: 1_000 },
  );
  expect(acts).toBeGreaterThan(20);
});

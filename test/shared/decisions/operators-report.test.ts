import { describe, expect, it } from "vitest";
import {
  type OperatorsFacts,
  operatorsReport,
} from "../../../shared/decisions/operators-report.ts";
import type { Case } from "../../../shared/domain/case.ts";
import {
  aCase,
  aFinding,
  aLeave,
  aLedgerEntry,
  anEstimate,
  anInForce,
  aPolicy,
  aSubscriptionCase,
  now,
  someRecipients,
} from "../../support/builders.ts";

const report = (over: Partial<OperatorsFacts> = {}) =>
  operatorsReport({
    inForce: anInForce({ stage: "watch" }),
    now,
    since: null,
    lastScan: "2026-11-23T06:00:00.000Z",
    subscriptions: [],
    feeds: {},
    cases: [],
    clusters: 0,
    registries: 0,
    quarantined: 0,
    mailsAnHour: 10,
    ...over,
  });
const named = (name: string, over: Partial<Case> = {}) =>
  aCase({ subject: `/subscriptions/s/${name}`, name, ...over });
const open = { findings: [aFinding()], recipients: someRecipients() };

describe("the operators' report", () => {
  it("says which expected subscriptions cannot be read", () => {
    const seen = (id: string, lastSeen: string, outOfScope = false) => ({
      id,
      name: id,
      lastSeen,
      outOfScope,
    });
    const scope = {
      managementGroups: ["mg-shop"],
      subscriptions: ["never-seen"],
      exclude: ["left-out"],
    };
    const { subscriptions } = report({
      inForce: anInForce({ policy: aPolicy({ scope }) }),
      subscriptions: [
        seen("here", "2026-11-23T06:00:00.000Z"),
        seen("vanished", "2026-11-20T06:00:00.000Z"),
        seen("left-out", "2026-11-20T06:00:00.000Z"),
        seen("moved-away", "2026-11-20T06:00:00.000Z", true),
      ],
    });
    expect(subscriptions).toEqual({
      expected: 3,
      readable: 1,
      unreadable: [
        { id: "vanished", name: "vanished" },
        { id: "never-seen", name: null },
      ],
    });
    expect(
      report({ lastScan: null, subscriptions: [seen("here", now)] }).subscriptions,
    ).toMatchObject({ expected: 1, readable: 0 });
  });

  it("says nothing of what the policy leaves out", () => {
    const cases = [named("a", { ...open, decisions: [aLeave({ reason: "would-block" })] })];
    const exclude = [aCase().subscriptionId.toUpperCase()];
    const policy = aPolicy({ scope: { ...aPolicy().scope, exclude } });
    expect(report({ cases })).toMatchObject({ clusters: { noncompliant: 1 }, left: [{}] });
    const nothing = {
      clusters: { total: 0, noncompliant: 0 },
      left: [],
      mailLoad: { owners: 0 },
    };
    expect(report({ cases, inForce: anInForce({ policy }) })).toMatchObject(nothing);
    const narrowed = aPolicy({ scope: { ...aPolicy().scope, subscriptions: ["another"] } });
    expect(report({ cases, inForce: anInForce({ policy: narrowed }) })).toMatchObject(nothing);
    const moved = { id: aCase().subscriptionId, name: "Shop", lastSeen: now, outOfScope: true };
    expect(report({ cases, subscriptions: [moved] })).toMatchObject(nothing);
  });

  it("counts clusters by what is known of them, those without a case as compliant", () => {
    const dark = { parts: [{ name: "workload", status: "unreadable", why: "x" }] } as const;
    const cases = [
      named("a", open),
      named("b", dark),
      named("c", { ...dark, ...open }),
      named("d", { findings: [aFinding({ resolvedAt: now })] }),
      named("e", { findings: [aFinding({ key: "alert:1", rule: "alerts" })] }),
      named("gone", { ...open, gone: true }),
      aSubscriptionCase(open),
    ];
    expect(report({ cases, clusters: 9 }).clusters).toEqual({
      total: 9,
      compliant: 6,
      noncompliant: 2,
      unknown: 1,
    });
  });

  it("names feeds that are silent for 7 days, or were never heard", () => {
    const feeds = {
      alerts: "2026-11-16T09:00:00.000Z",
      changes: "2026-11-16T09:00:01.000Z",
      policies: null,
    };
    expect(report({ feeds }).silentFeeds).toEqual([
      { name: "alerts", lastEvent: feeds.alerts },
      { name: "policies", lastEvent: null },
    ]);
  });

  it("lists what was changed since the last report, left, refused, broken and untold", () => {
    const refusal = {
      act: "enable-addon",
      rule: "addon",
      at: now,
      code: "ScopeLocked",
      message: "locked",
      fix: null,
    } as const;
    const full = named("full", {
      history: [
        aLedgerEntry(),
        aLedgerEntry({ kind: "intent" }),
        aLedgerEntry({ at: "2026-11-01" }),
      ],
      decisions: [aLeave(), aLeave({ reason: "would-block", detail: "x is Deny" })],
      refusals: [refusal],
      fault: { at: now, message: "boom", count: 2 },
      findings: [aFinding()],
      recipients: someRecipients({
        to: [],
        why: "no owner is named",
        dropped: [{ address: "a@evil.example", why: "not allowed" }],
      }),
    });
    const found = report({ cases: [full], since: "2026-11-22T00:00:00.000Z" });
    expect(found.changed).toMatchObject([{ name: "full", act: "enable-addon", after: "on" }]);
    expect(found.left).toMatchObject([{ reason: "would-block", detail: "x is Deny" }]);
    expect(found.refused).toMatchObject([{ code: "ScopeLocked" }]);
    expect(found.faults).toMatchObject([{ message: "boom", count: 2 }]);
    expect(found.untold).toMatchObject([{ why: "no owner is named; a@evil.example: not allowed" }]);
    expect(report({ cases: [named("told", open)] }).untold).toEqual([]);
    const missed = named("missed", { ...open, missedByContact: ["alert:1", "alert:2"] });
    expect(report({ cases: [missed] }).untold).toMatchObject([
      { name: "missed", who: "security contact", why: expect.stringContaining("2 alerts") },
    ]);
  });

  it("says how many owners there are and what the quota leaves for them", () => {
    const other = someRecipients({ to: ["other@contoso.com"] });
    const cases = [named("a", open), named("b", open), named("c", { ...open, recipients: other })];
    expect(report({ cases }).mailLoad).toEqual({ owners: 2, sendsAnHour: 8 });
    expect(report({ mailsAnHour: 1 }).mailLoad.sendsAnHour).toBe(1);
  });
});

describe("what the next stage would do", () => {
  const held = (
    rule: "addon" | "plans" | "servers" | "compliance",
    act: Case["writes"][number]["act"],
  ) => aLeave({ rule, act, reason: "stage" });
  const cases = [
    named("a", {
      ...open,
      decisions: [held("addon", "enable-addon"), held("compliance", "write-tags")],
    }),
    named("b", { decisions: [held("addon", "enable-addon")] }),
    named("c", { decisions: [aLeave({ reason: "would-block" })] }),
    named("shop", {
      decisions: [
        held("plans", "enable-plan:Containers"),
        held("servers", "enable-plan:VirtualMachines"),
      ],
      facts: {
        ...aCase().facts,
        estimates: [
          anEstimate({ perMonth: 140 }),
          anEstimate({ plan: "VirtualMachines", perMonth: 25 }),
          anEstimate({ plan: "CloudPosture", perMonth: 1_000 }),
        ],
      },
    }),
    named("odd", {
      decisions: [held("plans", "enable-plan:Containers")],
      facts: { ...aCase().facts, estimate: anEstimate({ perMonth: null, unknown: "odd size" }) },
    }),
  ];
  const next = (stage: Parameters<typeof anInForce>[0]) =>
    report({ cases, inForce: anInForce(stage) }).nextStage;

  it("is to tag and to mail after watch", () => {
    expect(next({ stage: "watch" })).toMatchObject({
      stage: "tell",
      acts: [{ act: "write-tags", count: 1, names: ["a"] }],
      ownersMailed: 1,
      addedCost: { perMonth: 0 },
    });
  });

  it("is nothing at once where only new resources are changed", () => {
    expect(next({ stage: "tell" })).toMatchObject({ stage: "fix-new", acts: [], ownersMailed: 0 });
  });

  it("is everything that only the stage holds back, and what it costs, at last", () => {
    expect(next({ stage: "fix-new" })).toMatchObject({
      stage: "fix-all",
      acts: [
        { act: "enable-addon", count: 2, names: ["a", "b"] },
        { act: "enable-plan:Containers", count: 2, names: ["shop", "odd"] },
      ],
      addedCost: { perMonth: 140, currency: "USD", asOf: "2026-10-01" },
      unpriced: [{ name: "odd", why: "odd size" }],
    });
    expect(next({ stage: "fix-all" })).toBeNull();
  });
});

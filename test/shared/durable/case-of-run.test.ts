import { describe, expect, it } from "vitest";
import type { Case } from "../../../shared/domain/case.ts";
import type { RefusedAct } from "../../../shared/domain/decision.ts";
import {
  caseAfter,
  faultyCase,
  goneCase,
  openCase,
  type RunResult,
  worthRecording,
} from "../../../shared/durable/case-of-run.ts";
import {
  aCase,
  aFinding,
  aLeave,
  aLedgerEntry,
  anInForce,
  anOwnWrite,
  now,
} from "../../support/builders.ts";

const run = { inForce: anInForce(), now };

const aResult = (over: Partial<RunResult> = {}): RunResult => ({
  resourceId: aCase().resourceId,
  name: aCase().name,
  subscriptionName: "Shop",
  parts: [],
  findings: [],
  decisions: [],
  refusals: [],
  writes: [],
  entries: [],
  recipients: null,
  unknownLooks: 0,
  lookAgain: null,
  facts: {},
  ...over,
});

const locked: RefusedAct = {
  act: "enable-addon",
  rule: "addon",
  at: "2026-11-22T09:00:00.000Z",
  code: "ScopeLocked",
  message: "The scope is locked.",
  fix: "Remove the lock freeze.",
};

describe("a refusal", () => {
  const refused = aCase({ refusals: [locked] });
  const refusalsAfter = (result: Partial<RunResult>) =>
    caseAfter(refused, aResult(result), run).refusals;

  it("keeps Azure's no while its act is still wanted and was not tried again", () => {
    expect(refusalsAfter({ decisions: [aLeave({ reason: "busy" })] })).toEqual([locked]);
  });

  it("gives way to what Azure says now", () => {
    const denied = { ...locked, code: "RequestDisallowedByPolicy" };
    const decisions = [aLeave({ reason: "busy" })];
    expect(refusalsAfter({ refusals: [denied], decisions })).toEqual([denied]);
  });

  it("goes once its act is done, or nobody wants it any more", () => {
    expect(refusalsAfter({ decisions: [aLeave({ reason: "compliant" })] })).toEqual([]);
    expect(refusalsAfter({ decisions: [aLeave({ reason: "exempt" })] })).toEqual([]);
    expect(refusalsAfter({ decisions: [] })).toEqual([]);
  });
});

describe("a subject without a case", () => {
  const fresh = openCase(aCase().subject, "cluster", run);

  it("makes no case of a compliant subject that never had one", () => {
    const after = caseAfter(fresh, aResult({ decisions: [aLeave()] }), run);
    expect(worthRecording(null, after)).toBe(false);
    expect(worthRecording(fresh, after)).toBe(true);
  });

  it.each<[string, Partial<RunResult>]>([
    ["something is found", { findings: [aFinding()] }],
    ["something is left as it should not be", { decisions: [aLeave({ reason: "would-block" })] }],
    ["Azure refused something", { refusals: [locked] }],
  ])("gets one when %s", (_, result) => {
    expect(worthRecording(null, caseAfter(fresh, aResult(result), run))).toBe(true);
  });
});

describe("a case", () => {
  it("is closed when nothing is open any more, keeps that time, and opens again", () => {
    const open = aCase({ findings: [aFinding()] });
    const fixed = aFinding({ resolvedAt: now });
    const closed = caseAfter(open, aResult({ findings: [fixed] }), run);
    expect(closed.closedAt).toBe(now);
    const later = { ...run, now: "2026-11-24T09:00:00.000Z" };
    expect(caseAfter(closed, aResult({ findings: [fixed] }), later).closedAt).toBe(now);
    expect(caseAfter(closed, aResult({ findings: [aFinding()] }), later).closedAt).toBeNull();
  });

  it("holds the last 50 lines of its history, each line once", () => {
    const lines = (count: number, from = 0) =>
      Array.from({ length: count }, (_, place) => aLedgerEntry({ id: `id-${from + place}` }));
    const before = aCase({ history: lines(48) });
    const { history } = caseAfter(before, aResult({ entries: lines(5, 46) }), run);
    expect(history).toHaveLength(50);
    expect(new Set(history.map(({ id }) => id)).size).toBe(50);
    expect(history.at(-1)?.id).toBe("id-50");
  });

  it("counts faults in a row, and forgets them after a look that worked", () => {
    const once = faultyCase(aCase({ closedAt: now }), "the network is down", now);
    expect(once).toMatchObject({ closedAt: null, fault: { count: 1, at: now } });
    const twice = faultyCase(once, "the network is down", now);
    expect(twice.fault?.count).toBe(2);
    expect(caseAfter(twice, aResult(), run).fault).toBeNull();
  });

  it("of what is gone has nothing open", () => {
    const before: Case = aCase({ findings: [aFinding()], refusals: [locked] });
    expect(goneCase(before, now)).toMatchObject({
      gone: true,
      closedAt: now,
      findings: [{ resolvedAt: now }],
      refusals: [],
    });
  });

  it("of what is gone begins anew: nothing of the old one is taken back from one made again", () => {
    const images = { ...{ version: "v1", open: 1, running: 0, unknown: 0, leftOut: {} } };
    const counted = { ...images, openRecommendations: 1, changedAt: null, told: "mail" as const };
    const before = aCase({
      writes: [anOwnWrite()],
      decisions: [aLeave()],
      unknownLooks: 3,
      facts: { ...aCase().facts, images: counted },
    });
    const { writes, decisions, unknownLooks, facts } = goneCase(before, now);
    expect({ writes, decisions, unknownLooks }).toEqual({
      writes: [],
      decisions: [],
      unknownLooks: 0,
    });
    expect(facts).toEqual(aCase().facts);
  });
});

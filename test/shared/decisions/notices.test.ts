import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideNotices, type NoticeFacts } from "../../../shared/decisions/notices.ts";
import type { Case } from "../../../shared/domain/case.ts";
import {
  aCase,
  aFinding,
  aLeave,
  aLedgerEntry,
  anAlert,
  anInForce,
  now,
  someRecipients,
} from "../../support/builders.ts";

const told = someRecipients();
const toldCase = (over: Partial<Case> = {}) => aCase({ recipients: told, ...over });
const notices = (over: Partial<NoticeFacts> = {}) =>
  decideNotices({
    before: toldCase(),
    after: toldCase(),
    alerts: [],
    newChanges: [],
    recipients: told,
    inForce: anInForce(),
    now,
    ...over,
  });
const keys = (over: Partial<NoticeFacts>) => notices(over).map(({ key }) => key);
const fixed = aFinding({ resolvedAt: now });
const policyKey = aFinding().key;
const alertFinding = (resolvedAt: string | null = null) =>
  aFinding({ key: `alert:${anAlert().id}`, rule: "alerts", part: "audit-log", resolvedAt });
const refusal = {
  act: "enable-addon",
  rule: "addon",
  at: now,
  code: "ScopeLocked",
  message: "locked",
  fix: null,
} as const;

describe("owners hear", () => {
  it("of a finding that is new, and not again", () => {
    expect(notices({ after: toldCase({ findings: [aFinding()] }) })).toMatchObject([
      {
        key: `finding:${policyKey}`,
        kind: "finding",
        severity: "High",
        urgent: false,
        createdAt: now,
        sentAt: null,
      },
    ]);
    const same = toldCase({ findings: [aFinding()] });
    expect(keys({ before: same, after: same })).toEqual([]);
  });

  it("of a finding that comes back", () => {
    const over = toldCase({ findings: [fixed] });
    expect(keys({ before: over, after: toldCase({ findings: [aFinding()] }) })).toEqual([
      `finding:${policyKey}`,
    ]);
  });

  it("of what is fixed, once, and not of what just left the case", () => {
    const open = toldCase({ findings: [aFinding()] });
    const after = toldCase({ findings: [fixed] });
    expect(keys({ before: open, after })).toEqual([`fixed:${policyKey}`]);
    expect(keys({ before: after, after })).toEqual([]);
    expect(keys({ before: open, after: toldCase() })).toEqual([]);
  });

  it("of changes made to their cluster, but not of our tags", () => {
    const newChanges = [aLedgerEntry(), aLedgerEntry({ id: "2", act: "write-tags" })];
    expect(keys({ newChanges })).toEqual([`change:${aLedgerEntry().id}`]);
    expect(keys({ newChanges: [aLedgerEntry({ kind: "failure" })] })).toEqual([]);
  });

  it.each([
    ["would-block", true],
    ["taken-back", true],
    ["stage", false],
    ["young", false],
    ["busy", false],
    ["limit", false],
  ] as const)("of what is left because of %s: %s", (reason, heard) => {
    const after = toldCase({ decisions: [aLeave({ reason })] });
    expect(keys({ after })).toEqual(heard ? [`left:addon:${reason}`] : []);
    expect(keys({ before: after, after })).toEqual([]);
  });

  it("of Azure's no, and again only when it says something else", () => {
    const after = toldCase({ refusals: [refusal] });
    expect(keys({ after })).toEqual(["refusal:enable-addon"]);
    expect(keys({ before: after, after })).toEqual([]);
    const other = toldCase({ refusals: [{ ...refusal, code: "AuthorizationFailed" }] });
    expect(keys({ before: after, after: other })).toEqual(["refusal:enable-addon"]);
  });
});

describe("an alert", () => {
  const after = toldCase({ findings: [alertFinding()] });

  it("is told at once when it is grave enough, and only once", () => {
    expect(notices({ after, alerts: [anAlert(), anAlert()] })).toMatchObject([
      { key: `alert:${anAlert().id}`, kind: "alert", urgent: true, severity: "High" },
    ]);
    expect(keys({ before: after, after, alerts: [anAlert()] })).toEqual([]);
  });

  it("waits for the digest below that, and stays in the case below the policy's bar", () => {
    expect(notices({ after, alerts: [anAlert({ severity: "Low" })] })).toMatchObject([
      { urgent: false },
    ]);
    expect(keys({ after, alerts: [anAlert({ severity: "Informational" })] })).toEqual([]);
  });

  it("that is a test is told like one, though it is never open", () => {
    const tested = toldCase({ findings: [alertFinding(now)] });
    const alerts = [anAlert({ test: true })];
    expect(keys({ after: tested, alerts })).toEqual([`alert:${anAlert().id}`]);
    expect(keys({ before: tested, after: tested, alerts })).toEqual([]);
  });

  it("is no finding to fix, and its end is no mail", () => {
    const over = toldCase({ findings: [alertFinding(now)] });
    expect(keys({ before: after, after: over, alerts: [anAlert({ status: "resolved" })] })).toEqual(
      [],
    );
  });
});

describe("people who were told nothing so far", () => {
  const open = { findings: [aFinding(), alertFinding()] };
  const all = [`finding:${policyKey}`, `alert:${anAlert().id}`];
  const alerts = [anAlert()];

  it.each<[string, Partial<NoticeFacts>]>([
    ["there is no case yet", { before: null }],
    [
      "nobody could be told",
      { before: toldCase({ ...open, recipients: someRecipients({ to: [] }) }) },
    ],
    ["nobody was looked for", { before: toldCase({ ...open, recipients: null }) }],
    [
      "others owned it",
      { before: toldCase({ ...open, recipients: someRecipients({ to: ["old@contoso.com"] }) }) },
    ],
    ["mails were previews", { before: toldCase({ ...open, stage: "watch" }) }],
  ])("hear of everything that is open: %s", (_, over) => {
    expect(keys({ after: toldCase(open), alerts, ...over })).toEqual(all);
  });

  it("may have heard of it before: each notice says since when the case holds it", () => {
    const line = aLedgerEntry({ kind: "leave", reason: "would-block: no-root denies" });
    const held = {
      ...open,
      decisions: [aLeave({ reason: "would-block", detail: "no-root denies" })],
      refusals: [refusal],
      history: [aLedgerEntry(), line],
    };
    const old = toldCase({ ...held, recipients: someRecipients({ to: ["old@contoso.com"] }) });
    const began = (before: Case | null) =>
      notices({ before, after: toldCase(held), alerts }).map((notice) => notice.began);
    const { firstSeen } = aFinding();
    expect(began(old)).toEqual([firstSeen, firstSeen, line.at, refusal.at]);
    expect(began(null)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("are not woken for an alert that others were told of", () => {
    const old = toldCase({ ...open, recipients: someRecipients({ to: ["old@contoso.com"] }) });
    const found = notices({ before: old, after: toldCase(open), alerts });
    expect(found.filter(({ urgent }) => urgent)).toEqual([]);
  });

  it("are not told of an alert that is over", () => {
    const over = { findings: [alertFinding(now)] };
    const old = toldCase({ ...over, recipients: someRecipients({ to: ["old@contoso.com"] }) });
    expect(keys({ before: old, after: toldCase(over), alerts })).toEqual([]);
  });
});

it("nobody hears of a cluster that is gone, or at the stage off", () => {
  const after = toldCase({ findings: [aFinding()] });
  expect(keys({ after: { ...after, gone: true } })).toEqual([]);
  expect(keys({ after, inForce: anInForce({ stage: "off" }) })).toEqual([]);
  expect(keys({ after, inForce: anInForce({ stage: "watch" }) })).toHaveLength(1);
});

it("a run that changes nothing leaves no notice", () => {
  const finding = fc.record({
    key: fc.constantFrom("addon", "sensor", policyKey, `alert:${anAlert().id}`),
    resolvedAt: fc.constantFrom(null, now),
  });
  fc.assert(
    fc.property(fc.uniqueArray(finding, { selector: ({ key }) => key }), (some) => {
      const same = toldCase({
        findings: some.map((one) => aFinding(one)),
        refusals: [refusal],
        decisions: [aLeave({ reason: "would-block" })],
      });
      const alerts = some.some(({ key }) => key.startsWith("alert:")) ? [anAlert()] : [];
      expect(keys({ before: same, after: same, alerts })).toEqual([]);
    }),
  );
});

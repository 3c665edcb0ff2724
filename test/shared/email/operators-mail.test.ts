import { expect, it } from "vitest";
import type { OperatorsReport } from "../../../shared/domain/operators-report.ts";
import { operatorsMail } from "../../../shared/email/operators-mail.ts";
import * as f from "../../support/mail-fixtures.ts";

const write = (over: Partial<OperatorsReport> = {}) =>
  operatorsMail(f.aReport(over), f.mailRules, f.now);
const flat = (text: string) => text.replace(/\s+/g, " ");
const { to, subject, text } = write();

it("goes to the operators, under a subject that stays the same", () => {
  expect(to).toEqual(f.mailRules.operators);
  expect(write({ changed: [], left: [] }).subject).toBe(subject);
});

it("says how far we see, and which feeds are silent", () => {
  expect(text).toContain("Subscriptions: 3 readable of 4 expected.");
  expect(text).toContain("Not readable: Payments (aaaaaaaa-1111-4111-8111-111111111111).");
  expect(text).toContain(
    "Silent feed: Defender alerts and findings, nothing since Thu 12 Nov 2026.",
  );
  expect(text).toContain("Silent feed: Policy states, nothing ever arrived.");
  expect(text).toContain("1 event, to be looked at and replayed");
});

it("tells costs in their currency, times by its clock, and a subscription by its name once", () => {
  const subject = "/subscriptions/aaaaaaaa-1111-4111-8111-111111111111";
  const shop = { caseId: "46WT660N", subject, name: "Shop", subscriptionName: "Shop" };
  const plan = { ...shop, at: f.now, act: "enable-plan:Containers", before: "off", after: "on" };
  const detail = "created at 2026-11-23T07:35:10.118Z, Azure still sets it up";
  const told = flat(
    write({
      currency: "EUR",
      changed: [{ ...plan, addedCost: 280 }],
      left: [{ ...shop, reason: "young", detail }],
    }).text,
  );
  expect(told).toContain("about 280 EUR a month");
  expect(told).toContain("subscription Shop (case 46WT660N)");
  expect(told).not.toContain("Shop, Shop");
  expect(told).toContain("created at Mon 23 Nov 2026, 08:35 (UTC+1), Azure still sets it up. sub");
});

it("shows of a plan also what was on before and stays on", () => {
  const [one] = f.aReport().changed;
  const plan = { act: "enable-plan:Containers", before: "on: AgentlessVmScanning" };
  const changed = one ? [{ ...one, ...plan, after: "on: ContainerSensor" }] : [];
  expect(flat(write({ changed }).text)).toContain("→ on: AgentlessVmScanning, ContainerSensor");
});

it("says what was changed, left and refused, with reasons", () => {
  expect(text).toContain("Mon 23 Nov 09:12 Azure Policy add-on: off → on. aks-shop-prod, Shop");
  expect(flat(text)).toContain('It would start blocking deployments: "no-privileged" is Deny.');
  expect(flat(text)).toContain("ScopeLocked: The scope cannot perform write operation");
  expect(text).toContain("Remove the ReadOnly lock do-not-touch on rg-core");
  expect(text).toContain("aks-lab, Shop");
  expect(text).toContain("no owner tag, no security contact, no fallback");
});

it("says what the next stage would do and cost", () => {
  expect(text).toContain("NEXT STAGE: TELL");
  expect(text).toContain("write tags: 5 (aks-shop-prod, aks-api-prod, and 3 more)");
  expect(text).toContain(
    "Added cost: about $1,540 a month, an estimate with prices of 1 Oct 2026.",
  );
  expect(text).toContain("Lab (a VM size that cannot be read)");
});

it("says how long it takes to tell every owner", () => {
  expect(text).toContain("At the stage tell: 120 owners, 8 sends an hour: 15 hours.");
  expect(write({ mailLoad: { owners: 1, sendsAnHour: 8 } }).text).toContain(
    "1 owner, 8 sends an hour: 1 hour.",
  );
  expect(write({ mailLoad: { owners: 0, sendsAnHour: 8 } }).text).not.toContain("sends an hour");
  expect(write({ mailLoad: { owners: 3, sendsAnHour: 0 } }).text).toContain("nothing may be sent");
});

it("puts stopped writes first", () => {
  const stopped = { at: f.now, by: "ops@contoso.com", why: "three verifications failed" };
  const said = write({ stopped }).text;
  expect(said).toContain("You:  resume the writes, or find out why they stopped");
  expect(flat(said)).toContain("by ops@contoso.com: three verifications failed");
});

it("asks to be let read security contacts, apart from owners that are to be named", () => {
  const why = "the security contact cannot be read, and has not heard of 1 alert";
  const [owner] = f.aReport().untold;
  const untold = owner ? [owner, { ...owner, who: "security contact" as const, why }] : [];
  const said = flat(write({ untold }).text);
  expect(said).toContain("name 1 owner");
  expect(said).toContain("let the guardrail read the security contacts");
  expect(said).toContain(why);
  expect(text).not.toContain("security contacts");
});

it("asks for nothing when all is well", () => {
  const quiet = write({
    subscriptions: { expected: 4, readable: 4, unreadable: [] },
    silentFeeds: [],
    refused: [],
    untold: [],
  });
  expect(quiet.text).toContain("You:  nothing to do.");
});

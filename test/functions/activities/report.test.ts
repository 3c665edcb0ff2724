import { expect, it } from "vitest";
import { operatorsKey } from "../../../functions/activities/delivery.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import { reportActivities } from "../../../functions/activities/report.ts";
import type { Digest } from "../../../shared/domain/notice.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import {
  aCase,
  aFinding,
  aLedgerEntry,
  anInForce,
  subscriptionId,
} from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const at = "2026-11-23T08:00:00.000Z";

async function aReporter(stage: Stage = "watch") {
  const tables = createInMemoryGateways();
  let now = "2026-11-23T08:05:00.000Z";
  const inForce = async () => anInForce({ stage });
  const facts = { quota: mailQuotas.managed, now: () => now };
  const { reportToOperators } = reportActivities(tables, { recent: inForce, live: inForce }, facts);
  await tables.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], at);
  return {
    tables,
    report: (operationId: string) =>
      reportToOperators({ subject: "system/scan", operationId, at, clusters: 3, registries: 1 }),
    pass: (time: string) => {
      now = time;
    },
  };
}

it("freezes one report for the operators, and asks for its delivery", async () => {
  const { tables, report } = await aReporter();
  await tables.cases.put(aCase({ findings: [aFinding()] }), null);
  expect(await report("r-1")).toEqual({ kind: "frozen" });
  const [mail] = await tables.digests.ofOwners(operatorsKey);
  expect(mail).toMatchObject({ status: "sending", recipients: ["platform-security@contoso.com"] });
  expect(mail?.message.text).toContain("Subscriptions: 1 readable of 1 expected.");
  expect(await tables.agenda.find("system/delivery", "delivery")).not.toBeNull();
});

it("says how long it would take to tell every owner", async () => {
  const { tables, report } = await aReporter();
  const recipients = { to: ["shop-team@contoso.com"], why: "tag", dropped: [] };
  await tables.cases.put(aCase({ findings: [aFinding()], recipients }), null);
  await report("r-1");
  const [mail] = await tables.digests.ofOwners(operatorsKey);
  expect(mail?.message.text).toContain("1 owner, 8 sends an hour: 1 hour");
});

it("reports once a day, however often a scan is asked for", async () => {
  const { report, pass } = await aReporter();
  await report("r-1");
  pass("2026-11-23T18:00:00.000Z");
  expect(await report("r-2")).toEqual({ kind: "told-today" });
  pass("2026-11-24T08:05:00.000Z");
  expect(await report("r-3")).toEqual({ kind: "frozen" });
});

it("shows what changed since the last report that the operators got", async () => {
  const { tables, report, pass } = await aReporter();
  const change = aLedgerEntry({ at: "2026-11-23T07:00:00.000Z" });
  await tables.cases.put(aCase({ history: [change] }), null);
  const sentAs = async (id: string, status: Digest["status"]) => {
    const mail = await tables.digests.find(operatorsKey, id);
    if (!mail) throw new Error("nothing was frozen");
    await tables.digests.update(operatorsKey, { ...mail, status });
    return mail.message.text;
  };
  expect(await report("r-1")).toEqual({ kind: "frozen" });
  const first = await sentAs("r-1", "failed");
  pass("2026-11-24T08:05:00.000Z");
  await report("r-2");
  const second = await sentAs("r-2", "sent");
  pass("2026-11-25T08:05:00.000Z");
  await report("r-3");
  const third = await sentAs("r-3", "stale");
  const counts = [first, second, third].map((text) => /\d+ changed/.exec(text)?.[0]);
  expect(counts).toEqual(["1 changed", "1 changed", "0 changed"]);
});

it("freezes the same report again when an attempt was killed", async () => {
  const { tables, report } = await aReporter();
  await report("r-1");
  await report("r-1");
  expect(await tables.digests.ofOwners(operatorsKey)).toHaveLength(1);
});

it("reports to nobody while everything is off", async () => {
  const { report } = await aReporter("off");
  expect(await report("r-1")).toEqual({ kind: "nobody" });
});

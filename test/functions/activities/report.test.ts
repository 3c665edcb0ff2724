import { expect, it } from "vitest";
import { operatorsKey } from "../../../functions/activities/delivery.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import { reportActivities } from "../../../functions/activities/report.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import { aCase, aFinding, anInForce, subscriptionId } from "../../support/builders.ts";
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

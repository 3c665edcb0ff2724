import { expect, it } from "vitest";
import { alertActivities } from "../../../functions/activities/alerts.ts";
import { housekeepingActivities } from "../../../functions/activities/housekeeping.ts";
import { scanActivities } from "../../../functions/activities/scan.ts";
import type { EstateGateway } from "../../../shared/azure/ports.ts";
import { after } from "../../../shared/decisions/time.ts";
import { anAlert, anInForce, aPolicy, now, subscriptionId } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

it("asks for the look before it keeps the alert, so that a crash in between loses nothing", async () => {
  const alert = anAlert();
  const real = createInMemoryGateways();
  await real.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], now);
  const insert: typeof real.alerts.insert = async (one) => {
    await real.alerts.insert(one);
    throw new Error("node exited with code 137");
  };
  const estate = { alerts: async () => ({ rows: [alert], next: null }) } as Partial<EstateGateway>;
  const inForce = async () => anInForce();
  const { scanAlerts } = scanActivities(
    { ...real, alerts: { ...real.alerts, insert }, estate: estate as EstateGateway },
    { recent: inForce, live: inForce },
    () => now,
  );
  await expect(scanAlerts({ subject: "system/scan", next: null, at: now })).rejects.toThrow("137");
  expect(await real.agenda.find(alert.subject, "cluster")).not.toBeNull();
});

it("finds again what was forgotten while its subscription was not watched, and nothing that was told", async () => {
  const tables = createInMemoryGateways();
  const [untold, told] = [anAlert(), anAlert({ id: "told" })];
  const { subject } = untold;
  await tables.alerts.insert(untold);
  await tables.alerts.insert(told);
  const forget = () =>
    alertActivities(tables).forgetAlerts({ subject, told: [`alert:${told.id}`] });
  expect(await forget()).toEqual({ forgotten: 1 });
  expect(await forget()).toEqual({ forgotten: 0 });
  expect(await tables.alerts.bySubject(subject)).toEqual([told]);
  await tables.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], now);
  const alerts = async () => ({ rows: [untold, told], next: null });
  const inForce = async () => anInForce();
  const { scanAlerts } = scanActivities(
    { ...tables, estate: { alerts } as Partial<EstateGateway> as EstateGateway },
    { recent: inForce, live: inForce },
    () => now,
  );
  const scan = () => scanAlerts({ subject: "system/scan", next: null, at: now });
  expect(await scan()).toMatchObject({ marked: 1 });
  expect(await tables.agenda.find(subject, "cluster")).not.toBeNull();
  expect(await scan()).toMatchObject({ marked: 0 });
});

it("knows an alert for as long as Defender lists it, however short cases are kept", async () => {
  const tables = createInMemoryGateways();
  const alert = anAlert();
  await tables.alerts.insert(alert);
  const removeAfter = async (days: number) => {
    const at = after(alert.seenAt, { days });
    const keep = { ...aPolicy().keep, casesDays: 7 };
    const { removeOld } = housekeepingActivities(tables, () => at);
    return (await removeOld({ subject: "system/housekeeping", keep }))["alerts"];
  };
  expect(await removeAfter(40)).toBe(0);
  expect(await removeAfter(91)).toBe(1);
});

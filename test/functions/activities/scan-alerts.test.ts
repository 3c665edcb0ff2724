import { expect, it } from "vitest";
import { scanActivities } from "../../../functions/activities/scan.ts";
import type { EstateGateway } from "../../../shared/azure/ports.ts";
import { anAlert, anInForce, now, subscriptionId } from "../../support/builders.ts";
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

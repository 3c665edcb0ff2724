import { expect, it, vi } from "vitest";
import { scanActivities } from "../../../functions/activities/scan.ts";
import type { EstateGateway } from "../../../shared/azure/ports.ts";
import { anEstateCluster, anInForce, now, subscriptionId } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

it("reads the cases of a page at once, and writes nothing for compliant clusters", async () => {
  const { id } = anEstateCluster();
  const rows = Array.from({ length: 200 }, (_, place) => anEstateCluster({ id: `${id}-${place}` }));
  const gateways = createInMemoryGateways();
  await gateways.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], now);
  const reads = vi.spyOn(gateways.cases, "findMany");
  const marks = vi.spyOn(gateways.agenda, "mark");
  const estate = { clusters: async () => ({ rows, next: null }) } as Partial<EstateGateway>;
  const inForce = async () => anInForce();
  const { scanClusters } = scanActivities(
    { ...gateways, estate: estate as EstateGateway },
    { recent: inForce, live: inForce },
    () => now,
  );
  const page = await scanClusters({ subject: "system/scan", next: null, at: now });
  expect(page).toEqual({ kind: "page", read: 200, marked: 0, next: null });
  expect(reads).toHaveBeenCalledTimes(1);
  expect(marks).not.toHaveBeenCalled();
});

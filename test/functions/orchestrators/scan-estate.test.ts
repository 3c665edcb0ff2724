import { expect, it } from "vitest";
import { type ScanInput, scanEstate } from "../../../functions/orchestrators/scan-estate.ts";
import { type Ran, runOrchestration, type StandIns } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = "system/scan";
const page = (over: object = {}) => ({ kind: "page", read: 1, marked: 0, next: null, ...over });

const scan = (input: ScanInput, standIns: StandIns = {}): Promise<Ran> =>
  runOrchestration(scanEstate, input, {
    take: () => aTaken({ subject, kind: "scan" }),
    scanSubscriptions: () => page(),
    scanPlans: () => page(),
    scanClusters: () => page(),
    scanRegistries: () => page({ read: 3 }),
    scanAlerts: () => page(),
    scanOpenCases: () => page(),
    countDueLooks: () => ({ due: 0 }),
    reportToOperators: () => ({ kind: "frozen" }),
    noteScan: () => ({ next: "2026-11-24T08:00:00.000Z" }),
    noteFault: () => ({ next: "2026-11-23T08:05:00.000Z" }),
    wake: () => ({ woken: true }),
    settle: () => ({ kind: "settled" }),
    ...standIns,
  });

it("reads every part of the estate, reports, and is due again in a day", async () => {
  const ran = await scan({ subject }, { scanClusters: () => page({ read: 11, marked: 9 }) });
  expect(ran.calls.filter((name) => name.startsWith("scan"))).toEqual([
    "scanSubscriptions",
    "scanPlans",
    "scanClusters",
    "scanRegistries",
    "scanAlerts",
    "scanOpenCases",
  ]);
  expect(inputsOf(ran, "reportToOperators")[0]).toMatchObject({ clusters: 11, registries: 3 });
  expect(inputsOf(ran, "settle")[0]).toMatchObject({
    row: { etag: "row-1" },
    next: "2026-11-24T08:00:00.000Z",
  });
  expect(ran.outcome).toBe("11 clusters read, 9 to look at; settled");
});

it("lets Resource Graph rest after 12 pages, goes on anew, and settles the row that it took first", async () => {
  let left = 12;
  const many = () => page({ next: left-- > 0 ? String(left) : null });
  const first = await scan({ subject }, { scanClusters: many });
  expect(first.continuedAsNew).not.toBeNull();
  expect(first.calls).not.toContain("settle");
  expect(first.calls.filter((name) => name.startsWith("scan"))).toHaveLength(12);
  expect(first.sleeps).toEqual([6]);
  const second = await scan(first.continuedAsNew?.input as ScanInput, { scanClusters: many });
  expect(second.calls).not.toContain("take");
  expect(second.outcome).toBe("13 clusters read, 0 to look at; settled");
  expect(inputsOf(second, "settle")[0]).toMatchObject({ row: { etag: "row-1" } });
});

it("does not skip a page that Azure keeps from it for long", async () => {
  const ran = await scan(
    { subject },
    { scanPlans: () => ({ kind: "wait", seconds: 30, why: "throttled" }) },
  );
  expect(ran.continuedAsNew?.input).toMatchObject({ progress: { phase: "plans" } });
  expect(ran.calls).not.toContain("scanClusters");
});

it("waits with its report until what it marked has been looked at", async () => {
  let due = 2;
  const ran = await scan(
    { subject },
    { countDueLooks: () => ({ due: due-- > 0 ? 1 : 0, minutes: 10 }) },
  );
  expect(inputsOf(ran, "countDueLooks")).toHaveLength(3);
  expect(ran.sleeps).toEqual([601, 601]);
});

it("starts over from its own row when a fault ends it", async () => {
  const ran = await scan(
    { subject },
    {
      scanAlerts: () => {
        throw new Error("the network is down");
      },
    },
  );
  expect(ran.outcome).toBe("fault");
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

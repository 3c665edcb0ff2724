import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { billOf, idleDollars, readPrices } from "../../bench/bill.ts";
import { burst } from "../../bench/burst.ts";
import { violatingOf } from "../../bench/estate.ts";
import { meterFixes } from "../../bench/fixes.ts";
import { benchIntake } from "../../bench/intake.ts";
import { aboveNeed, pageFloor, scanNeed } from "../../bench/need.ts";
import { scanTwice, subjectRuns, writesOf } from "../../bench/scan.ts";
import { startToMark, startToRegistered } from "../../bench/start-process.ts";
import { floorOf, tagAll, tagFloor } from "../../bench/throttle.ts";
import { runsOf, sumOf } from "../../bench/world.ts";
import { buildApp } from "../../local/build.ts";

it("starts the app as it is deployed, to its functions and to its first mark", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    await buildApp(folder);
    const entry = join(folder, "index.cjs");
    expect((await startToRegistered(entry, {})).functions).toBeGreaterThan(60);
    const file = resolve("test/fixtures/events/grid/cluster-written.eventgrid.json");
    const event: unknown = JSON.parse(readFileSync(file, "utf8"));
    expect((await startToMark(entry, event, {})).milliseconds).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("takes every event in, and marks for the relevant ones alone", async () => {
  const { section, kept } = await benchIntake({ repeat: 1, rounds: 1 });
  expect(section.rows.map(([name]) => name)).toContain("all relevant");
  expect(kept.marks).toBeGreaterThan(40);
  expect(kept.alerts).toBeGreaterThan(8);
  expect(kept.starts).toBeLessThanOrEqual(kept.marks);
});

it.concurrent("scans by the page, and a second time without a run or a write", async () => {
  const size = { clusters: 40, subscriptions: 4, violatingEvery: 20 };
  const { first, second } = await scanTwice(size);
  expect(sumOf(first.azure, /^PATCH/)).toBe(2);
  const need = scanNeed(size, first.mails);
  expect(Object.keys(first.azure).sort()).toEqual(Object.keys(need).sort());
  expect(aboveNeed(need, first.azure)).toEqual([]);
  expect(subjectRuns(first)).toBeGreaterThan(0);
  expect(sumOf(second.azure)).toBe(pageFloor(size));
  expect(subjectRuns(second)).toBe(0);
  expect(writesOf(second)).toBe(1);
  expect(sumOf(second.storage, /^PUT guardrailledger/)).toBe(1);
  expect(sumOf(second.storage, /guardrailcases/)).toBeLessThan(8);
});

it("spreads what is noncompliant over the subscriptions", () => {
  const subscriptionsOf = (clusters: number) => {
    const violating = violatingOf({ clusters, subscriptions: 200, violatingEvery: 100 });
    return { violating, many: new Set(violating.map((index) => index % 200)).size };
  };
  expect(subscriptionsOf(1_000).violating).toEqual([
    0, 101, 202, 303, 404, 505, 606, 707, 808, 909,
  ]);
  expect(subscriptionsOf(1_000).many).toBe(10);
  expect(subscriptionsOf(10_000)).toMatchObject({ many: 100 });
  expect(subscriptionsOf(10_000).violating).toHaveLength(100);
  expect(violatingOf({ clusters: 3, subscriptions: 1, violatingEvery: 1 })).toEqual([0, 1, 2]);
  expect(violatingOf({ clusters: 3, subscriptions: 1, violatingEvery: 0 })).toEqual([]);
});

it("names what was asked above the need", () => {
  const asked = { "GET /a": 3, "GET /b": 2, "GET /c": 1 };
  expect(aboveNeed(asked, { "GET /a": 2, "GET /b": 2 })).toEqual([
    ["GET /a", 1],
    ["GET /c", 1],
  ]);
});

it.concurrent("runs at most three times over a subject that events keep naming for a minute", async () => {
  const { runsPerSubject, looksPerSubject } = await burst(240, 3);
  expect(looksPerSubject).toBeGreaterThanOrEqual(1);
  expect(runsPerSubject).toBeGreaterThanOrEqual(looksPerSubject);
  expect(runsPerSubject).toBeLessThanOrEqual(3);
});

it.concurrent("tags each cluster once, is refused nothing, asks little, and prices what that took", async () => {
  const clusters = 20;
  const { tagged, metered, throttled, looks, calls } = await tagAll(clusters);
  expect({ tagged, throttled }).toEqual({ tagged: clusters, throttled: 0 });
  expect(sumOf(metered.azure, /^PATCH/)).toBe(clusters);
  expect(looks).toBe(clusters);
  expect(calls / looks).toBeLessThan(12);
  expect(sumOf(metered.azure, /Microsoft\.Security/)).toBeLessThan(10);
  const bill = billOf(metered, readPrices());
  expect(bill.executions).toBe(runsOf(metered, /./));
  expect(bill.azureCalls).toBe(sumOf(metered.azure));
  expect(bill.dollars).toBeGreaterThan(0);
});

it("names the limit that asks for the most patience", () => {
  const calls = { "POST /providers/Microsoft.ResourceGraph/resources": 195, "GET /x": 300 };
  expect(floorOf(calls)).toMatchObject({ name: "Resource Graph", minutes: 1 });
  expect(tagFloor(1_000)).toMatchObject({ name: "AKS tag writes", many: 1_000 });
  expect(tagFloor(1_000).minutes).toBeCloseTo(940 / 60);
});

it.concurrent("meters a fix until its owner's mail has left", async () => {
  const { fixed, each } = await meterFixes("add-on", 1, readPrices());
  expect({ fixed, mails: each.mails }).toEqual({ fixed: 1, mails: 1 });
  // The look that fixes, and those its own write and the add-on's first report ask for.
  expect(each.azureCalls).toBeGreaterThan(30);
  expect(each.gbSeconds).toBeGreaterThan(10);
  expect(each.dollars).toBeGreaterThan(each.dollarsAlwaysReady);
  expect(each.dollarsAlwaysReady).toBeGreaterThan(readPrices().mail);
});

it("charges a period of an instance, not each execution, and never less than the smallest", () => {
  const prices = readPrices();
  const nothing = {
    ...{ runs: {}, takes: {}, peakMB: 0, storage: {}, azure: {}, refused: {} },
    ...{ firstCallAt: 0, lastChangeAt: 0, mails: 0, periods: {} },
  };
  expect(billOf(nothing, prices)).toMatchObject({ dollars: 0, dollarsAlwaysReady: 0 });
  const small = billOf({ ...nothing, periods: { "10 durable": 3, "10 sweep": 4 } }, prices);
  expect(small.gbSeconds).toBe(2 * prices.functions.instanceGb);
  const long = billOf({ ...nothing, periods: { "10 durable": 15_120 } }, prices);
  expect(long.gbSeconds).toBeCloseTo(15.2 * prices.functions.instanceGb);
  expect(long.dollarsAlwaysReady).toBeLessThan(long.dollars);
  const alerts = { "eventHubTrigger defenderEvents": { count: 1_000_000, milliseconds: 0 } };
  const grid = { "eventGridTrigger resourceChanges": { count: 1_000_000, milliseconds: 0 } };
  const more = billOf({ ...nothing, runs: grid }, prices).dollars;
  const less = billOf({ ...nothing, runs: alerts }, prices).dollars;
  expect(more - less).toBeCloseTo(prices.eventGridPerMillion - prices.eventHubPerMillion);
  expect(idleDollars(prices)).toBeGreaterThan(40);
});

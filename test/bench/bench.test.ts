import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { burst } from "../../bench/burst.ts";
import { billOf, readPrices } from "../../bench/cost.ts";
import { benchIntake } from "../../bench/intake.ts";
import { pageFloor, scanTwice, subjectRuns, writesOf } from "../../bench/scan.ts";
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
  expect(subjectRuns(first)).toBeGreaterThan(0);
  expect(sumOf(second.azure)).toBe(pageFloor(size));
  expect(subjectRuns(second)).toBe(0);
  expect(writesOf(second)).toBe(1);
  expect(sumOf(second.storage, /^PUT guardrailledger/)).toBe(1);
  expect(sumOf(second.storage, /guardrailcases/)).toBeLessThan(8);
});

it.concurrent("looks at most three times at a subject that events keep naming for a minute", async () => {
  const { runsPerSubject } = await burst(240, 3);
  expect(runsPerSubject).toBeGreaterThanOrEqual(1);
  expect(runsPerSubject).toBeLessThanOrEqual(3);
});

it.concurrent("tags each cluster once, is refused nothing, asks little, and prices what that took", async () => {
  const clusters = 20;
  const { tagged, metered, throttled, looks, calls } = await tagAll(clusters);
  expect({ tagged, throttled }).toEqual({ tagged: clusters, throttled: 0 });
  expect(sumOf(metered.azure, /^PATCH/)).toBe(clusters);
  expect(looks).toBe(2 * clusters);
  expect(calls / looks).toBeLessThan(7);
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

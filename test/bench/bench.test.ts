import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { burst } from "../../bench/burst.ts";
import { billOf, readPrices } from "../../bench/cost.ts";
import { benchIntake } from "../../bench/intake.ts";
import { pageFloor, scanTwice, subjectRuns, writesOf } from "../../bench/scan.ts";
import { startToMark, startToRegistered } from "../../bench/start-process.ts";
import { floorOf, tagAll } from "../../bench/throttle.ts";
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

it.concurrent("tags each cluster once, and prices what that took", async () => {
  const { tagged, metered, throttled } = await tagAll(4);
  expect({ tagged, throttled }).toEqual({ tagged: 4, throttled: 0 });
  expect(sumOf(metered.azure, /^PATCH/)).toBe(4);
  const bill = billOf(metered, readPrices());
  expect(bill.executions).toBe(runsOf(metered, /./));
  expect(bill.azureCalls).toBe(sumOf(metered.azure));
  expect(bill.dollars).toBeGreaterThan(0);
});

it("names the limit that asks for the most patience", () => {
  const calls = { "POST /providers/Microsoft.ResourceGraph/resources": 195, "GET /x": 300 };
  expect(floorOf(calls)).toMatchObject({ name: "Resource Graph", minutes: 1 });
});

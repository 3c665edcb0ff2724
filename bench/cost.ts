import { readFileSync } from "node:fs";
import type { BurstResult } from "./burst.ts";
import { atMost, type Section, short } from "./report.ts";
import type { ScanResult } from "./scan.ts";
import type { ThrottleResult } from "./throttle.ts";
import { type Metered, runsOf, sumOf } from "./world.ts";

/** A dated table of prices, and what is assumed where a laptop cannot measure. */
export interface Prices {
  readonly asOf: string;
  readonly note: string;
  readonly functions: {
    readonly onDemandGbSecond: number;
    readonly alwaysReadyGbSecond: number;
    readonly perMillionExecutions: number;
    readonly instanceGb: number;
    readonly smallestSeconds: number;
  };
  readonly storage: { readonly tablePer10k: number; readonly durablePer10k: number };
  readonly eventGridPerMillion: number;
  readonly mail: number;
  readonly logsPerGb: number;
  readonly logBytesPerExecution: number;
  readonly idle: {
    readonly alwaysReadyInstances: number;
    readonly throughputUnitHour: number;
    readonly logsGb: number;
    readonly storage: number;
  };
  readonly assumed: {
    readonly azureCallSeconds: number;
    readonly storageCallSeconds: number;
    readonly durableCallsPerActivity: number;
    readonly durableCallsPerOrchestratorStep: number;
  };
}

/** What one piece of work used, and what that costs. */
export interface Bill {
  readonly executions: number;
  readonly gbSeconds: number;
  readonly storageCalls: number;
  readonly azureCalls: number;
  readonly mails: number;
  readonly dollars: number;
}

/** Reads bench/prices.json. */
export function readPrices(): Prices {
  const file = new URL("./prices.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Prices;
}

/**
 * The bill of metered work, every execution charged on its own and by the whole instance: more than
 * the platform charges, where executions share one.
 */
export function billOf(metered: Metered, prices: Prices): Bill {
  const { functions, storage, assumed } = prices;
  const executions = runsOf(metered, /./);
  const azureCalls = sumOf(metered.azure);
  const tableCalls = sumOf(metered.storage);
  const computing = Object.values(metered.runs).reduce((sum, run) => sum + run.milliseconds, 0);
  const seconds = Math.max(
    executions * functions.smallestSeconds,
    computing / 1000 +
      azureCalls * assumed.azureCallSeconds +
      tableCalls * assumed.storageCallSeconds,
  );
  const durableCalls =
    runsOf(metered, /^activityTrigger/) * assumed.durableCallsPerActivity +
    runsOf(metered, /^orchestrationTrigger/) * assumed.durableCallsPerOrchestratorStep;
  const gbSeconds = seconds * functions.instanceGb;
  const delivered = runsOf(metered, /^eventGridTrigger/);
  const dollars =
    gbSeconds * functions.onDemandGbSecond +
    (executions * functions.perMillionExecutions) / 1e6 +
    (tableCalls * storage.tablePer10k + durableCalls * storage.durablePer10k) / 1e4 +
    (delivered * prices.eventGridPerMillion) / 1e6 +
    metered.mails * prices.mail +
    (executions * prices.logBytesPerExecution * prices.logsPerGb) / 1e9;
  const storageCalls = tableCalls + durableCalls;
  return { executions, gbSeconds, storageCalls, azureCalls, mails: metered.mails, dollars };
}

/** What the deployment costs in a month in which nothing happens. */
export function idleDollars({ functions, idle, logsPerGb }: Prices): number {
  const hours = 730;
  const ready =
    idle.alwaysReadyInstances * functions.instanceGb * hours * 3600 * functions.alwaysReadyGbSecond;
  return ready + hours * idle.throughputUnitHour + idle.logsGb * logsPerGb + idle.storage;
}

/** What the other parts of the bench metered. */
export interface CostInputs {
  readonly burst: BurstResult;
  readonly throttle: ThrottleResult;
  readonly scan: ScanResult;
}

const times = (bill: Bill, factor: number): Bill =>
  Object.fromEntries(Object.entries(bill).map(([name, value]) => [name, value * factor])) as never;

/** The bench of cost: what was metered elsewhere, priced. */
export function benchCost({ burst, throttle, scan }: CostInputs) {
  const prices = readPrices();
  const perEvents = times(billOf(burst.metered, prices), 1000 / burst.events);
  const perFix = times(billOf(throttle.metered, prices), 1 / throttle.tagged);
  const perScan = times(billOf(scan.second, prices), 1000 / scan.clusters);
  const perMonth = times(perScan, 30);
  const row = (name: string, bill: Bill) => [
    name,
    bill.executions,
    bill.gbSeconds,
    bill.storageCalls,
    bill.azureCalls,
    bill.mails,
    `$${bill.dollars.toFixed(6)}`,
  ];
  const section: Section = {
    name: "cost",
    title: `Metered cost, by the prices of ${prices.asOf}`,
    columns: ["for", "executions", "GB-s", "storage calls", "Azure calls", "mails", "dollars"],
    rows: [
      row("1,000 relevant events about few clusters", perEvents),
      row("a fix: found, written, verified, told", perFix),
      row("1,000 clusters a month: 30 scans", perMonth),
      ["a month of nothing", "-", "-", "-", "-", "-", `$${idleDollars(prices).toFixed(2)}`],
    ],
    goals: [atMost("dollars a fix", perFix.dollars, 0.001)],
    notes: [
      prices.note,
      `Azure's answers are assumed to take ${short(prices.assumed.azureCallSeconds)} s, and a durable step ${prices.assumed.durableCallsPerOrchestratorStep} storage calls: see prices.json.`,
      "Each execution is charged as if it had an instance to itself; the platform lets many share one.",
    ],
  };
  return { section, bills: { perEvents, perFix, perMonth } };
}

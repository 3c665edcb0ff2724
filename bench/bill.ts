import { readFileSync } from "node:fs";
import { type AnswersAfter, type Metered, runsOf, sumOf } from "./world.ts";

/** A dated table of prices, and what is assumed where a laptop cannot measure. */
export interface Prices {
  readonly asOf: string;
  readonly note: string;
  readonly functions: {
    readonly onDemandGbSecond: number;
    /** What an always-ready instance costs while it waits, and in addition while it works. */
    readonly alwaysReadyGbSecond: number;
    readonly alwaysReadyExecutionGbSecond: number;
    readonly perMillionExecutions: number;
    readonly instanceGb: number;
    /** What an instance that works is charged for at least, and to what its time is rounded up. */
    readonly smallestSeconds: number;
    readonly roundedToSeconds: number;
  };
  readonly storage: { readonly tablePer10k: number; readonly durablePer10k: number };
  readonly eventGridPerMillion: number;
  readonly eventHubPerMillion: number;
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
    readonly answersAfter: AnswersAfter;
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
  /** With all executions on instances that come on demand. */
  readonly dollars: number;
  /** With what is durable on the always-ready instance, as deployed while one is enough. */
  readonly dollarsAlwaysReady: number;
}

/** Reads bench/prices.json. */
export function readPrices(): Prices {
  const file = new URL("./prices.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Prices;
}

/**
 * The bill of work that was metered while answers took their time. Whatever the platform scales together
 * and runs within a second of Azure's time is one period of an instance, and none is charged for less
 * than the smallest.
 */
export function billOf(metered: Metered, prices: Prices): Bill {
  const { functions, storage, assumed } = prices;
  const executions = runsOf(metered, /./);
  const tableCalls = sumOf(metered.storage);
  const durableCalls =
    runsOf(metered, /^activityTrigger/) * assumed.durableCallsPerActivity +
    runsOf(metered, /^orchestrationTrigger/) * assumed.durableCallsPerOrchestratorStep;
  const seconds = secondsOf(metered, prices);
  const others =
    (executions * functions.perMillionExecutions) / 1e6 +
    (tableCalls * storage.tablePer10k + durableCalls * storage.durablePer10k) / 1e4 +
    (runsOf(metered, /^eventGridTrigger/) * prices.eventGridPerMillion) / 1e6 +
    (runsOf(metered, /^eventHubTrigger/) * prices.eventHubPerMillion) / 1e6 +
    metered.mails * prices.mail +
    (executions * prices.logBytesPerExecution * prices.logsPerGb) / 1e9;
  const gbSeconds = (seconds.durable + seconds.others) * functions.instanceGb;
  const durableRate = functions.alwaysReadyExecutionGbSecond - functions.onDemandGbSecond;
  const dollars = gbSeconds * functions.onDemandGbSecond + others;
  return {
    ...{ executions, gbSeconds, storageCalls: tableCalls + durableCalls },
    ...{ azureCalls: sumOf(metered.azure), mails: metered.mails, dollars },
    dollarsAlwaysReady: dollars + seconds.durable * functions.instanceGb * durableRate,
  };
}

/** Seconds that are charged, those of orchestrators and activities apart. */
function secondsOf({ periods }: Metered, { functions }: Prices) {
  const charged = { durable: 0, others: 0 };
  for (const [period, milliseconds] of Object.entries(periods)) {
    const [, group] = period.split(" ");
    const rounded =
      Math.ceil(milliseconds / 1000 / functions.roundedToSeconds) * functions.roundedToSeconds;
    const seconds = Math.max(functions.smallestSeconds, rounded);
    charged[group === "durable" ? "durable" : "others"] += seconds;
  }
  return charged;
}

/** One bill for several pieces of work, or for part of one: each times its factor. */
export function sumOfBills(parts: readonly (readonly [Bill, number])[]): Bill {
  const sum = (of: keyof Bill): number =>
    parts.reduce((total, [bill, factor]) => total + bill[of] * factor, 0);
  return {
    ...{ executions: sum("executions"), gbSeconds: sum("gbSeconds") },
    ...{ storageCalls: sum("storageCalls"), azureCalls: sum("azureCalls"), mails: sum("mails") },
    ...{ dollars: sum("dollars"), dollarsAlwaysReady: sum("dollarsAlwaysReady") },
  };
}

/** Hours of a month, for prices by the hour. */
export const hoursOfMonth = 730;

/** What is paid each month for being there, whether anything happens or not. */
export function idleDollars({ functions, idle, logsPerGb }: Prices): number {
  const ready =
    idle.alwaysReadyInstances *
    functions.instanceGb *
    hoursOfMonth *
    3600 *
    functions.alwaysReadyGbSecond;
  return ready + hoursOfMonth * idle.throughputUnitHour + idle.logsGb * logsPerGb + idle.storage;
}

import type { Plan } from "./check.ts";

/** Prices behind the estimate: public list prices in US dollars for West Europe, as of the date. */
const prices = {
  asOf: "2026-10-01",
  alwaysReadyGbSecond: 0.000004,
  throughputUnitHour: 0.03,
  logsPerGb: 2.99,
  storage: 1,
  // One rule every 5 minutes, three every 15 minutes, two every hour; six on metrics.
  alertRules: 1.5 + 3 * 0.5 + 2 * 0.5 + 6 * 0.1,
};

const hoursAMonth = 730;

/** What the deployment costs a month while nothing happens, line by line; an estimate, in US dollars. */
export function idleCost(plan: Pick<Plan, "alwaysReady">): {
  readonly asOf: string;
  readonly lines: readonly { readonly what: string; readonly dollars: number }[];
  readonly total: number;
} {
  const lines = [
    {
      what: `${plan.alwaysReady} always-ready instance of 2 GB`,
      dollars: plan.alwaysReady * 2 * hoursAMonth * 3600 * prices.alwaysReadyGbSecond,
    },
    { what: "event hub, 1 throughput unit", dollars: hoursAMonth * prices.throughputUnitHour },
    { what: "logs, about 1 GB", dollars: prices.logsPerGb },
    { what: "alert rules", dollars: prices.alertRules },
    { what: "storage", dollars: prices.storage },
  ];
  const total = lines.reduce((sum, line) => sum + line.dollars, 0);
  return { asOf: prices.asOf, lines, total };
}

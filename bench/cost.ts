import { type Bill, billOf, hoursOfMonth, idleDollars, readPrices, sumOfBills } from "./bill.ts";
import { burst } from "./burst.ts";
import { type FixKind, meterFixes, meterRest } from "./fixes.ts";
import { atMost, type Section, short } from "./report.ts";
import { scanTwice } from "./scan.ts";

/** What is metered besides fixes: events about some clusters, and a scan of an estate. */
const busy = { events: 1_000, clusters: 100 };
const estate = { clusters: 1_000, subscriptions: 200, violatingEvery: 100 };

/** Clusters of one subscription that are put right at the same time, and so share what is read of it. */
const many = 60;

const columns = [
  ...["for", "executions", "GB-s", "storage calls", "Azure calls", "mails"],
  ...["dollars on demand", "dollars always-ready"],
];

const row = (name: string, bill: Bill): readonly (string | number)[] => [
  ...[name, bill.executions, bill.gbSeconds, bill.storageCalls, bill.azureCalls, bill.mails],
  ...[`$${bill.dollars.toFixed(6)}`, `$${bill.dollarsAlwaysReady.toFixed(6)}`],
];

/** The bench of cost. */
export async function benchCost() {
  const prices = readPrices();
  const { answersAfter } = prices.assumed;
  const fix = async (kind: FixKind, clusters: number): Promise<Bill> =>
    (await meterFixes(kind, clusters, prices)).each;
  const fixes = {
    [`a tag fix, one of ${many} in a subscription`]: await fix("tag", many),
    [`an add-on fix, one of ${many} in a subscription`]: await fix("add-on", many),
    "a lone tag fix": await fix("tag", 1),
    "a lone add-on fix": await fix("add-on", 1),
  };
  const { hour, alert } = await meterRest(prices);
  const { metered } = await burst(busy.events, busy.clusters, answersAfter);
  const perEvents = sumOfBills([[billOf(metered, prices), 1000 / busy.events]]);
  const { second } = await scanTwice(estate, answersAfter);
  const scans = sumOfBills([[billOf(second, prices), (30 * 1000) / estate.clusters]]);
  const sweeps = sumOfBills([[hour, hoursOfMonth]]);
  const idle = idleDollars(prices);
  const nothing = (bill: number): string => `$${(idle + bill).toFixed(2)}`;
  const dearest = Math.max(...Object.values(fixes).map(({ dollars }) => dollars));
  const section: Section = {
    ...{ name: "cost", title: `Metered cost, by the prices of ${prices.asOf}`, columns },
    rows: [
      row("1,000 relevant events about few clusters", perEvents),
      ...Object.entries(fixes).map(([name, bill]) => row(name, bill)),
      row("a Defender alert, looked at and told", alert),
      row("1,000 clusters a month: 30 quiet scans", scans),
      row("a month's sweeps, one a minute, whatever the estate", sweeps),
      [
        ...["a month of nothing: those sweeps, and what is there", "-", "-", "-", "-", "-"],
        ...[nothing(sweeps.dollars), nothing(sweeps.dollarsAlwaysReady)],
      ],
    ],
    goals: [atMost("dollars a fix, the dearest on demand", dearest, 0.001)],
    notes: [
      prices.note,
      "A fix is metered from being found until its owner's mail has left and nothing but sweeps ran for an hour; what an equal estate costs in that time in which nothing is wrong is taken off.",
      `Each answer of Azure is held back for ${short(answersAfter.azure)} s, each of storage for ${short(answersAfter.storage)} s; a durable step is assumed to take ${prices.assumed.durableCallsPerOrchestratorStep} storage calls: see prices.json.`,
      `What runs within one second of Azure's time is one period of an instance, charged for ${prices.functions.smallestSeconds} s at least.`,
      "always-ready: orchestrators and activities at the price of the always-ready instance, which is deployed and paid in the last row; more work at once than it takes costs as on demand.",
    ],
  };
  return { section };
}

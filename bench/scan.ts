import { generateEstate, violatingOf } from "./estate.ts";
import { aboveNeed, type Calls, pageFloor, scanNeed } from "./need.ts";
import { atMost, type Goal, type Section, short } from "./report.ts";
import { atOnce, between, type Metered, runsOf, startBenchWorld, sumOf } from "./world.ts";

/** One size of estate. */
export interface ScanSize {
  readonly clusters: number;
  readonly subscriptions: number;
  /** One of so many clusters is noncompliant; 0 = none. */
  readonly violatingEvery: number;
}

/** What scanning an estate twice came to. */
export interface ScanResult extends ScanSize {
  readonly first: Metered;
  /** The second scan, with nothing changed in between. */
  readonly second: Metered;
  readonly firstSeconds: number;
  readonly secondSeconds: number;
  /** Events in the scan's history at its end. */
  readonly history: number;
}

/** Looks, what follows them, and mails; a look an hour later, for want of a policy's report, is not in it. */
const firstMinutes = 40;

/** Scans an estate, lets everything come to rest, and scans it again. */
export async function scanTwice(size: ScanSize, answersAfter = atOnce): Promise<ScanResult> {
  const world = await startBenchWorld({
    estate: generateEstate(size),
    policy: () => undefined,
    stage: "fix-all",
    answersAfter,
  });
  try {
    const begin = performance.now();
    await world.pass(firstMinutes);
    const first = await world.metered();
    const middle = performance.now();
    await world.post("scan", { why: "bench" });
    await world.pass(10);
    const end = performance.now();
    const second = between(first, await world.metered());
    return {
      ...size,
      ...{ first, second, history: await historyOf(world.host) },
      firstSeconds: (middle - begin) / 1000,
      secondSeconds: (end - middle) / 1000,
    };
  } finally {
    await world.stop();
  }
}

async function historyOf({
  url,
  keys,
}: {
  url: string;
  keys: { master: string; durable: string };
}) {
  const headers = { "x-functions-key": keys.master };
  const list = await fetch(
    `${url}/runtime/webhooks/durabletask/instances?code=${keys.durable}&instanceIdPrefix=scanEstate`,
  );
  const instances = (await list.json()) as { instanceId: string }[];
  const id = instances.find(({ instanceId }) => instanceId.startsWith("scanEstate"))?.instanceId;
  const history = await fetch(`${url}/admin/embedded/history/${id}`, { headers });
  return ((await history.json()) as unknown[]).length;
}

const graph = /ResourceGraph/;
const writes = /^(PUT|PATCH|POST|DELETE) (?!.*(ResourceGraph|queryResults|:send))/;
const subjects = /^orchestrationTrigger guard/;
const kept = /^(PUT|POST|PATCH|MERGE|DELETE) guardrail(cases|ledger|notices|digests|alerts)/;

/** The bench of scans: one row for each size. */
export async function benchScan(sizes: readonly ScanSize[]) {
  const results: ScanResult[] = [];
  for (const size of sizes) results.push(await scanTwice(size));
  const section: Section = {
    name: "scan",
    title: "Scan of generated estates, then a second scan with nothing changed",
    columns: [
      "estate",
      "noncompliant",
      "graph queries",
      "page floor",
      "Azure calls",
      "need",
      "x need",
      "mails",
      "activities",
      "scan history",
      "seconds",
      "peak MB",
      "2nd: Azure calls",
      "2nd: subject runs",
      "2nd: writes",
      "2nd: seconds",
    ],
    rows: results.map((result) => [
      `${result.clusters} clusters, ${result.subscriptions} subscriptions`,
      violatingOf(result).length,
      sumOf(result.first.azure, graph),
      pageFloor(result),
      sumOf(result.first.azure),
      sumOf(needOf(result)),
      timesNeed(result),
      result.first.mails,
      runsOf(result.first, /^activityTrigger/),
      result.history,
      result.firstSeconds,
      Math.max(result.first.peakMB, result.second.peakMB),
      sumOf(result.second.azure),
      runsOf(result.second, subjects),
      writesOf(result.second) - asked,
      result.secondSeconds,
    ]),
    goals: results.flatMap(goalsOf),
    notes: [
      "page floor: the queries that full pages of 1,000 rows need, at least one for each kind of row.",
      `need: those pages; for each noncompliant cluster what a look that tags asks of it alone, and telling of it; once for each subscription with such a cluster what its looks share, and what each mail asks. Metered for ${firstMinutes} minutes: a look an hour later, for want of a policy's report, is not in it.`,
      ...results.filter((result) => timesNeed(result) > 1).map(excessOf),
      "Memory is that of the process that holds host and app.",
      "Seconds include the simulated Azure.",
    ],
  };
  return { section };
}

/** The ledger's line about who asked for the second scan. */
const asked = 1;

/** Writes to Azure, and to the tables that tell about subjects. */
export function writesOf({ azure, storage }: Pick<Metered, "azure" | "storage">): number {
  return sumOf(azure, writes) + sumOf(storage, kept);
}

/** Runs of the orchestrators of subjects. */
export function subjectRuns(metered: Metered): number {
  return runsOf(metered, subjects);
}

const needOf = (result: ScanResult): Calls => scanNeed(result, result.first.mails);

const timesNeed = (result: ScanResult): number => sumOf(result.first.azure) / sumOf(needOf(result));

function excessOf(result: ScanResult): string {
  const above = aboveNeed(result.first.azure, needOf(result));
  const refused = sumOf(result.first.refused);
  const parts = above.map(
    ([name, many]) => `${many} ${name.replace(/ \/.*\/providers\/(?=Microsoft)/, " ")}`,
  );
  return `Above the need at ${short(result.clusters)} clusters (${refused} refused with 429): ${parts.join(", ") || "nothing"}.`;
}

function goalsOf(result: ScanResult): readonly Goal[] {
  const name = `${short(result.clusters)} clusters`;
  const calls = sumOf(result.second.azure, graph) / pageFloor(result);
  return [
    atMost(
      `${name}: calls of the first scan and its looks, times the need`,
      timesNeed(result),
      1.1,
    ),
    atMost(`${name}: queries of a scan, times the page floor`, calls, 1.1),
    atMost(`${name}: subject runs of the second scan`, subjectRuns(result.second), 0),
    atMost(`${name}: writes of the second scan`, writesOf(result.second) - asked, 0),
    atMost(`${name}: peak MB`, Math.max(result.first.peakMB, result.second.peakMB), 300),
  ];
}

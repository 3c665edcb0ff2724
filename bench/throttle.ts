import { generateEstate } from "./estate.ts";
import { atMost, type Section, short } from "./report.ts";
import { type Metered, runsOf, startBenchWorld, sumOf } from "./world.ts";

/** What tagging many clusters of one subscription under Azure's limits came to. */
export interface ThrottleResult {
  readonly clusters: number;
  readonly tagged: number;
  /** Minutes of Azure's time from the first call to the last tag. */
  readonly minutes: number;
  readonly calls: number;
  readonly throttled: number;
  readonly metered: Metered;
}

/** Tags that many noncompliant clusters of one subscription, all found by one scan. */
export async function tagAll(clusters: number): Promise<ThrottleResult> {
  const world = await startBenchWorld({
    estate: generateEstate({ clusters, subscriptions: 1, violatingEvery: 1 }),
    policy: () => undefined,
    stage: "fix-all",
  });
  try {
    const begin = world.clock.now();
    let tagged = 0;
    let minutes = 0;
    for (let round = 0; round < 400 && tagged < clusters; round += 1) {
      await world.pass(1);
      const now = taggedIn(world);
      if (now > tagged) minutes = (world.clock.now() - begin) / 60_000;
      tagged = now;
    }
    const metered = await world.metered();
    return {
      ...{ clusters, tagged, minutes, metered },
      calls: sumOf(metered.azure),
      throttled: metered.throttled,
    };
  } finally {
    await world.stop();
  }
}

function taggedIn({
  azure,
}: {
  azure: { store: { list(type: string): readonly object[] } };
}): number {
  const clusters = azure.store.list("Microsoft.ContainerService/managedClusters");
  return clusters.filter((one) => JSON.stringify(Reflect.get(one, "tags")).includes("guardrail-"))
    .length;
}

/** Azure's limits that this work meets, by what they count (Azure documentation, "Request limits"). */
const buckets = [
  { name: "Resource Graph", counts: /ResourceGraph/, capacity: 15, perSecond: 3 },
  { name: "ARM reads", counts: /^GET|queryResults/, capacity: 250, perSecond: 25 },
  { name: "ARM writes", counts: /^(PUT|PATCH|DELETE)/, capacity: 200, perSecond: 10 },
  {
    name: "Microsoft.Security reads",
    counts: /^GET .*Microsoft\.Security/,
    capacity: 750,
    perSecond: 750 / 3600,
  },
];

/** The minutes that Azure's limits ask for so many calls, and which limit it is. */
export function floorOf(calls: Readonly<Record<string, number>>) {
  const waits = buckets.map(({ name, counts, capacity, perSecond }) => {
    const many = sumOf(calls, counts);
    return { name, many, minutes: Math.max(0, many - capacity) / perSecond / 60 };
  });
  return waits.reduce((slowest, one) => (one.minutes > slowest.minutes ? one : slowest));
}

/** The bench of many clusters to tag in one subscription. */
export async function benchThrottle(clusters: number) {
  const result = await tagAll(clusters);
  const { metered, minutes, calls, throttled } = result;
  const floor = floorOf(metered.azure);
  const wasted = (throttled / calls) * 100;
  const section: Section = {
    name: "throttle",
    title: `Tagging ${clusters} noncompliant clusters of one subscription under Azure's limits`,
    columns: ["clusters", "tagged", "minutes", "floor", "set by", "Azure calls", "429"],
    rows: [[clusters, result.tagged, minutes, floor.minutes, floor.name, calls, throttled]],
    goals: [
      atMost("minutes, times the floor", minutes / floor.minutes, 1.1),
      atMost("calls wasted on 429, percent", wasted, 2),
    ],
    notes: [
      "floor: the minutes that the slowest of Azure's token buckets needs for the calls that were made.",
      `Runs: ${short(runsOf(metered, /^activityTrigger findCluster$/))} looks, ${short(runsOf(metered, /^activityTrigger/))} activities. Minutes are Azure's, on the virtual clock.`,
    ],
  };
  return { section, result };
}

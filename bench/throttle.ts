import { generateEstate } from "./estate.ts";
import { tagNeeds } from "./need.ts";
import { atMost, type Section, short } from "./report.ts";
import { type BenchWorld, type Metered, runsOf, startBenchWorld, sumOf } from "./world.ts";

/** What tagging many clusters of one subscription under Azure's limits came to. */
export interface ThrottleResult {
  readonly clusters: number;
  readonly tagged: number;
  /** Minutes of Azure's time from the scan's first call to the last tag. */
  readonly minutes: number;
  /** Calls until nothing followed any more: each tag is an event, and each event another look. */
  readonly calls: number;
  readonly throttled: number;
  /** Looks, the second ones included. */
  readonly looks: number;
  readonly metered: Metered;
}

/** Tags that many noncompliant clusters of one subscription, all found by one scan, and comes to rest. */
export async function tagAll(clusters: number): Promise<ThrottleResult> {
  const world = await startBenchWorld({
    estate: generateEstate({ clusters, subscriptions: 1, violatingEvery: 1 }),
    policy: () => undefined,
    stage: "fix-all",
  });
  try {
    await comeToRest(world);
    const metered = await world.metered();
    return {
      ...{ clusters, metered, tagged: taggedIn(world) },
      minutes: (metered.lastChangeAt - metered.firstCallAt) / 60_000,
      calls: sumOf(metered.azure),
      throttled: sumOf(metered.refused),
      looks: looksOf(metered),
    };
  } finally {
    await world.stop();
  }
}

/** A look asks once what policies found inside its cluster. */
const looksOf = (metered: Metered): number => sumOf(metered.azure, /componentPolicyStates/);

const mostMinutes = 400;

/** Ends when no cluster was asked for in the last three minutes, after the first. */
async function comeToRest(world: BenchWorld): Promise<void> {
  let quiet = 0;
  for (let round = 0, before = 0; round < mostMinutes && quiet < 3; round += 1) {
    await world.pass(1);
    const asked = sumOf((await world.metered()).azure, /managedClusters/);
    quiet = asked > 0 && asked === before ? quiet + 1 : 0;
    before = asked;
  }
}

function taggedIn({ azure }: Pick<BenchWorld, "azure">): number {
  const clusters = azure.store.list("Microsoft.ContainerService/managedClusters");
  return clusters.filter((one) => JSON.stringify(Reflect.get(one, "tags")).includes("guardrail-"))
    .length;
}

/** Azure's limits that this work meets, by what they count (Azure documentation, "Request limits"). */
const buckets = [
  { name: "Resource Graph", counts: /ResourceGraph/, capacity: 15, perSecond: 3 },
  { name: "ARM reads", counts: /^GET|queryResults/, capacity: 250, perSecond: 25 },
  { name: "ARM writes", counts: /^(PUT|PATCH|DELETE)/, capacity: 200, perSecond: 10 },
  { name: "AKS tag writes", counts: /^PATCH .*tags/, capacity: 60, perSecond: 1 },
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

/** The minutes that Azure's limits ask for tagging so many clusters of one subscription. */
export const tagFloor = (clusters: number) =>
  floorOf(
    Object.fromEntries(Object.entries(tagNeeds).map(([what, many]) => [what, many * clusters])),
  );

/** The bench of many clusters to tag in one subscription. */
export async function benchThrottle(clusters: number) {
  const result = await tagAll(clusters);
  const { metered, minutes, calls, throttled, looks } = result;
  const floor = tagFloor(clusters);
  const wasted = (throttled / calls) * 100;
  const perLook = calls / looks;
  const section: Section = {
    name: "throttle",
    title: `Tagging ${clusters} noncompliant clusters of one subscription under Azure's limits`,
    columns: ["clusters", "tagged", "minutes", "floor", "set by", "looks", "calls a look", "429"],
    rows: [
      [clusters, result.tagged, minutes, floor.minutes, floor.name, looks, perLook, throttled],
    ],
    goals: [
      atMost("minutes, times the floor", minutes / floor.minutes, 1.1),
      atMost("calls wasted on 429, percent", wasted, 2),
    ],
    notes: [
      "floor: the minutes that the slowest of Azure's token buckets needs for the calls that a tag cannot do without; the minute from the scan to the first sweep is not in it.",
      `${short(calls)} calls, ${short(runsOf(metered, /^activityTrigger/))} activities, until nothing followed any more. Refused: ${JSON.stringify(metered.refused)}. Minutes are Azure's, on the virtual clock.`,
    ],
  };
  return { section, result };
}

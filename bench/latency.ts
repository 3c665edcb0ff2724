import { alertAbout } from "./alert.ts";
import { clusterId, generateEstate } from "./estate.ts";
import { type Section, short } from "./report.ts";
import { quantile } from "./timing.ts";
import { type BenchWorld, startBenchWorld } from "./world.ts";

/** When an event was accepted, what it led to was written, and its owner's mail was handed over. */
interface Moments {
  readonly accepted: Moment;
  readonly changed: Moment;
  readonly mailed: Moment;
}

/** By Azure's clock and by the machine's, in milliseconds. */
interface Moment {
  readonly virtual: number;
  readonly wall: number;
}

const none = {
  ...{ clusterWrite: 0, clusterCreate: 0, clusterPower: 0, tagWrite: 0, event: 0, mail: 0 },
  ...{ graph: 0 },
};

/** So many alerts are followed before the first scan looks at the other clusters, too. */
const beforeTheScan = 2;

/** Alerts about clusters whose add-on is off, in an Azure that answers at once. */
async function measureLatency(events: number): Promise<readonly Moments[]> {
  const moments: Moments[] = [];
  while (moments.length < events) {
    moments.push(...(await followSome(Math.min(beforeTheScan, events - moments.length))));
  }
  return moments;
}

async function followSome(events: number): Promise<readonly Moments[]> {
  const world = await startBenchWorld({
    estate: generateEstate({
      ...{ clusters: events, subscriptions: events, violatingEvery: 0, addonOn: false },
    }),
    policy: () => undefined,
    stage: "fix-all",
    delays: none,
  });
  try {
    const moments: Moments[] = [];
    for (let index = 0; index < events; index += 1) {
      moments.push(await follow(world, clusterId(index, events), index));
    }
    return moments;
  } finally {
    await world.stop();
  }
}

async function follow(world: BenchWorld, id: string, index: number): Promise<Moments> {
  const now = (): Moment => ({ virtual: world.clock.now(), wall: performance.now() });
  let changed: Moment | null = null;
  const unwatch = world.azure.store.watch(({ id: written }) => {
    if (written.toLowerCase() === id.toLowerCase()) changed ??= now();
  });
  const mailsBefore = world.azure.mailbox.mails.length;
  const accepted = now();
  await world.deliver("defenderEvents", [alertAbout(id, index, world.clock.now())]);
  let mailed: Moment | null = null;
  for (let minute = 0; minute < 20 && !(changed && mailed); minute += 1) {
    for (let second = 0; second < 60 && !(changed && mailed); second += 2) {
      await world.pass(2 / 60);
      if (world.azure.mailbox.mails.length > mailsBefore) mailed ??= now();
    }
  }
  unwatch();
  if (!changed || !mailed) throw new Error(`${id}: ${changed ? "no mail" : "no change"}`);
  return { accepted, changed, mailed };
}

/** The bench of latency. */
export async function benchLatency(events: number) {
  const moments = await measureLatency(events);
  const row = (name: string, from: keyof Moments, to: keyof Moments) => {
    const gaps = (clock: keyof Moment) =>
      moments.map((one) => (one[to][clock] - one[from][clock]) / 1000);
    const both = (clock: keyof Moment) => [quantile(gaps(clock), 0.5), quantile(gaps(clock), 0.95)];
    return [name, ...both("virtual"), ...both("wall")];
  };
  const section: Section = {
    name: "latency",
    title:
      "Latency: an urgent alert about a cluster whose add-on is off, in an Azure without delays",
    columns: ["from, to", "p50 s", "p95 s", "p50 s on this machine", "p95 s on this machine"],
    rows: [
      row("event accepted, change made", "accepted", "changed"),
      row("change made, mail handed over", "changed", "mailed"),
      row("event accepted, mail handed over", "accepted", "mailed"),
    ],
    goals: [],
    notes: [
      `${short(moments.length)} alerts, one after the other. Seconds are Azure's (virtual clock, read every 2 s);`,
      "those on this machine are what it computed for them. Mails that are not urgent wait for the owners' hours.",
    ],
  };
  return { section };
}

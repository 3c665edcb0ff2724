import { alertAbout } from "./alert.ts";
import { type Bill, billOf, type Prices, sumOfBills } from "./bill.ts";
import { clusterId, type EstateOptions, generateEstate } from "./estate.ts";
import { comeToRest } from "./rest.ts";
import { type BenchWorld, between, startBenchWorld } from "./world.ts";

/** What is put right. */
export type FixKind = "tag" | "add-on";

/** What fixes came to, from being found until their mail has left and nothing followed any more. */
export interface Fixes {
  readonly fixed: number;
  /** For one of them. */
  readonly each: Bill;
}

/** Longer than a look after the add-on came on waits, which is 45 minutes. */
const quietMinutes = 60;

/**
 * Fixes clusters of one subscription; charged is what an equal estate without anything wrong does not
 * cost in the same time: sweeps and the pages of the scan are the month's.
 */
export async function meterFixes(kind: FixKind, clusters: number, prices: Prices): Promise<Fixes> {
  const size = { clusters, subscriptions: 1 };
  const wrong = await inWorld(
    { ...size, violatingEvery: kind === "tag" ? 1 : 0, addonOn: kind === "tag" },
    prices,
    async (world) => {
      const begin = world.clock.now();
      const metered = await comeToRest(world, quietMinutes);
      const minutes = (world.clock.now() - begin) / 60_000;
      return { metered, minutes, fixed: fixedIn(world, kind) };
    },
  );
  const right = await inWorld({ ...size, violatingEvery: 0 }, prices, async (world) => {
    await world.pass(wrong.minutes);
    return await world.metered();
  });
  if (wrong.fixed !== clusters) throw new Error(`${wrong.fixed} of ${clusters} were put right`);
  if (wrong.metered.mails === 0) throw new Error("no owner was told");
  const each = sumOfBills([
    [billOf(wrong.metered, prices), 1 / clusters],
    [billOf(right, prices), -1 / clusters],
  ]);
  return { fixed: wrong.fixed, each };
}

/** An hour in which nothing happens, and an alert that is looked at and told, in an estate at rest. */
export async function meterRest(
  prices: Prices,
): Promise<{ readonly hour: Bill; readonly alert: Bill }> {
  const estate = { clusters: 1, subscriptions: 1, violatingEvery: 0 };
  return await inWorld(estate, prices, async (world) => {
    const atRest = await comeToRest(world, quietMinutes);
    await world.pass(60);
    const later = await world.metered();
    const hour = billOf(between(atRest, later), prices);
    const begin = world.clock.now();
    await world.deliver("defenderEvents", [alertAbout(clusterId(0, 1), 0, begin)]);
    const after = await comeToRest(world, quietMinutes);
    const hours = (world.clock.now() - begin) / 3_600_000;
    const alert = sumOfBills([
      [billOf(between(later, after), prices), 1],
      [hour, -hours],
    ]);
    return { hour, alert };
  });
}

async function inWorld<T>(
  estate: EstateOptions,
  { assumed }: Prices,
  meter: (world: BenchWorld) => Promise<T>,
): Promise<T> {
  const world = await startBenchWorld({
    ...{ estate: generateEstate(estate), policy: () => undefined, stage: "fix-all" },
    answersAfter: assumed.answersAfter,
  });
  try {
    return await meter(world);
  } finally {
    await world.stop();
  }
}

function fixedIn({ azure }: Pick<BenchWorld, "azure">, kind: FixKind): number {
  const shows = kind === "tag" ? /"guardrail-compliance"/ : /"azurepolicy":\{"enabled":true/;
  return azure.store
    .list("Microsoft.ContainerService/managedClusters")
    .filter((cluster) => shows.test(JSON.stringify(cluster))).length;
}

import type { Protectable } from "../azure/ports.ts";
import type { Estimate } from "../domain/case.ts";
import type { NodePool } from "../domain/cluster.ts";
import type { Prices } from "../domain/policy.ts";

/** Families whose first number is the vCores, such as `Standard_D8s_v5` or `Standard_E8-4s_v5`. */
const sizePattern = /^(?:standard_|basic_)?[a-z]{1,6}(\d{1,4})(?:-(\d{1,4}))?[a-z]*(?:_|$)/i;

/**
 * vCores of old sizes, whose number only counts up, such as `Standard_DS3_v2`. Source: Microsoft Learn,
 * sizes of virtual machines, previous generations.
 */
const oldSizes: Readonly<Record<string, readonly number[]>> = {
  a: [1, 1, 2, 4, 8, 2, 4, 8, 8, 16, 8, 16],
  d: [0, 1, 2, 4, 8, 16, 0, 0, 0, 0, 0, 2, 4, 8, 16, 20],
  g: [0, 2, 4, 8, 16, 32],
};
const oldPattern = /^(?:standard_|basic_)?(?:(?:(a)|(g)s?)(\d+)|(d)s?(\d+)(?:_v2)?)(?:_promo)?$/i;

/**
 * vCores of a VM size by its name: the number after the letters, or the one after the hyphen where
 * the size is constrained (`E8-4s` has 4); of old sizes as documented. Null when the name does not say.
 */
export function vCoresOf(vmSize: string): number | null {
  const [, a, g, aOrG, d, ofD] = oldPattern.exec(vmSize.trim()) ?? [];
  const old = oldSizes[(a ?? g ?? d ?? "").toLowerCase()];
  if (old) return old[Number(aOrG ?? ofD)] || null;
  const [, full, constrained] = sizePattern.exec(vmSize.trim()) ?? [];
  const vCores = Number(constrained ?? full ?? 0);
  return vCores > 0 ? vCores : null;
}

/** What the Containers plan would cost a month: vCores of all pools of running clusters. */
export function estimateContainers(protectable: Protectable, prices: Prices): Estimate {
  const running = protectable.clusters.filter((cluster) => cluster.running);
  const counted = running.map(({ name, pools }) => ({ name, vCores: vCoresIn(pools) }));
  const dark = counted.filter(({ vCores }) => vCores === null).map(({ name }) => name);
  const total = counted.reduce((sum, { vCores }) => sum + (vCores ?? 0), 0);
  const each = counted.map(({ name, vCores }) => `${name} ${vCores ?? "?"}`);
  const named = each.length > 0 ? ` (${shortened(each)})` : "";
  const unknown =
    dark.length > 0
      ? `the vCores of ${shortened(dark)} cannot be told from its VM sizes`
      : protectable.arcClusters > 0
        ? `the vCores of ${protectable.arcClusters} Arc clusters are not known`
        : null;
  const scans =
    prices.imageScan === null ? "; image scans beyond those included are not priced" : "";
  return {
    ...frame("Containers", prices),
    perMonth: unknown === null ? rounded(total * prices.containersPerVCore) : null,
    basis: `${total} vCores${named} x ${prices.containersPerVCore}${scans}`,
    unknown,
  };
}

/** What Defender for Servers would cost a month: it protects every machine of the subscription. */
export function estimateServers(
  protectable: Protectable,
  prices: Prices,
  subPlan: "P1" | "P2",
): Estimate {
  const price = subPlan === "P2" ? prices.serversP2 : prices.serversP1;
  return {
    ...frame("VirtualMachines", prices),
    perMonth: rounded(protectable.servers * price),
    basis: `${protectable.servers} machines of the whole subscription x ${price} (${subPlan})`,
    unknown: null,
  };
}

/** What a plan that the policy gives no price for would cost: not known. */
export const estimateUnpriced = (plan: string, prices: Prices): Estimate => ({
  ...frame(plan, prices),
  perMonth: null,
  basis: "",
  unknown: `the policy gives no price for the plan ${plan}`,
});

const frame = (plan: string, { currency, asOf }: Prices) => ({ plan, currency, asOf });

function vCoresIn(pools: readonly NodePool[]): number | null {
  return pools.reduce<number | null>((sum, { vmSize, count }) => {
    const vCores = count === 0 ? 0 : vCoresOf(vmSize);
    return sum === null || vCores === null ? null : sum + vCores * count;
  }, 0);
}

const rounded = (amount: number): number => Math.round(amount * 100) / 100;

const mostNamed = 8;

function shortened(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

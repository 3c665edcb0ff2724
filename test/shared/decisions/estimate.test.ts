import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  estimateContainers,
  estimateServers,
  estimateUnpriced,
  vCoresOf,
} from "../../../shared/decisions/estimate.ts";
import { aPolicy, aProtectable } from "../../support/builders.ts";

const { prices } = aPolicy();
const cluster = (name: string, vmSize: string, count: number, running = true) => ({
  id: name,
  name,
  running,
  pools: [{ name: "p", vmSize, count }],
});

describe("vCoresOf", () => {
  it.each([
    ["Standard_D4s_v5", 4],
    ["Standard_DS2_v2", 2],
    ["Standard_D16ads_v5", 16],
    ["Standard_E8-4s_v5", 4],
    ["Standard_M128-32ms", 32],
    ["Standard_B2ms", 2],
    ["standard_nc24ads_a100_v4", 24],
    ["Standard_F72s_v2", 72],
    ["Standard_A2_v2", 2],
    ["Standard_DC4as_cc_v5", 4],
    ["Standard_DS3_v2", 4],
    ["Standard_DS4_v2", 8],
    ["Standard_D5_v2", 16],
    ["Standard_D13_v2", 8],
    ["Standard_D15_v2", 20],
    ["Standard_DS12", 4],
    ["Standard_D2_v2_Promo", 2],
    ["Standard_DS13-2_v2", 2],
    ["Standard_D4_v3", 4],
    ["Standard_D4_v5", 4],
    ["Basic_A3", 4],
    ["Standard_A7", 8],
    ["Standard_A8m_v2", 8],
    ["Standard_G5", 32],
    ["Standard_GS4-8", 8],
    ["Standard_D7_v2", null],
    ["Standard_G9", null],
    ["Custom", null],
    ["", null],
    ["Standard_D0_v5", null],
  ])("%s has %s", (size, vCores) => {
    expect(vCoresOf(size)).toBe(vCores);
  });

  it("is a positive whole number or not known, whatever the name", () => {
    fc.assert(
      fc.property(fc.string(), (size) => {
        const vCores = vCoresOf(size);
        expect(vCores === null || (Number.isInteger(vCores) && vCores > 0)).toBe(true);
      }),
    );
  });
});

describe("the plan for containers", () => {
  it("costs the vCores of all pools of running clusters", () => {
    const clusters = [
      cluster("prod", "Standard_D4s_v5", 3),
      cluster("test", "Standard_D8s_v5", 1),
      cluster("idle", "Standard_D64s_v5", 9, false),
    ];
    expect(estimateContainers(aProtectable({ clusters }), prices)).toMatchObject({
      perMonth: 140,
      currency: "USD",
      asOf: "2026-10-01",
      basis: expect.stringContaining("20 vCores (prod 12, test 8) x 7"),
      unknown: null,
    });
  });

  it("is not known when the size of a running pool is not, and says which", () => {
    const clusters = [cluster("prod", "Standard_D4s_v5", 3), cluster("odd", "Custom", 1)];
    const estimate = estimateContainers(aProtectable({ clusters }), prices);
    expect(estimate.perMonth).toBeNull();
    expect(estimate.unknown).toContain("odd");
    expect(estimateContainers(aProtectable({ arcClusters: 1 }), prices).perMonth).toBeNull();
    const empty = [cluster("scaled-down", "Custom", 0), cluster("off", "Custom", 4, false)];
    expect(estimateContainers(aProtectable({ clusters: empty }), prices).perMonth).toBe(0);
  });
});

it("the plan for machines counts every machine, at the price of the sub-plan", () => {
  const protectable = aProtectable({ servers: 12 });
  expect(estimateServers(protectable, prices, "P1").perMonth).toBe(60);
  expect(estimateServers(protectable, prices, "P2").perMonth).toBe(180);
});

it("a plan without a price has no known cost", () => {
  expect(estimateUnpriced("KeyVaults", prices)).toMatchObject({ perMonth: null });
});

import type { FaultRule } from "../azure/estate-entry.ts";
import { randomOf } from "../azure/random.ts";
import type { OperationSeen } from "../azure/tally.ts";
import { type FaultScenario, faults, kindOf, matchOf } from "./fault-list.ts";
import { undisturbed } from "./world.ts";

/** How often a storm hits a request. */
const gust = 0.15;

/**
 * Runs in which every operation misbehaves now and then, each in some of the ways that can hit it, by
 * chance and the same for the same seed. What is somebody's will (no right, no resource, a lock, a
 * policy) does not come and go by chance and stays out. In every other one the mail service drops no
 * repeats.
 */
export function stormScenarios(
  operations: readonly OperationSeen[],
  count: number,
): readonly FaultScenario[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `storm:${index + 1}`,
    operation: "all operations",
    fault: "storm",
    when: "every" as const,
    trial: {
      ...undisturbed,
      azure: storm(operations, index + 1),
      mailDeduplicates: index % 2 === 0,
    },
    foreignTag: null,
  }));
}

const busy = { status: 503 };

function storm(operations: readonly OperationSeen[], seed: number): readonly FaultRule[] {
  const random = randomOf(seed);
  return operations.flatMap((operation, place) => {
    const fitting = faults.filter(
      ({ name, hits }) => passing.has(name) && hits.includes(kindOf(operation)),
    );
    return Array.from({ length: 2 }, (_, rule) => ({
      match: matchOf(operation),
      fault: fitting[Math.floor(random() * fitting.length)]?.fault ?? busy,
      when: { probability: gust, seed: seed * 1000 + place * 2 + rule },
    }));
  });
}

/** Faults that pass by themselves. */
const passing = new Set(
  ["429-seconds", "429-date", "429-bare", "500", "502", "503", "slow", "reset-before"].concat(
    ["no-answer", "no-answer-after"],
    ["malformed-json", "html", "truncated", "reset-after", "500-after", "busy", "conflict", "412"],
    ["fails", "canceled", "preempted"],
  ),
);

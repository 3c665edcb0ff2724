import type { Passes } from "../host/faults.ts";
import type { ProofScenario } from "./run-all.ts";
import { undisturbed } from "./world.ts";

/** A run whose host is killed, or whose platform misbehaves. */
export interface CrashScenario extends ProofScenario {
  /** The activity or orchestrator. */
  readonly name: string;
  readonly point: string;
}

const late = 60_000;

/** The mail service does not help: a repeat would be a second mail. */
const alone = { ...undisturbed, mailDeduplicates: false };

/** Misbehaviour of the platform over a whole run. */
const wholeRuns = {
  "activities-twice": { activitiesTwice: true },
  "late-10-seconds": { lateFirstActivity: 10_000 },
  "late-1-minute": { lateFirstActivity: 60_000 },
  "late-10-minutes": { lateFirstActivity: 600_000 },
  "hub-batches-twice": { duplicateHubBatches: true },
  "early-timers": { earlyTimers: true },
  everything: {
    activitiesTwice: true,
    lateFirstActivity: late,
    duplicateHubBatches: true,
    earlyTimers: true,
  },
};

/**
 * Every point at which a recorded run can be killed: before and after each effect of an activity, after
 * each write of those that make several, and before and after each commit of the engine; the first and
 * last effect of each activity also with late landings, and each of those that run other activities.
 */
export function crashScenarios(passes: readonly Passes[]): readonly CrashScenario[] {
  const points = passes
    .filter((passed) => passed.point !== "after-write" || writesSeveral(passed, passes))
    .toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
  return [
    ...Object.entries(wholeRuns).map(([name, host]) => ({
      id: name,
      name,
      point: "whole run",
      trial: { ...alone, host },
    })),
    ...points.flatMap((passed) =>
      Array.from({ length: passed.count }, (_, at) => kill(passed, at)),
    ),
    ...points
      .filter(({ point }) => point === "after-activity-effect")
      .flatMap((passed) => landingLate(passed).map((at) => killThenLate(passed, at))),
  ];
}

/** Landing late is the same whenever it happens, but for activities that are not the same each time. */
function landingLate({ name, count }: Passes): readonly number[] {
  const isSeveral = ["inOrder", "together"].includes(name);
  return isSeveral ? Array.from({ length: count }, (_, at) => at) : [...new Set([0, count - 1])];
}

/** An activity that writes once has ended with its write. */
const writesSeveral = ({ name, count }: Passes, passes: readonly Passes[]): boolean =>
  passes.some(
    (one) => one.name === name && one.point === "after-activity-effect" && one.count < count,
  );

const keyOf = ({ point, name }: Passes): string => `${name} ${point}`;

function kill({ point, name }: Passes, at: number): CrashScenario {
  const index = at + 1;
  const trial = { ...alone, host: { killAt: { point, name, index } } };
  return { id: `${name}:${point}:${index}`, name, point, trial };
}

/** Killed after the effect; from then on each activity lands once more, late. */
function killThenLate({ point, name }: Passes, at: number): CrashScenario {
  const index = at + 1;
  const trial = {
    ...alone,
    host: { killAt: { point, name, index }, lateFirstActivity: late },
  };
  return { id: `${name}:${point}-late:${index}`, name, point: `${point}-late`, trial };
}

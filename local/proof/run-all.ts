import { createHostProcess, type HostProcess } from "../host/harness.ts";
import { compare, type Verdict, type Yardstick } from "./compare.ts";
import { allHit, outsideOf } from "./outside.ts";
import { type Recording, record } from "./recording.ts";
import { restOf } from "./rest.ts";
import type { Storages } from "./storage.ts";
import type { Trial } from "./world.ts";

/** A run with something that befalls it. */
export interface ProofScenario {
  readonly id: string;
  readonly trial: Trial;
  /** The tag of someone else that must be there at the end. */
  readonly foreignTag?: string | null;
}

/** What became of a scenario. */
export interface Tried<S extends ProofScenario> {
  readonly scenario: S;
  readonly verdict: Verdict;
}

/** Where scenarios run. */
export interface Ground {
  readonly yardstick: Yardstick;
  /** Folder of the app. */
  readonly app: string;
  readonly storages: Storages;
}

/** Runs scenarios, a few at the same time, and tells each as soon as it is judged. */
export async function runAll<S extends ProofScenario>(
  ground: Ground,
  scenarios: readonly S[],
  { width, told }: { readonly width: number; told(tried: Tried<S>): void },
): Promise<readonly Tried<S>[]> {
  const results: Tried<S>[] = [];
  const queue = [...scenarios];
  const work = async (): Promise<void> => {
    const hosts = createHostProcess();
    for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
      const first = await judge(ground, scenario, hosts);
      // Runs share turns by chance: a point that did not come may come the next time.
      const verdict = first.kind === "unreached" ? await judge(ground, scenario, hosts) : first;
      const tried = { scenario, verdict };
      results.push(tried);
      told(tried);
    }
    await hosts.end();
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

async function judge(
  ground: Ground,
  scenario: ProofScenario,
  hosts: HostProcess,
): Promise<Verdict> {
  const { yardstick, app, storages } = ground;
  const place = { example: yardstick.example, app, storage: await storages.next(), hosts };
  let actual: Recording;
  try {
    actual = await record(place, scenario.trial);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "failed", problems: [`the run did not end: ${why}`], notes: [] };
  }
  return verdictOf(yardstick, actual, scenario);
}

/** Holds a recorded run of a scenario against the undisturbed one. */
export function verdictOf(
  yardstick: Yardstick,
  actual: Recording,
  { trial, foreignTag }: ProofScenario,
): Verdict {
  const outside = outsideOf(trial, foreignTag ?? null);
  const verdict = compare(yardstick, actual, outside);
  const { problems } = restOf(yardstick.example, actual, outside.disturbance);
  const all = [...verdict.problems, ...problems];
  if (all.length > 0) return { ...verdict, kind: "failed", problems: all };
  const killed = trial.host.killAt === undefined || actual.kills > 0;
  return killed && allHit(trial, actual.operations) ? verdict : { ...verdict, kind: "unreached" };
}

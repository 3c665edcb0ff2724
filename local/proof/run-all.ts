import { compare, type Outside, type Verdict, type Yardstick } from "./compare.ts";
import { type Recording, record } from "./recording.ts";
import { restOf } from "./rest.ts";
import type { Storages } from "./storage.ts";
import type { Trial } from "./world.ts";

/** A run with something that befalls it. */
export interface ProofScenario extends Partial<Outside> {
  readonly id: string;
  readonly trial: Trial;
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
    for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
      const tried = { scenario, verdict: await judge(ground, scenario) };
      results.push(tried);
      told(tried);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

async function judge(ground: Ground, scenario: ProofScenario): Promise<Verdict> {
  const { yardstick, app, storages } = ground;
  const place = { example: yardstick.example, app, storage: await storages.next() };
  let actual: Recording;
  try {
    actual = await record(place, scenario.trial);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "failed", problems: [`the run did not end: ${why}`], notes: [] };
  }
  const verdict = compare(yardstick, actual, {
    foreignTag: scenario.foreignTag ?? null,
    stopAfter: scenario.trial.stopAfter,
    denied: scenario.denied ?? false,
  });
  const { problems } = restOf(yardstick.example, actual, { faulty: true });
  const all = [...verdict.problems, ...problems];
  if (all.length > 0) return { ...verdict, kind: "failed", problems: all };
  const unreached = scenario.trial.host.killAt !== undefined && actual.kills === 0;
  return unreached ? { ...verdict, kind: "unreached" } : verdict;
}

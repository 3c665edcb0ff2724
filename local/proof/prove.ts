import { brokenApp, wholeApp } from "./app.ts";
import type { Verdict } from "./compare.ts";
import { readExample } from "./example.ts";
import { chosen, type ProofOptions } from "./options.ts";
import { type Recording, record } from "./recording.ts";
import { restOf } from "./rest.ts";
import { type Ground, type ProofScenario, runAll, type Tried } from "./run-all.ts";
import { createStorages } from "./storage.ts";
import { restText, totals } from "./table.ts";
import { undisturbed } from "./world.ts";
import { yardstickOf } from "./yardstick.ts";

/** A proof: which scenarios there are, and how they are shown. */
export interface Proof<S extends ProofScenario> {
  /** Every scenario, computed from an undisturbed run. */
  scenarios(expected: Recording): readonly S[];
  show(tried: readonly Tried<S>[]): string;
}

/** A proof that misses more of its points than this share proves nothing. */
const mostUnreached = 0.05;

/** Runs a proof and prints it; true when nothing failed, or when something did without a protection. */
export async function prove<S extends ProofScenario>(
  proof: Proof<S>,
  options: ProofOptions,
): Promise<boolean> {
  const example = await readExample();
  const storages = createStorages();
  const app = await wholeApp();
  const broken = options.break === null ? null : await brokenApp(options.break);
  try {
    const expected = await record(
      { example, app: app.folder, storage: await storages.next() },
      undisturbed,
    );
    const all = proof.scenarios(expected);
    if (options.list) {
      for (const { id } of all) console.log(id);
      return true;
    }
    const yardstick = await yardstickOf(example, expected);
    const rest = restOf(example, expected, "none");
    console.log(restText(rest));
    const ground = { yardstick, app: (broken ?? app).folder, storages };
    const tried = await tryAll(ground, chosen(all, options), options);
    console.log(`\n${proof.show(tried)}\n`);
    const unreached = tried.filter(({ verdict }) => verdict.kind === "unreached").length;
    if (unreached > 0) console.log(`${unreached} points did not come: runs share turns by chance`);
    const proven = isProven(tried, { isBroken: broken !== null, problems: rest.problems });
    if (broken && !proven) console.log(`Nothing shows that ${options.break} is missing.`);
    console.log(totals(tried));
    return proven;
  } finally {
    await storages.stop();
    app.clean();
    broken?.clean();
  }
}

/**
 * Whether the scenarios prove the app: none failed, nearly all points came, and the undisturbed run had
 * no problems; of an app without one of its protections, that some failed.
 */
export function isProven(
  tried: readonly Tried<ProofScenario>[],
  of: { readonly isBroken: boolean; readonly problems: readonly string[] },
): boolean {
  const count = (kind: Verdict["kind"]) =>
    tried.filter(({ verdict }) => verdict.kind === kind).length;
  if (of.isBroken) return count("failed") > 0;
  const came = count("unreached") <= mostUnreached * tried.length;
  return of.problems.length === 0 && count("failed") === 0 && came;
}

/** Tells failures at once, and now and then how far it has come. */
async function tryAll<S extends ProofScenario>(
  ground: Ground,
  scenarios: readonly S[],
  options: ProofOptions,
): Promise<readonly Tried<S>[]> {
  const started = performance.now();
  let done = 0;
  return runAll(ground, scenarios, {
    width: options.width,
    told({ scenario, verdict }) {
      done += 1;
      const one = options.only !== null;
      if (verdict.kind === "failed" || one) console.log(`${verdict.kind}  ${scenario.id}`);
      for (const problem of verdict.problems) console.log(`    ${problem}`);
      for (const note of one ? verdict.notes : []) console.log(`    (${note})`);
      if (done % 25 !== 0) return;
      const minutes = ((performance.now() - started) / 60_000).toFixed(1);
      console.log(`... ${done} of ${scenarios.length} after ${minutes} minutes`);
    },
  });
}

/** Runs a proof as a command: exit code 1 when something failed. */
export async function proveAsCommand<S extends ProofScenario>(
  proof: Proof<S>,
  read: () => ProofOptions,
): Promise<void> {
  try {
    process.exitCode = (await prove(proof, read())) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

import { rmSync } from "node:fs";
import { mistakesOf } from "./compile.ts";
import { allMutants } from "./invariants.ts";
import { endsOf } from "./named-tests.ts";
import { copyOfSources, textOf, whilePatched } from "./source-tree.ts";

type Mutants = typeof allMutants;

/** Two at a time: each runs a test of its own, and a laptop has some cores. */
const atOnce = 2;

/** Mutants whose invariant or file contains a word given on the command line; without one, all. */
const wanted = (words: readonly string[]): Mutants =>
  allMutants.filter(
    ({ invariant, file }) =>
      words.length === 0 || words.some((word) => `${invariant} ${file}`.includes(word)),
  );

/** Tries every mutant; answers how many were caught. Throws where one can prove nothing. */
async function tryAll(mutants: Mutants, folders: readonly string[]): Promise<number> {
  const [first = ""] = folders;
  const mistakes = await mistakesOf(first, mutants);
  if (mistakes.size > 0) throw new Error(`does not compile:\n${[...mistakes.values()].join("\n")}`);
  const tests = mutants.map(({ test }) => test);
  const endOf = await endsOf(first, tests);
  const red = tests.filter((test) => endOf(test) !== "passed");
  const list = red.map((test) => `${test.file}: ${test.name}: ${endOf(test)}`);
  if (red.length > 0) throw new Error(`without a mutant these must pass:\n${list.join("\n")}`);

  const waiting = [...mutants];
  let caught = 0;
  const work = async (folder: string): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const { invariant, file, find, test } = mutant;
      const ends = await whilePatched(folder, mutant, () => endsOf(folder, [test]));
      const isCaught = ends(test) === "failed";
      if (isCaught) caught += 1;
      const what = isCaught ? "caught " : `MISSED (${ends(test)})`;
      process.stdout.write(`${what} ${invariant}: ${file}: ${find.trim().split("\n")[0]}\n`);
    }
  };
  await Promise.all(folders.map(work));
  return caught;
}

async function main(): Promise<void> {
  const mutants = wanted(process.argv.slice(2));
  for (const mutant of mutants) textOf(".", mutant);
  const folders = Array.from({ length: atOnce }, copyOfSources);
  try {
    const caught = await tryAll(mutants, folders);
    process.stdout.write(`${mutants.length} mutants, ${caught} caught\n`);
    process.exitCode = caught === mutants.length && caught > 0 ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((fault: unknown) => {
  process.stderr.write(`mutants: ${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
});

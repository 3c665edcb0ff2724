import { rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runNode } from "./child.ts";
import type { Mutant } from "./mutant.ts";
import { textOf } from "./source-tree.ts";

/**
 * Compiles all mutants in one program: each stands beside its original under another name, and must
 * offer what the original offers. Answers what the compiler says of each that it does not take.
 */
export async function mistakesOf(
  folder: string,
  mutants: readonly Mutant[],
): Promise<ReadonlyMap<Mutant, string>> {
  const written = mutants.map((mutant, place) => writeBeside(folder, mutant, place));
  const config = join(folder, "tsconfig.mutants.json");
  writeFileSync(
    config,
    JSON.stringify({ extends: "./tsconfig.json", include: written.flatMap(({ files }) => files) }),
  );
  const { output } = await runNode(folder, ["node_modules/typescript/bin/tsc", "-p", config]);
  for (const { files } of written) for (const file of files) rmSync(join(folder, file));
  const lines = output.split("\n").filter((line) => /error TS\d+/.test(line));
  const unknown = lines.filter((line) => !written.some(({ stem }) => line.includes(stem)));
  if (unknown.length > 0) throw new Error(unknown.join("\n"));
  return new Map(
    written.flatMap(({ mutant, stem }) => {
      const own = lines.filter((line) => line.includes(stem));
      return own.length > 0 ? [[mutant, own.join("\n")] as const] : [];
    }),
  );
}

function writeBeside(folder: string, mutant: Mutant, place: number) {
  const original = basename(mutant.file);
  const stem = `${original.replace(/\.ts$/, "")}.mutant-${place}.`;
  const file = join(dirname(mutant.file), `${stem}ts`);
  const check = join(dirname(mutant.file), `${stem}check.ts`);
  writeFileSync(join(folder, file), textOf(folder, mutant));
  writeFileSync(
    join(folder, check),
    `import * as mutant from "./${stem}ts";\nmutant satisfies typeof import("./${original}");\n`,
  );
  return { mutant, stem, files: [file, check] };
}

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { runNode } from "./child.ts";
import type { Mutant } from "./mutant.ts";

type Named = Mutant["test"];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** How a named test ended; `absent` when it did not come to run at all. */
export type TestEnd = "passed" | "failed" | "absent";

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Runs named tests, and no others, in a copy of the sources; answers how each ended. */
export async function endsOf(
  folder: string,
  tests: readonly Named[],
): Promise<(test: Named) => TestEnd> {
  const report = join(folder, "mutants-report.json");
  rmSync(report, { force: true });
  const files = [...new Set(tests.map(({ file }) => file))];
  const names = [...new Set(tests.map(({ name }) => escaped(name)))];
  await runNode(folder, [
    "node_modules/vitest/vitest.mjs",
    "run",
    ...files,
    "--testNamePattern",
    names.join("|"),
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  const results = existsSync(report)
    ? Report.parse(JSON.parse(readFileSync(report, "utf8"))).testResults
    : [];
  return ({ file, name }) => {
    const ended = results
      .filter((result) => result.name.endsWith(`/${file}`))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.includes(name))
      .map(({ status }) => status);
    if (ended.includes("failed")) return "failed";
    return ended.includes("passed") ? "passed" : "absent";
  };
}

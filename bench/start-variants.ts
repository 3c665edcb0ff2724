import { globSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { buildApp } from "../local/build.ts";

const root = resolve(import.meta.dirname, "..");

/** Entry files whose start is compared; each in a folder of its own. */
export interface StartVariants {
  /** An empty file: Node alone. */
  readonly nothing: string;
  /** What is deployed. */
  readonly app: string;
  /** Nothing but what every such app needs. */
  readonly floor: string;
  /** The same source file by file, with its libraries left in node_modules. */
  readonly unbundled: string;
  /** The same as one file, with nothing left for later. */
  readonly whole: string;
}

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  external: ["@azure/functions-core"],
  define: { APP_VERSION: '"0.0.0"' },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
};

/** A function of each kind that the libraries offer and this app uses. */
const floorSource = `
import { app } from "@azure/functions";
import { app as durable, input } from "durable-functions";
app.timer("sweep", { schedule: "0 * * * * *", extraInputs: [input.durableClient()], handler() {} });
durable.orchestration("run", function* () {});
durable.activity("look", { handler() {} });
`;

/** Builds them below `folder`, which must lie where node_modules is found. */
export async function buildVariants(folder: string): Promise<StartVariants> {
  await rm(folder, { recursive: true, force: true });
  const file = (name: string): string => join(folder, name, "index.cjs");
  const source = { entryPoints: ["functions/index.ts"] };
  const stdin = { contents: floorSource, resolveDir: root };
  await Promise.all([
    buildApp(join(folder, "app")),
    build({ ...options, stdin, outfile: file("floor") }),
    buildUnbundled(join(folder, "unbundled")),
    build({ ...options, ...source, outfile: file("whole") }),
  ]);
  for (const name of ["unbundled/functions", "whole"]) {
    await copyFile(join(root, "guardrail.json"), join(folder, name, "guardrail.json"));
  }
  await mkdir(join(folder, "nothing"), { recursive: true });
  await writeFile(file("nothing"), "");
  return {
    nothing: file("nothing"),
    app: file("app"),
    floor: file("floor"),
    unbundled: join(folder, "unbundled/functions/index.js"),
    whole: file("whole"),
  };
}

/** What a compiler alone makes of the source: a file for each of its files. */
async function buildUnbundled(folder: string): Promise<void> {
  const { bundle: _bundle, external: _external, ...each } = options;
  const entryPoints = globSync("{functions,shared}/**/*.ts", { cwd: root });
  const { outputFiles } = await build({
    ...{ ...each, entryPoints, outdir: folder, outbase: root, write: false },
  });
  for (const { path, text } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.replaceAll('.ts")', '.js")'));
  }
  await writeFile(join(folder, "package.json"), '{"type":"commonjs"}');
}

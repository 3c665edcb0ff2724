import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  // The host supplies this module by itself; a second copy would register nothing.
  external: ["@azure/functions-core"],
  legalComments: "none",
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  logLevel: "warning",
};

/**
 * Builds the folder that is deployed, run by the embedded host and measured: one CommonJS bundle,
 * host.json with the version of the orchestrators, the policy and a package.json that needs nothing.
 */
export async function buildApp(folder: string): Promise<void> {
  const { name, version } = JSON.parse(await read("package.json")) as Package;
  await mkdir(folder, { recursive: true });
  await build({
    ...options,
    entryPoints: ["functions/index.ts"],
    outfile: join(folder, "index.cjs"),
    define: { APP_VERSION: JSON.stringify(version) },
  });
  const host = withVersion(JSON.parse(await read("host.json")), await orchestratorsVersion());
  await write(folder, "host.json", json(host));
  await write(folder, "package.json", json({ name, version, main: "index.cjs" }));
  await write(folder, "guardrail.json", await read("guardrail.json"));
}

/**
 * 12 hex digits that change with anything an orchestrator can run: a run that began under other code
 * must not be replayed over this one.
 */
export async function orchestratorsVersion(): Promise<string> {
  const bundled = await build({
    ...options,
    entryPoints: ["functions/orchestrators/index.ts"],
    write: false,
    outdir: "unused",
    packages: "external",
  });
  const text = bundled.outputFiles.map((file) => file.text).join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

interface Package {
  readonly name: string;
  readonly version: string;
}

interface HostJson {
  readonly extensions: { readonly durableTask: object };
}

/** A run of another version fails at its next step and the sweep starts it anew: all three keys. */
function withVersion(host: HostJson, defaultVersion: string): object {
  const durableTask = {
    ...host.extensions.durableTask,
    defaultVersion,
    versionMatchStrategy: "Strict",
    versionFailureStrategy: "Fail",
  };
  return { ...host, extensions: { ...host.extensions, durableTask } };
}

const read = (file: string): Promise<string> => readFile(join(root, file), "utf8");
const write = (folder: string, file: string, text: string): Promise<void> =>
  writeFile(join(folder, file), text);
const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  await buildApp(join(root, "dist", "app"));
}

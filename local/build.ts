import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin, transform } from "esbuild";

const root = resolve(import.meta.dirname, "..");

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node22",
  // Only ES modules can be split, and shared between what is split.
  mainFields: ["module", "main"],
  // The host supplies this module by itself; a second copy would register nothing.
  external: ["@azure/functions-core"],
  legalComments: "none",
  logLevel: "warning",
};

/**
 * Builds the folder that is deployed, run by the embedded host and measured: a CommonJS bundle,
 * host.json with the version of the orchestrators, the policy and a package.json that needs nothing.
 */
export async function buildApp(folder: string): Promise<void> {
  const { name, version } = JSON.parse(await read("package.json")) as Package;
  await writeBundle(folder, await bundle(folder, { APP_VERSION: JSON.stringify(version) }));
  const host = withVersion(JSON.parse(await read("host.json")), await orchestratorsVersion());
  await write(folder, "host.json", json(host));
  await write(folder, "package.json", json({ name, version, main: "index.cjs" }));
  await write(folder, "guardrail.json", await read("guardrail.json"));
}

interface Code {
  readonly path: string;
  readonly code: string;
}

const later = "later";

/**
 * The entry, and what it imports only when needed as files of their own: Node would read and compile
 * all of them at each start. esbuild splits ES modules alone, which the host's worker does not see
 * register anything, so each file becomes CommonJS afterwards.
 */
async function bundle(folder: string, define: Record<string, string>): Promise<readonly Code[]> {
  const split = await build({
    ...options,
    entryPoints: { index: "functions/index.ts" },
    define,
    plugins: [requiredLate],
    format: "esm",
    splitting: true,
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    chunkNames: `${later}/[name]-[hash]`,
    write: false,
  });
  return Promise.all(split.outputFiles.map(asCommonJs));
}

/**
 * What durable-functions requires for its HTTP client and long timers takes as long to start as the
 * rest of it, and no registration needs it: it runs when a member is first asked for.
 */
const requiredLate: Plugin = {
  name: "required-late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(axios|moment|validator)$/ }, ({ path, importer, resolveDir }) =>
      /[\\/]durable-functions[\\/]/.test(importer)
        ? { path, namespace: "late", pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "late" }, ({ path, pluginData }) => ({
      resolveDir: pluginData,
      contents: `
        const late = () => require("${path}");
        module.exports = new Proxy(() => undefined, {
          get: (_, name) => late()[name],
          apply: (_, self, input) => Reflect.apply(late(), self, input),
        });`,
    }));
  },
};

async function asCommonJs({ path, text }: OutputFile): Promise<Code> {
  const { code } = await transform(text, {
    platform: "node",
    target: "node22",
    format: "cjs",
    supported: { "dynamic-import": false },
    legalComments: "none",
    minifyWhitespace: true,
    minifySyntax: true,
  });
  return { path, code };
}

/** Files of an earlier build go last: whoever runs it has loaded them, or starts anew. */
async function writeBundle(folder: string, files: readonly Code[]): Promise<void> {
  await mkdir(join(folder, later), { recursive: true });
  await Promise.all(files.map(({ path, code }) => writeFile(path, code)));
  const kept = new Set(files.map(({ path }) => path));
  const found = await readdir(join(folder, later));
  const old = found.map((name) => join(folder, later, name)).filter((path) => !kept.has(path));
  await Promise.all(old.map((path) => rm(path)));
}

/**
 * 12 hex digits that change with anything an orchestrator can run, the library that replays it among
 * it: a run that began under other code must not be replayed over this one.
 */
export async function orchestratorsVersion(readText: typeof read = read): Promise<string> {
  const library = JSON.parse(await readText(`node_modules/${replaying}/package.json`)) as Package;
  const orchestrators = await build({
    ...options,
    format: "cjs",
    minifyWhitespace: true,
    entryPoints: ["functions/orchestrators/index.ts"],
    write: false,
    outdir: "unused",
    packages: "external",
  });
  const code = orchestrators.outputFiles.map((file) => file.text);
  const text = [`${library.name} ${library.version}`, ...code].join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

const replaying = "durable-functions";

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

import { flushCompileCache } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readLocalSettings } from "./app-loader.ts";
import type { CoreLog } from "./core-shim.ts";
import { HostStartError } from "./errors.ts";
import { type Host, startHostHere } from "./host.ts";

/** What the process tells its parent, if it has one. */
export type HostMessage =
  | { readonly kind: "ready"; readonly url: string; readonly keys: Host["keys"] }
  | { readonly kind: "failed"; readonly message: string };

const usage =
  "node local/host/main.ts --app DIR --data DIR [--port N] [--clock-url URL] [--faults JSON] [--verbose]";

const tell = (message: HostMessage): Promise<void> =>
  new Promise((done) => {
    if (process.send) process.send(message, () => done());
    else done();
  });

const createLog = (verbose: boolean): CoreLog => {
  const loud = new Set(["warning", "error", "critical"]);
  return (level, category, message) => {
    if (!verbose && !loud.has(level)) return;
    process.stderr.write(`${new Date().toISOString()} ${level} [${category}] ${message}\n`);
  };
};

const run = async (): Promise<void> => {
  const string = { type: "string" } as const;
  const options = {
    ...{ app: string, data: string, port: string, "clock-url": string, faults: string },
    verbose: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (!values.app || !values.data)
    throw new HostStartError(`--app and --data are needed: ${usage}`);
  const app = resolve(values.app);
  const local = readLocalSettings(app);
  for (const [name, value] of Object.entries(local)) process.env[name] ??= value;
  const host = await startHostHere({
    app,
    data: resolve(values.data),
    port: Number(values.port ?? 0),
    clockUrl: values["clock-url"]?.replace(/\/$/, ""),
    faults: values.faults === undefined ? undefined : JSON.parse(values.faults),
    settings: process.env,
    log: createLog(values.verbose === true),
  });
  stopOnSignals(host);
  const { url, keys } = host;
  await tell({ kind: "ready", url, keys });
  host.begin();
  flushCompileCache();
  process.stdout.write(`${host.app.functions.length} functions at ${url}\n`);
};

const stopOnSignals = (host: Host): void => {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void host.drain().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Windows has no SIGTERM: the parent closes the channel instead, as it does when it dies.
  process.on("disconnect", stop);
};

/** Runs the host as the command line says, until it is told to stop; a host that cannot start exits with 1. */
export async function runCommand(): Promise<void> {
  try {
    await run();
  } catch (error) {
    const expected = error instanceof HostStartError;
    const message = expected ? error.message : String(error instanceof Error ? error.stack : error);
    await tell({ kind: "failed", message });
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
}

import { flushCompileCache } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { forgetApp, readLocalSettings } from "./app-loader.ts";
import type { CoreLog } from "./core-shim.ts";
import { HostStartError } from "./errors.ts";
import { type Host, startHostHere } from "./host.ts";
import { type HostMessage, type HostOrder, keep } from "./orders.ts";

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

const start = (args: readonly string[]): Promise<Host> => {
  const string = { type: "string" } as const;
  const options = {
    ...{ app: string, data: string, port: string, "clock-url": string, faults: string },
    verbose: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (!values.app || !values.data)
    throw new HostStartError(`--app and --data are needed: ${usage}`);
  const app = resolve(values.app);
  const local = readLocalSettings(app);
  for (const [name, value] of Object.entries(local)) process.env[name] ??= value;
  return startHostHere({
    app,
    data: resolve(values.data),
    port: Number(values.port ?? 0),
    clockUrl: values["clock-url"]?.replace(/\/$/, ""),
    faults: values.faults === undefined ? undefined : JSON.parse(values.faults),
    settings: process.env,
    log: createLog(values.verbose === true),
  });
};

const announce = async (host: Host): Promise<void> => {
  const { url, keys } = host;
  await tell({ kind: "ready", url, keys });
  host.begin();
  flushCompileCache();
  process.stdout.write(`${host.app.functions.length} functions at ${url}\n`);
};

/** Runs one host after the other, as the parent says; each finds its own environment and an app that knows nothing. */
const runOnOrders = (): void => {
  let host: Host | null = null;
  const drain = async (): Promise<void> => {
    await host?.drain();
    host = null;
  };
  const obey = async (order: HostOrder): Promise<void> => {
    if (order.kind === "start") {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, order.env);
      host = await start(order.args);
      await announce(host);
    } else {
      await drain();
      forgetApp();
      await tell({ kind: "stopped" });
    }
  };
  stopOnSignals(drain);
  process.on("message", (order: HostOrder) => void obey(order).catch(fail));
};

const stopOnSignals = (drain: () => Promise<void>): void => {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void drain().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Windows has no SIGTERM: the parent closes the channel instead, as it does when it dies.
  process.on("disconnect", stop);
};

const fail = async (error: unknown): Promise<void> => {
  const expected = error instanceof HostStartError;
  const message = expected ? error.message : String(error instanceof Error ? error.stack : error);
  await tell({ kind: "failed", message });
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

/**
 * Runs the host as the command line says, until it is told to stop, or with `--keep` alone one after the other as the
 * parent says; a host that cannot start exits with 1.
 */
export async function runCommand(): Promise<void> {
  const args = process.argv.slice(2);
  if (args[0] === keep) return runOnOrders();
  try {
    const host = await start(args);
    stopOnSignals(host.drain);
    await announce(host);
  } catch (error) {
    await fail(error);
  }
}

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { compileCache } from "./compile-cache.ts";

/** A storage account on this machine. */
export interface RunningAzurite {
  readonly connectionString: string;
  /** Of an account that it was started with; accounts see nothing of each other. */
  connectionStringOf(account: string): string;
  stop(): Promise<void>;
}

const defaultAccount = "devstoreaccount1";
// The well-known key of the storage emulator: Azurite's documentation, not a secret.
const accountKey =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const attempts = 600;

/**
 * On a busy machine a connection rests for long; closed after 5 seconds, it fails the next request.
 * Azurite waits at its end for connections that are kept, so what has nothing to save is killed.
 */
const patient = ["--blobKeepAliveTimeout", "600", "--tableKeepAliveTimeout", "600"];

interface AzuriteOptions {
  readonly location?: string;
  readonly accounts?: readonly string[];
  /** Finds so many ports; default: free ones. */
  readonly findPorts?: (count: number) => Promise<readonly number[]>;
}

/** A port that was free may be taken by the time that it is used: a busy machine opens many. */
const mostStarts = 3;

/**
 * Starts Azurite (npm) as a child process with ports of its own and resolves when it answers.
 * Without `location` it keeps everything in memory. `accounts` are there besides the usual one.
 *
 * @throws Error with what Azurite says, when it ends at its start.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<RunningAzurite> {
  for (let start = 1; ; start += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (start === mostStarts || !String(error).includes("EADDRINUSE")) throw error;
    }
  }
}

async function startOnce(options: AzuriteOptions): Promise<RunningAzurite> {
  const { location, findPorts = freePorts } = options;
  const [blob, queue, table] = await findPorts(3);
  const place =
    location === undefined ? ["--inMemoryPersistence", ...patient] : ["--location", location];
  const ports = ["--blobPort", blob, "--queuePort", queue, "--tablePort", table].map(String);
  const quiet = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"];
  const accounts = [defaultAccount, ...(options.accounts ?? [])];
  const AZURITE_ACCOUNTS = accounts.map((name) => `${name}:${accountKey}`).join(";");
  const child = spawn(process.execPath, [binary(), ...quiet, ...ports, ...place], {
    env: { ...compileCache, ...process.env, AZURITE_ACCOUNTS },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const endpoint = (port: number | undefined, account: string): string =>
    `http://127.0.0.1:${port}/${account}`;
  for (const port of [blob, table]) {
    await answers(endpoint(port, defaultAccount), () => {
      const isOver = child.exitCode !== null || stderr.includes("EADDRINUSE");
      if (!isOver) return;
      child.kill("SIGKILL");
      throw new Error(`Azurite ended at its start: ${stderr}`);
    });
  }
  const connectionStringOf = (account: string): string => {
    const parts = {
      DefaultEndpointsProtocol: "http",
      AccountName: account,
      AccountKey: accountKey,
      BlobEndpoint: endpoint(blob, account),
      QueueEndpoint: endpoint(queue, account),
      TableEndpoint: endpoint(table, account),
    };
    const texts = Object.entries(parts).map(([name, value]) => `${name}=${value};`);
    return texts.join("");
  };
  return {
    connectionString: connectionStringOf(defaultAccount),
    connectionStringOf,
    async stop() {
      child.kill(location === undefined ? "SIGKILL" : "SIGTERM");
      await exited;
    },
  };
}

function binary(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("azurite/package.json");
  const { bin } = require(manifest) as { bin: Record<string, string> };
  return join(dirname(manifest), bin["azurite"] ?? "");
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function answers(url: string, assertAlive: () => void): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    assertAlive();
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`Azurite does not answer at ${url}.`);
}

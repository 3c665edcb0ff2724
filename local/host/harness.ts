import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HostMessage } from "./command.ts";
import { compileCache } from "./compile-cache.ts";
import type { Faults } from "./faults.ts";
import type { HostKeys } from "./keys.ts";

/** Which app to run, where to keep its state, and with what. */
export interface StartHostOptions {
  /** Folder with package.json (`main`) and host.json. */
  readonly app: string;
  /** Folder of the host's state; a host started on it again goes on where the former one ended. */
  readonly data: string;
  /** App settings, over the environment of this process; undefined takes one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Any free one when absent. */
  readonly port?: number;
  /** Where the virtual clock is; absent = the machine's clock. */
  readonly clockUrl?: string;
  readonly faults?: Partial<Faults>;
  readonly verbose?: boolean;
  readonly stdio?: StdioOptions;
}

/** A host in a process of its own. */
export interface RunningHost {
  readonly url: string;
  readonly keys: HostKeys;
  readonly process: ChildProcess;
  /** SIGKILL: nothing is finished, nothing is lost. */
  kill(): Promise<void>;
  /** Lets what runs come to its end, then stops. */
  stop(): Promise<void>;
  /** Resolves when no function runs and nothing is due. */
  whenIdle(): Promise<void>;
  /** Resolves with the exit code; null when a signal ended the process. */
  readonly exited: Promise<number | null>;
}

const entry = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Starts a host and resolves when it is ready; rejects with what it says when it cannot start. */
export async function startHost(options: StartHostOptions): Promise<RunningHost> {
  const child = fork(entry, argumentsOf(options), {
    env: { ...compileCache, ...process.env, ...options.env },
    execArgv: [],
    stdio: options.stdio ?? ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  const { url, keys } = await ready(child, exited);
  return {
    url,
    keys,
    process: child,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      if (child.connected) child.disconnect();
      else child.kill("SIGTERM");
      await exited;
    },
    async whenIdle() {
      const headers = { "x-functions-key": keys.master };
      const response = await fetch(`${url}/admin/embedded/idle`, { headers });
      if (!response.ok) throw new Error(`The host answered ${response.status} to whenIdle.`);
    },
  };
}

function argumentsOf(options: StartHostOptions): string[] {
  const { app, data, port, clockUrl, faults, verbose } = options;
  return [
    ...["--app", app, "--data", data],
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...(clockUrl === undefined ? [] : ["--clock-url", clockUrl]),
    ...(faults === undefined ? [] : ["--faults", JSON.stringify(faults)]),
    ...(verbose ? ["--verbose"] : []),
  ];
}

function ready(
  child: ChildProcess,
  exited: Promise<number | null>,
): Promise<{ url: string; keys: HostKeys }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.on("message", (message: HostMessage) => {
      if (message.kind === "ready") resolve(message);
      else reject(new Error(message.message));
    });
    void exited.then((code) =>
      reject(new Error(`The host ended with code ${code} before it was ready.`)),
    );
  });
}

import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileCache } from "./compile-cache.ts";
import type { Faults } from "./faults.ts";
import type { HostKeys } from "./keys.ts";
import { type HostMessage, type HostOrder, keep } from "./orders.ts";

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
    env: environmentOf(options),
    execArgv: [],
    stdio: options.stdio ?? ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = exitOf(child);
  return runningIn(child, exited, async () => {
    if (child.connected) child.disconnect();
    else child.kill("SIGTERM");
    await exited;
  });
}

/** A process that runs hosts one after the other: from the second on, all that they share is compiled and warm. */
export interface HostProcess {
  /** File that takes what its hosts print. */
  readonly log: string;
  /**
   * Starts a host when the one before has stopped; its app, a CommonJS one, knows nothing of the one before.
   * A process that ended, or has run many, is replaced.
   */
  start(options: Omit<StartHostOptions, "stdio">): Promise<RunningHost>;
  /** Ends the process; a host that runs there has stopped before. */
  end(): Promise<void>;
}

/** What an app leaves behind in a process, each time a little, must not add up. */
const mostHosts = 50;

/** Creates one; it begins with its first host. */
export function createHostProcess(): HostProcess {
  const folder = mkdtempSync(join(tmpdir(), "host-process-"));
  const log = join(folder, "host.log");
  let child: ChildProcess | null = null;
  let exited: Promise<number | null> = Promise.resolve(null);
  let hosts = 0;

  const kill = async (): Promise<void> => {
    child?.kill("SIGKILL");
    await exited;
  };

  const fresh = async (): Promise<ChildProcess> => {
    await kill();
    const output = openSync(log, "w");
    const made = fork(entry, [keep], {
      env: { ...compileCache, ...process.env },
      execArgv: [],
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    exited = exitOf(made);
    child = made;
    hosts = 0;
    return made;
  };

  return {
    log,
    async end() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
    async start(options) {
      const running = child?.connected && hosts < mostHosts ? child : await fresh();
      hosts += 1;
      order(running, { kind: "start", args: argumentsOf(options), env: environmentOf(options) });
      const over = exited;
      return runningIn(running, over, async () => {
        if (!running.connected) return;
        order(running, { kind: "stop" });
        await answerOf(running, over).catch(() => undefined);
      }).catch(async (error) => {
        // It is about to end by itself; the next host must not be ordered of it.
        await kill();
        throw error;
      });
    },
  };
}

const order = (child: ChildProcess, given: HostOrder): boolean => child.send(given);

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
  });

async function runningIn(
  child: ChildProcess,
  exited: Promise<number | null>,
  stop: () => Promise<void>,
): Promise<RunningHost> {
  const answer = await answerOf(child, exited);
  if (answer.kind !== "ready") {
    throw new Error(answer.kind === "failed" ? answer.message : "The host stopped at its start.");
  }
  const { url, keys } = answer;
  return {
    url,
    keys,
    process: child,
    exited,
    stop,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async whenIdle() {
      const headers = { "x-functions-key": keys.master };
      const response = await fetch(`${url}/admin/embedded/idle`, { headers });
      if (!response.ok) throw new Error(`The host answered ${response.status} to whenIdle.`);
    },
  };
}

/** The next that the process tells; rejects when it ends before. */
async function answerOf(child: ChildProcess, exited: Promise<number | null>): Promise<HostMessage> {
  const over = new AbortController();
  const ended = exited.then((code) => {
    throw new Error(`The host ended with code ${code} before it answered.`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal: over.signal }), ended]);
    return message;
  } finally {
    over.abort();
  }
}

function environmentOf({ env }: StartHostOptions): Record<string, string> {
  const all = Object.entries({ ...compileCache, ...process.env, ...env });
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
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

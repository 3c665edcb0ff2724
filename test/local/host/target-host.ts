import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningHost, type StartHostOptions, startHost } from "../../../local/host/harness.ts";
import type { HostKeys } from "../../../local/host/keys.ts";
import { recordedApp } from "./recordings.ts";

/** A host under test, over HTTP. */
export interface TargetHost {
  readonly url: string;
  readonly keys: HostKeys;
  /** One request; JSON bodies are parsed. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Status of an instance with its history. */
  status(id: string): Promise<Answer>;
  /** Waits until the instance is as wanted; answers its status. */
  until(id: string, wanted: (status: Status) => boolean): Promise<Status>;
  stop(): Promise<void>;
}

/** What goes with a request; a body that is not text is sent as JSON. */
export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Status of an instance. */
export interface Status {
  readonly name: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly historyEvents?: readonly Record<string, unknown>[];
}

const ended = new Set(["Completed", "Failed", "Terminated"]);
/** Whether an instance has come to its end. */
export const hasEnded = ({ runtimeStatus }: Status): boolean => ended.has(runtimeStatus);

/** Path of the durable API. */
export const durable = "/runtime/webhooks/durabletask";
const patience = 30_000;

/**
 * Starts the embedded host with the recorded app in a folder of its own; with HOST_BASE_URL set (and DURABLE_KEY,
 * MASTER_KEY, HOST_KEY, EVENTGRID_KEY) it takes the host that runs there, such as the real one.
 */
export async function startTarget(options: Partial<StartHostOptions> = {}): Promise<TargetHost> {
  const other = process.env["HOST_BASE_URL"];
  if (other) return targetAt({ url: other, keys: keysFromEnvironment() }, async () => undefined);
  const data = mkdtempSync(join(tmpdir(), "host-"));
  const host = await startHost({ app: recordedApp, data, stdio: quiet, ...options });
  return targetAt(host, async () => {
    await host.kill();
    rmSync(data, { recursive: true, force: true });
  });
}

/** The host's log is not shown in tests. */
export const quiet: NonNullable<StartHostOptions["stdio"]> = ["ignore", "ignore", "ignore", "ipc"];

function keysFromEnvironment(): HostKeys {
  const { DURABLE_KEY, MASTER_KEY, HOST_KEY, EVENTGRID_KEY } = process.env;
  return {
    durable: DURABLE_KEY ?? "",
    master: MASTER_KEY ?? "",
    function: HOST_KEY ?? "",
    eventGrid: EVENTGRID_KEY ?? "",
  };
}

/** Wraps a host that runs. */
export function targetAt(
  { url, keys }: Pick<RunningHost, "url" | "keys">,
  stop: () => Promise<void>,
): TargetHost {
  const call: TargetHost["call"] = async (method, path, { body, headers = {} } = {}) => {
    const isText = typeof body === "string" || body === undefined;
    const response = await fetch(url + path, {
      method,
      headers: isText ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: parsed(text),
    };
  };
  const status = (id: string): Promise<Answer> => {
    const show = "showHistory=true&showHistoryOutput=true&showInput=true";
    return call(
      "GET",
      `${durable}/instances/${encodeURIComponent(id)}?code=${keys.durable}&${show}`,
    );
  };
  return {
    url,
    keys,
    call,
    status,
    async until(id, wanted) {
      const end = performance.now() + patience;
      for (;;) {
        const { body } = await status(id);
        if (typeof body === "object" && body && wanted(body as Status)) return body as Status;
        if (performance.now() > end) throw new Error(`${id} is still ${JSON.stringify(body)}.`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    stop,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

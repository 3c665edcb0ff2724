import type { App, AppFunction } from "./app-loader.ts";
import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import type { EventHubs } from "./event-hubs.ts";
import type { FaultSwitches } from "./faults.ts";
import {
  type HostRequest,
  type HostResponse,
  json,
  keyOf,
  plain,
  unauthorized,
} from "./http-message.ts";
import type { Invoke } from "./invoker.ts";
import type { HostKeys } from "./keys.ts";
import type { Store } from "./store.ts";
import type { TimerTriggers } from "./timer-triggers.ts";
import { manualInput } from "./triggers.ts";

/** What the administration API needs. */
export interface AdminOptions {
  readonly app: App;
  readonly keys: HostKeys;
  readonly busy: Busy;
  readonly clock: Clock;
  readonly store: Store;
  readonly timers: TimerTriggers;
  readonly hubs: EventHubs;
  readonly invoke: Invoke;
  readonly faults: FaultSwitches;
  readonly log: (level: "warning" | "error", message: string) => void;
}

/** Answers `/admin/...`; `path` holds the parts below it. */
export type Admin = (request: HostRequest, path: readonly string[]) => Promise<HostResponse>;

const notFound: HostResponse = { status: 404 };

/** Creates the API: host status, keys, functions and running one by hand. All but the ping needs the master key. */
export function createAdmin(options: AdminOptions): Admin {
  const { app, keys, busy, store, clock } = options;
  const startedAt = performance.now();

  const host = (request: HostRequest, what: string | undefined): HostResponse => {
    if (request.method !== "GET") return notFound;
    if (what === "status") {
      const processUptime = Math.round(performance.now() - startedAt);
      const id = "embedded-host";
      const names = { id, state: "Running", version: "4.1037.0.0", versionDetails: id };
      const rest = { platformVersion: "", instanceId: "", computerName: "", processUptime };
      return json(200, { ...names, ...rest, functionAppContentEditingState: "Unknown" });
    }
    if (what !== "systemkeys") return notFound;
    const list = [
      { name: "durabletask_extension", value: keys.durable },
      { name: "eventgrid_extension", value: keys.eventGrid },
    ];
    const links = [{ rel: "self", href: `${request.origin}/admin/host/systemkeys` }];
    return json(200, { keys: list, links });
  };

  const functions = (request: HostRequest, parts: readonly string[]): HostResponse => {
    const [name, what] = parts;
    if (!name)
      return json(
        200,
        app.functions.map((fn) => describe(fn, request.origin)),
      );
    const fn = app.functions.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (!fn) return notFound;
    if (request.method === "POST") return run(request, fn);
    if (what === "status") return json(200, {});
    return what === undefined ? json(200, describe(fn, request.origin)) : notFound;
  };

  const run = (request: HostRequest, fn: AppFunction): HostResponse => {
    if (!/^application\/json/i.test(request.headers["content-type"] ?? "")) return { status: 415 };
    const input = readInput(request.body.toString("utf8"));
    if (input === null) return { status: 400 };
    if (fn.type === "eventHubTrigger") {
      const bodies = readBodies(input);
      if (!bodies) return plain(400, "input must be the text of a JSON array of event bodies.");
      options.hubs.add(fn, bodies);
      return { status: 202 };
    }
    void runNow(fn, input);
    return { status: 202 };
  };

  const runNow = async (fn: AppFunction, input: string | undefined): Promise<void> => {
    if (fn.type === "timerTrigger") return options.timers.run(fn, input);
    const end = busy.begin();
    try {
      await options.invoke({ fn: fn.registered, ...manualInput(fn, input ?? "") });
    } catch (error) {
      options.log("error", `Function ${fn.name}, run by hand, failed: ${String(error)}`);
    } finally {
      end();
    }
  };

  const embedded = async (what: string | undefined, id: string): Promise<HostResponse> => {
    if (what === "history") return json(200, store.history(id));
    if (what === "passes") return json(200, options.faults.passes());
    if (what !== "idle") return notFound;
    await busy.idle();
    const due = clock.nextDue();
    const iso = (time: number): string => new Date(time).toISOString();
    return json(200, { now: iso(clock.now()), nextDue: due === null ? null : iso(due) });
  };

  return async (request, path) => {
    const [area, what, ...more] = path;
    if (area === "host" && what === "ping") {
      return { status: 200, headers: { "cache-control": "no-store,no-cache", pragma: "no-cache" } };
    }
    if (keyOf(request) !== keys.master) return unauthorized;
    if (area === "host") return host(request, what);
    if (area === "functions") return functions(request, path.slice(1));
    return area === "embedded" ? embedded(what, more.join("/")) : notFound;
  };
}

function describe(fn: AppFunction, origin: string): object {
  const href = `${origin}/admin/functions/${fn.name}`;
  const { direction, ...trigger } = fn.trigger;
  const bindings = [{ ...trigger, name: fn.bindingName, direction }];
  return {
    name: fn.name,
    href,
    language: "node",
    config: { name: fn.name, bindings },
    isDisabled: false,
  };
}

/** The text of `input`; undefined when there is none, null when the body is not what it must be. */
function readInput(body: string): string | undefined | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const input: unknown = Reflect.get(value, "input");
    return input === undefined || typeof input === "string" ? input : null;
  } catch {
    return null;
  }
}

function readBodies(input: string | undefined): string[] | null {
  try {
    const value: unknown = JSON.parse(input ?? "");
    return Array.isArray(value) ? value.map((body) => JSON.stringify(body)) : null;
  } catch {
    return null;
  }
}

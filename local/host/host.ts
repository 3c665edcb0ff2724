import { randomBytes } from "node:crypto";
import { createAdmin } from "./admin.ts";
import { type App, loadApp } from "./app-loader.ts";
import { type Busy, createBusy } from "./busy.ts";
import { type Clock, createRealClock } from "./clock.ts";
import type { CoreLog } from "./core-shim.ts";
import { createDurableHttp } from "./durable-http.ts";
import { clientBinding } from "./durable-links.ts";
import { createEngine } from "./engine.ts";
import { createEventGrid } from "./event-grid.ts";
import { createEventHubs } from "./event-hubs.ts";
import { createFaults } from "./faults.ts";
import { type AppSettings, readHostJson, timeSpanMilliseconds } from "./host-json.ts";
import { listen } from "./http-server.ts";
import { createHttpTriggers } from "./http-triggers.ts";
import { createInvoker } from "./invoker.ts";
import { type HostKeys, openKeys } from "./keys.ts";
import { createRouter } from "./routes.ts";
import { openStore } from "./store.ts";
import { createTimerTriggers } from "./timer-triggers.ts";
import { createVirtualClock } from "./virtual-clock.ts";

/** What a host runs and where it keeps its state. */
export interface HostOptions {
  readonly app: string;
  readonly data: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly clockUrl: string | undefined;
  readonly faults: unknown;
  readonly settings: AppSettings;
  readonly log: CoreLog;
}

/** A host that answers requests. */
export interface Host {
  readonly url: string;
  readonly keys: HostKeys;
  readonly app: App;
  /** Takes up what the state holds, and starts the timers. */
  begin(): void;
  /** Lets go on what runs, begins nothing new, and closes. */
  drain(): Promise<void>;
}

/**
 * Starts the host in this process; the next one when it has drained.
 * @throws HostStartError when the app, its settings or host.json cannot run here.
 */
export async function startHostHere(options: HostOptions): Promise<Host> {
  const { settings, log } = options;
  const say = (level: "warning" | "error", message: string): void => log(level, "host", message);
  const faults = createFaults(options.faults);
  const config = readHostJson(options.app, settings);
  const keys = openKeys(options.data);
  const busy = createBusy();
  const start = busy.begin();
  const { clock, run, putDateBack } = await createClock(options.clockUrl, busy, say);
  const store = openStore(options.data);
  const server = await listen(options.port);
  const url = `http://127.0.0.1:${server.port}`;
  process.env["WEBSITE_HOSTNAME"] = `localhost:${server.port}`;
  // The durable client calls this host: a proxy must not come between.
  const direct = [process.env["NO_PROXY"], "localhost,127.0.0.1"].filter((part) => part);
  process.env["NO_PROXY"] = direct.join(",");

  const app = await loadApp({ folder: options.app, settings, log });
  const hub = config.extensions.durableTask.hubName;
  const clientPath = `/durabletask/${randomBytes(18).toString("base64url")}/`;
  const client = { origin: `http://localhost:${server.port}`, hub, key: keys.durable };
  const binding = clientBinding({ ...client, rpcBaseUrl: `${url}${clientPath}` });
  const invoke = createInvoker({ shim: app.shim, log, durableClient: () => binding });
  let draining = false;
  const timeout = {
    milliseconds: timeSpanMilliseconds(config.functionTimeout),
    text: config.functionTimeout,
  };
  const common = { app, store, clock, busy, config, faults, invoke, log: say, timeout, keys };
  const triggers = { ...common, stopped: () => draining };
  const engine = createEngine(common);
  const timers = createTimerTriggers(triggers);
  const hubs = createEventHubs(triggers, faults);
  const functions = createHttpTriggers({
    ...common,
    routePrefix: config.extensions.http.routePrefix,
  });
  server.serve(
    createRouter({
      ...common,
      admin: createAdmin({ ...common, timers, hubs }),
      durable: createDurableHttp({ ...common, engine, hub, key: keys.durable }),
      eventGrid: createEventGrid(common),
      functions,
      clientPath,
    }),
  );
  return {
    url,
    keys,
    app,
    begin() {
      engine.begin();
      timers.begin();
      hubs.begin();
      start();
      run();
    },
    async drain() {
      draining = true;
      clock.stop();
      await Promise.all([engine.drain(), server.close()]);
      for (const hook of app.shim.hooks("appTerminate"))
        await hook({ hookData: {}, appHookData: {} });
      store.close();
      putDateBack();
    },
  };
}

async function createClock(
  url: string | undefined,
  busy: Busy,
  say: (level: "error", message: string) => void,
): Promise<{ clock: Clock; run: () => void; putDateBack: () => void }> {
  const nothing = () => undefined;
  if (url === undefined) return { clock: createRealClock(), run: nothing, putDateBack: nothing };
  const onError = (message: string): void => say("error", message);
  const clock = await createVirtualClock({ url, busy, onError });
  return { clock, run: clock.run, putDateBack: clock.putDateBack };
}

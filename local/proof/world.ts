import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createVirtualClock, type VirtualClock } from "../azure/clock.ts";
import type { FaultRule } from "../azure/estate-entry.ts";
import { createSimulatedAzure, type SimulatedAzure } from "../azure/index.ts";
import type { RoleData } from "../azure/role.ts";
import { deliverGridEvents, deliverText, mailEndpoint, settingsOf } from "../demo/world.ts";
import type { Faults, Passes } from "../host/faults.ts";
import {
  type HostProcess,
  type RunningHost,
  type StartHostOptions,
  startHost,
} from "../host/harness.ts";
import { type Example, proofDelays } from "./example.ts";

/** What befalls one run. */
export interface Trial {
  /** Misbehaviour of Azure. */
  readonly azure: readonly FaultRule[];
  /** Misbehaviour of the platform. */
  readonly host: Partial<Faults>;
  /** Whether the mail service drops a repeated operation id; it promises neither. */
  readonly mailDeduplicates: boolean;
  /** Milliseconds after the start at which an operator stops all writes; null = nobody does. */
  readonly stopAfter: number | null;
  /** Seed by which the deliveries are mixed up; null = they come as the scenario says. */
  readonly mix: number | null;
  /** What the app may do; absent = everything. */
  readonly role?: RoleData;
}

/** Nothing befalls it. */
export const undisturbed: Trial = {
  azure: [],
  host: {},
  mailDeduplicates: true,
  stopAfter: null,
  mix: null,
};

/** Where a run takes place. */
export interface Place {
  readonly example: Example;
  /** Folder of the built app. */
  readonly app: string;
  /** Connection string of an empty storage account. */
  readonly storage: string;
  /** File that takes all that the host prints, at every level; absent = nothing is kept. */
  readonly log?: string;
  /** Runs the host unless something befalls it or a log is kept; absent = in a process of its own. */
  readonly hosts?: HostProcess;
}

/** Something that was delivered to the app from outside. */
export interface Delivered {
  readonly at: number;
  readonly text: string;
}

/** The app on a host that comes back after each kill, beside a simulated Azure. */
export interface ProofWorld {
  readonly azure: SimulatedAzure;
  readonly clock: VirtualClock;
  /** Runs to that time; rejects when something that was scheduled went wrong. */
  runUntil(limit: number): Promise<void>;
  /** Folder of the host's state. */
  readonly data: string;
  readonly delivered: readonly Delivered[];
  /** How often the host was killed. */
  kills(): number;
  passes(): Promise<readonly Passes[]>;
  /** Delivers a raw body until it is taken, as Event Grid and Event Hubs do. */
  deliver(to: Target, text: string): Promise<void>;
  call(path: string, init: { method: string; body?: unknown }): Promise<Response>;
  whenIdle(): Promise<void>;
  /** Stops the host, so that its state can be read. */
  halt(): Promise<void>;
  clean(): Promise<void>;
}

type Target = Parameters<typeof deliverText>[1];

/**
 * Seconds that the app waits for Azure where Azure keeps silent. Other answers take milliseconds, so
 * none of them comes too late on a busy machine.
 */
const shortTimeout = "2";

const isSilent = ({ azure }: Trial): boolean =>
  azure.some(({ fault }) => "kind" in fault && fault.kind.startsWith("no-answer"));

const betweenTries = 20;
const mostTries = 500;

/** Starts a world. */
export async function startProofWorld(
  { example, app, storage, log, hosts }: Place,
  trial: Trial,
): Promise<ProofWorld> {
  const { scenario, policy } = example;
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const clock = createVirtualClock({
    start: new Date(scenario.start).toISOString(),
    onFault: broken.reject,
  });
  const delivered: Delivered[] = [];
  const data = mkdtempSync(join(tmpdir(), "guardrail-proof-"));
  const shared = log === undefined && Object.keys(trial.host).length === 0 ? hosts : undefined;
  const file = shared?.log ?? log ?? join(data, "host.log");
  const keeper = createKeeper(shared?.start ?? startHost, (code) => {
    const last = readFileSync(file, "utf8").slice(-1500);
    broken.reject(new Error(`the host ended by itself, with code ${code}: ${last}`));
  });
  const deliver = async (to: Target, text: string): Promise<void> => {
    delivered.push({ at: clock.now(), text });
    await untilTaken(() => deliverText(keeper.host(), to, text));
  };
  const azure = createSimulatedAzure({
    estate: example.estate,
    clock,
    appPrincipal: scenario.principal,
    throttling: true,
    mailEndpoint,
    mailQuota: "custom",
    mailDeduplicates: trial.mailDeduplicates,
    delays: proofDelays,
    faults: trial.azure,
    ...(trial.role ? { role: trial.role } : {}),
    deliverEvents: async (events) => {
      await deliverGridEvents(keeper.host(), events);
      for (const event of events) delivered.push({ at: clock.now(), text: JSON.stringify(event) });
    },
    deliverDefender: async (bodies) => {
      for (const body of bodies) await deliver("defenderEvents", JSON.stringify(body));
    },
  });
  const url = await azure.start();
  const { principal } = scenario;
  const settings = {
    ...settingsOf({ policy, principal, stage: "fix-all" }, { url, storage }),
    ...(isSilent(trial) ? { GUARDRAIL_TIMEOUT: shortTimeout } : {}),
  };
  const output = openSync(file, "a");
  await keeper.keep({
    app,
    data,
    env: settings,
    clockUrl: `${url}/_sim`,
    faults: trial.host,
    verbose: log !== undefined,
    stdio: ["ignore", output, output, "ipc"],
  });
  return {
    azure,
    clock,
    runUntil: (limit) => Promise.race([clock.runUntil(limit), broken.promise]),
    data,
    delivered,
    kills: keeper.kills,
    passes: async () => {
      const { url: origin, keys } = keeper.host();
      const headers = { "x-functions-key": keys.master };
      const answer = await fetch(`${origin}/admin/embedded/passes`, { headers });
      return (await answer.json()) as Passes[];
    },
    deliver,
    call: (path, { method, body }) =>
      untilTaken(() => {
        const { url: origin, keys } = keeper.host();
        return fetch(`${origin}/api/${path}`, {
          method,
          headers: { "x-functions-key": keys.function, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      }),
    whenIdle: () => untilTaken(() => keeper.host().whenIdle()),
    halt: keeper.stop,
    async clean() {
      await keeper.stop();
      await azure.stop();
      closeSync(output);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The host may just have been killed; the next one answers. */
async function untilTaken<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt >= mostTries) throw error;
      await pause(betweenTries);
    }
  }
}

/** Keeps a host running: when it is killed on purpose, the next one starts on its state. */
function createKeeper(start: typeof startHost, onEnd: (code: number | null) => void) {
  let host: RunningHost | null = null;
  let kills = 0;
  let stopping = false;
  let next: Promise<void> = Promise.resolve();

  const keep = async (options: StartHostOptions): Promise<void> => {
    const running = await start(options);
    host = running;
    void running.exited.then((code) => {
      if (stopping) return;
      const { killAt, ...rest } = options.faults ?? {};
      if (killAt === undefined || code !== null) return onEnd(code);
      kills += 1;
      next = keep({ ...options, faults: rest });
    });
  };

  return {
    keep,
    kills: () => kills,
    host(): RunningHost {
      if (!host) throw new Error("the host has not started yet");
      return host;
    },
    async stop(): Promise<void> {
      stopping = true;
      await next;
      await host?.stop();
    },
  };
}

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { FeedName } from "../functions/triggers/feeds.ts";
import { createVirtualClock, type VirtualClock } from "../local/azure/clock.ts";
import type { Delays } from "../local/azure/delays.ts";
import type { Estate } from "../local/azure/estate.ts";
import { createSimulatedAzure, type SimulatedAzure } from "../local/azure/index.ts";
import { buildApp } from "../local/build.ts";
import { deliverGridEvents, deliverText, mailEndpoint, settingsOf } from "../local/demo/world.ts";
import { startAzurite } from "../local/host/azurite.ts";
import { type RunningHost, startHost } from "../local/host/harness.ts";
import { type Note, passOn } from "./pass-on.ts";
import { startStorageMeter } from "./storage-meter.ts";

/** Seconds until Azure, and a storage account, answer. */
export interface AnswersAfter {
  readonly azure: number;
  readonly storage: number;
}

/** Both answer as fast as this machine can. */
export const atOnce: AnswersAfter = { azure: 0, storage: 0 };

/** What a world of the bench is made of. */
export interface BenchWorldOptions {
  readonly estate: Estate;
  /** Lies over guardrail.json. */
  readonly policy: (policy: PolicyFile) => void;
  readonly stage: string;
  /** How long Azure takes; default: as in life. */
  readonly delays?: Partial<Delays>;
  /** What an instance waits for, and is charged for; default: {@link atOnce}. */
  readonly answersAfter?: AnswersAfter;
}

/** guardrail.json, as far as the bench changes it. */
export interface PolicyFile {
  rules: { plans: { mode: string }; addon: { mode: string }; sensor: { mode: string } };
  limits: { changesPerHour: number; changesPerDay: number; addedCostPerMonth: number };
  mail: Record<string, unknown>;
}

/** What ran and what was asked, from the start of the world until now. */
export interface Metered {
  /** By trigger type and name, such as `activityTrigger take`. */
  readonly runs: Readonly<
    Record<string, { readonly count: number; readonly milliseconds: number }>
  >;
  /** Runs begun, those that found nothing to do included, by the kind of their subject. */
  readonly takes: Readonly<Record<string, number>>;
  /**
   * Milliseconds in which any function ran, by the second of Azure's time in which that began and by
   * what the platform scales together, such as `1795512600 durable`; 0 = within what began earlier.
   */
  readonly periods: Readonly<Record<string, number>>;
  /** Peak memory of the process that runs host and app. */
  readonly peakMB: number;
  /** Requests to storage by verb and table. */
  readonly storage: Readonly<Record<string, number>>;
  /** Requests to Azure by verb and operation. */
  readonly azure: Readonly<Record<string, number>>;
  /** Those that were answered 429, by verb and type. */
  readonly refused: Readonly<Record<string, number>>;
  /** Azure's time of the first call, and of the last change that it took; 0 = none. */
  readonly firstCallAt: number;
  readonly lastChangeAt: number;
  readonly mails: number;
}

/** The app on an embedded host beside a simulated Azure on a virtual clock, every call counted. */
export interface BenchWorld {
  readonly azure: SimulatedAzure;
  readonly host: RunningHost;
  readonly clock: VirtualClock;
  metered(): Promise<Metered>;
  /** Lets so many minutes of Azure's time pass. */
  pass(minutes: number): Promise<void>;
  post(path: string, body: unknown): Promise<void>;
  /** Delivers events as Event Grid or the event hub does. */
  deliver(to: FeedName, events: readonly unknown[]): Promise<void>;
  stop(): Promise<void>;
}

/** When every world begins: a Monday, within the hours in which owners are mailed. */
export const worldStart = "2026-11-23T09:30:00.000Z";

const principal = {
  objectId: "d00dfeed-0000-4000-8000-000000000002",
  appId: "d00dfeed-0000-4000-8000-000000000001",
  name: "container-guardrail",
};

let built: Promise<string> | undefined;

/** The app with the meter before it, built once a process. */
function meteredApp(): Promise<string> {
  built ??= buildMetered();
  return built;
}

async function buildMetered(): Promise<string> {
  const app = mkdtempSync(join(tmpdir(), "bench-app-"));
  process.once("exit", () => rmSync(app, { recursive: true, force: true }));
  await buildApp(app);
  copyFileSync(join(import.meta.dirname, "meter.cjs"), join(app, "meter.cjs"));
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "bench", main: "meter.cjs" }));
  return app;
}

/** Starts a world around a fresh build of the app. */
export async function startBenchWorld(options: BenchWorldOptions): Promise<BenchWorld> {
  const folder = mkdtempSync(join(tmpdir(), "bench-world-"));
  const app = await meteredApp();
  const policy = join(folder, "guardrail.json");
  writeFileSync(policy, policyText(options.policy));

  const clock = createVirtualClock({ start: worldStart });
  let host: RunningHost | null = null;
  const azure = createSimulatedAzure({
    estate: options.estate,
    clock,
    appPrincipal: principal,
    throttling: true,
    mailEndpoint,
    mailQuota: "custom",
    ...(options.delays ? { delays: options.delays } : {}),
    deliverEvents: async (events) => {
      if (host) await deliverGridEvents(host, events);
    },
  });
  const [url, azurite] = await Promise.all([azure.start(), startAzurite()]);
  const { answersAfter = atOnce } = options;
  const storage = await startStorageMeter(azurite.connectionString, answersAfter.storage);
  const refused: Record<string, number> = {};
  let firstCallAt = 0;
  let lastChangeAt = 0;
  const note: Note = (method, path, status) => {
    const name = `${method} ${typeOf(path)}`;
    firstCallAt ||= clock.now();
    if (status === 429) refused[name] = (refused[name] ?? 0) + 1;
    if (status < 300 && /^(PUT|PATCH)$/.test(method)) lastChangeAt = clock.now();
  };
  const front = await passOn(url, note, answersAfter.azure);
  const env = settingsOf(
    { policy, principal, stage: options.stage },
    { url: front.origin, storage: storage.connectionString },
  );
  const running = await startHost({
    ...{ app, data: join(folder, "data"), env, clockUrl: `${url}/_sim` },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  host = running;
  return {
    ...{ azure, clock, host: running },
    async metered() {
      const ran = await askMeter(running);
      const azureCalls = azure
        .operationsSeen()
        .map(({ method, template, count }) => [`${method} ${template}`, count] as const);
      const sums: Record<string, number> = {};
      for (const [name, count] of azureCalls) sums[name] = (sums[name] ?? 0) + count;
      const mails = azure.mailbox.mails.length;
      return {
        ...{ ...ran, firstCallAt, lastChangeAt, mails },
        ...{ storage: storage.counts(), azure: sums, refused: { ...refused } },
      };
    },
    async pass(minutes) {
      await clock.runUntil(clock.now() + minutes * 60_000);
      await running.whenIdle();
    },
    async post(path, body) {
      const response = await fetch(`${running.url}/api/${path}`, {
        method: "POST",
        headers: { "x-functions-key": running.keys.function, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`POST /api/${path}: ${await response.text()}`);
    },
    async deliver(to, events) {
      await deliverText(running, to, JSON.stringify(events));
    },
    async stop() {
      host = null;
      await running.stop();
      front.stop();
      storage.stop();
      await Promise.all([azure.stop(), azurite.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a path is about: its last provider and type, without the names of anything. */
const typeOf = (path: string): string =>
  /\/providers\/([^/?]+\/[^/?]+)(?!.*\/providers\/)/.exec(path)?.[1] ?? "other";

function policyText(change: BenchWorldOptions["policy"]): string {
  const policy = JSON.parse(readFileSync(resolve("guardrail.json"), "utf8")) as PolicyFile & {
    $schema?: string;
  };
  delete policy.$schema;
  policy.mail = {
    ...policy.mail,
    from: "guardrail@bench.example",
    replyTo: "platform@bench.example",
    aboutUrl: "https://bench.example/guardrail",
    ownerDomains: ["bench.example"],
  };
  policy.limits = { changesPerHour: 10_000, changesPerDay: 10_000, addedCostPerMonth: 1_000_000 };
  change(policy);
  return JSON.stringify(policy);
}

type Ran = Pick<Metered, "runs" | "takes" | "periods" | "peakMB">;

function askMeter(host: RunningHost): Promise<Ran> {
  return new Promise((answer) => {
    host.process.on("message", function listen(message: { kind?: string }) {
      if (message.kind !== "meter") return;
      host.process.off("message", listen);
      const { runs, takes, periods, peakMB } = message as unknown as Ran;
      answer({ runs, takes, periods, peakMB });
    });
    host.process.send("meter");
  });
}

/** What came between two readings of the meters. */
export function between(before: Metered, after: Metered): Metered {
  const runs = Object.fromEntries(
    Object.entries(after.runs).map(([name, { count, milliseconds }]) => {
      const earlier = before.runs[name] ?? { count: 0, milliseconds: 0 };
      const gained = {
        count: count - earlier.count,
        milliseconds: milliseconds - earlier.milliseconds,
      };
      return [name, gained];
    }),
  );
  return {
    runs,
    takes: less(after.takes, before.takes),
    periods: gainedOf(after.periods, before.periods),
    peakMB: after.peakMB,
    storage: less(after.storage, before.storage),
    azure: less(after.azure, before.azure),
    refused: less(after.refused, before.refused),
    firstCallAt: after.firstCallAt,
    lastChangeAt: after.lastChangeAt,
    mails: after.mails - before.mails,
  };
}

const less = (
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(after).map(([key, many]) => [key, many - (before[key] ?? 0)]));

/** Only what is new: a second that is over gains nothing. */
const gainedOf = (
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(less(after, before)).filter(([key, many]) => many > 0 || !(key in before)),
  );

/** The sum of counts whose name a pattern fits. */
export function sumOf(counts: Readonly<Record<string, number>>, pattern = /./): number {
  return Object.entries(counts).reduce(
    (sum, [name, many]) => (pattern.test(name) ? sum + many : sum),
    0,
  );
}

/** How often functions ran whose trigger and name a pattern fits. */
export function runsOf({ runs }: Pick<Metered, "runs">, pattern: RegExp): number {
  const counts = Object.entries(runs).map(([name, { count }]) => [name, count] as const);
  return sumOf(Object.fromEntries(counts), pattern);
}

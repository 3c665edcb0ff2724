import { closeSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { SimulatorClock } from "../azure/clock.ts";
import { loadEstate } from "../azure/estate.ts";
import type { GridEvent } from "../azure/events.ts";
import { createSimulatedAzure, type SimulatedAzure } from "../azure/index.ts";
import { startAzurite } from "../host/azurite.ts";
import { type RunningHost, startHost } from "../host/harness.ts";
import type { Scenario } from "./scenario.ts";

/** What a local world is made of. */
export interface WorldOptions {
  /** Folder of the estate. */
  readonly estate: string;
  /** Path of guardrail.json. */
  readonly policy: string;
  readonly stage: string;
  readonly principal: Scenario["principal"];
  readonly clock: SimulatorClock;
  /** Folder of the host's state. */
  readonly data: string;
  /** Folder that mails are written to. */
  readonly mailDir: string;
  readonly recordTo: string | null;
  readonly verbose: boolean;
  /** File that the host's log goes to; absent = this process's stderr. */
  readonly log?: string;
  readonly port?: number;
}

/** The app on an embedded host, beside a simulated Azure and a storage account: all on this machine. */
export interface World {
  readonly azure: SimulatedAzure;
  readonly host: RunningHost;
  /** Delivers a raw body to a trigger, as Event Grid or Event Hubs would. */
  deliver(to: "defenderEvents" | "resourceChanges" | "policyStates", text: string): Promise<number>;
  /** Calls the app's HTTP API with its key. */
  call(path: string, init?: { method: string; body?: unknown }): Promise<Response>;
  stop(): Promise<void>;
}

/** The mail service as the app knows it. */
export const mailEndpoint = "https://guardrail.communication.azure.com";

/**
 * Starts a world.
 *
 * @throws Error with every mistake of the estate, or what the host says when it cannot start.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const reading = await loadEstate(options.estate);
  if (reading.kind === "invalid") {
    throw new Error(reading.mistakes.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  }
  if (reading.estate.resources.length === 0) {
    throw new Error(
      `${options.estate}: holds no resource; put JSON as "az aks list -o json" prints it there`,
    );
  }
  let host: RunningHost | null = null;
  const azure = createSimulatedAzure({
    estate: reading.estate,
    clock: options.clock,
    appPrincipal: options.principal,
    throttling: true,
    mailEndpoint,
    mailDir: options.mailDir,
    ...(options.recordTo ? { recordTo: options.recordTo } : {}),
    deliverEvents: async (events) => {
      if (host) await deliverGridEvents(host, events);
    },
    deliverDefender: async (bodies) => {
      for (const body of bodies) {
        if (host) await deliverText(host, "defenderEvents", JSON.stringify(body));
      }
    },
  });
  const [url, azurite] = await Promise.all([azure.start(), startAzurite()]);
  const stopOthers = async (): Promise<void> => {
    await Promise.all([azure.stop(), azurite.stop()]);
  };
  const log = options.log === undefined ? null : openSync(options.log, "w");
  const running = await startHost({
    app: resolve("dist/app"),
    data: options.data,
    env: settingsOf(options, { url, storage: azurite.connectionString }),
    verbose: options.verbose,
    ...(log === null ? {} : { stdio: ["ignore", "ignore", log, "ipc"] }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.clock.kind === "virtual" ? { clockUrl: `${url}/_sim` } : {}),
  })
    .catch(async (error) => {
      await stopOthers();
      throw error;
    })
    .finally(() => {
      if (log !== null) closeSync(log);
    });
  host = running;
  return {
    azure,
    host: running,
    deliver: (to, text) => deliverText(running, to, text),
    call: (path, init) => call(running, path, init),
    async stop() {
      host = null;
      await running.stop();
      await stopOthers();
    },
  };
}

/** The app's settings in a local world. */
export function settingsOf(
  options: Pick<WorldOptions, "policy" | "principal" | "stage">,
  { url, storage }: { url: string; storage: string },
): Record<string, string> {
  return {
    AzureWebJobsStorage: storage,
    DEFENDER_EVENTS_HUB: "defender-events",
    DefenderEvents: "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local",
    GUARDRAIL_APP_ID: options.principal.appId,
    GUARDRAIL_CREDENTIAL: "local",
    GUARDRAIL_LOCAL_ROUTES: `https://management.azure.com=${url};${mailEndpoint}=${url}`,
    GUARDRAIL_MAIL_ENDPOINT: mailEndpoint,
    GUARDRAIL_MAIL_QUOTA: "custom",
    GUARDRAIL_POLICY: options.policy,
    GUARDRAIL_PRINCIPAL_ID: options.principal.objectId,
    GUARDRAIL_STAGE: options.stage,
    HTTP_AUTH: "key",
  };
}

/** What it takes to call a host. */
export type Addressed = Pick<RunningHost, "url" | "keys">;

interface Route {
  readonly function: string;
  readonly eventTypes: readonly string[];
}

interface EventRoutes {
  readonly resources: Route & { readonly operations: readonly string[] };
  readonly policyStates: Route & { readonly subjectContains: readonly string[] };
}

const routes: EventRoutes = JSON.parse(
  readFileSync(new URL("../../infra/event-routes.json", import.meta.url), "utf8"),
);

/** Delivers what the deployed event subscriptions let through, and nothing else. */
export async function deliverGridEvents(
  host: Addressed,
  events: readonly GridEvent[],
): Promise<void> {
  for (const event of events) {
    const target = targetOf(event);
    if (target) await deliverText(host, target, JSON.stringify([event]));
  }
}

function targetOf(event: GridEvent): "resourceChanges" | "policyStates" | null {
  const { resources, policyStates } = routes;
  const type = String(event["eventType"]);
  const subject = String(event["subject"]).toLowerCase();
  if (policyStates.eventTypes.includes(type)) {
    const through = policyStates.subjectContains.some((part) =>
      subject.includes(part.toLowerCase()),
    );
    return through ? "policyStates" : null;
  }
  // A registry is an event source of its own: this organization routes its registries here as well.
  if (/^Microsoft\.ContainerRegistry\.Image(Pushed|Deleted)$/.test(type)) return "resourceChanges";
  const data = event["data"];
  const operation =
    typeof data === "object" && data !== null && "operationName" in data
      ? String(data["operationName"]).toLowerCase()
      : "";
  const wanted = resources.operations.some((name) => name.toLowerCase() === operation);
  return wanted && resources.eventTypes.includes(type) ? "resourceChanges" : null;
}

/** Delivers a raw body to a trigger and answers its status; throws when it must come again. */
export async function deliverText(
  host: Addressed,
  to: "defenderEvents" | "resourceChanges" | "policyStates",
  text: string,
): Promise<number> {
  const { keys } = host;
  const response =
    to === "defenderEvents"
      ? await fetch(`${host.url}/admin/functions/${to}`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-functions-key": keys.master },
          body: JSON.stringify({ input: JSON.stringify([text]) }),
        })
      : await fetch(
          `${host.url}/runtime/webhooks/EventGrid?functionName=${to}&code=${keys.eventGrid}`,
          {
            method: "POST",
            headers: { "content-type": "application/json", "aeg-event-type": "Notification" },
            body: text,
          },
        );
  await response.arrayBuffer();
  if (response.status >= 500) throw new Error(`${to} answered ${response.status}`);
  return response.status;
}

function call(
  host: RunningHost,
  path: string,
  init: { method: string; body?: unknown } = { method: "GET" },
): Promise<Response> {
  return fetch(`${host.url}/api/${path}`, {
    method: init.method,
    headers: { "x-functions-key": host.keys.function, "content-type": "application/json" },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
}

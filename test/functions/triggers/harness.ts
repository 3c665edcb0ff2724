import {
  type HttpHandler,
  HttpRequest,
  type HttpResponseInit,
  InvocationContext,
} from "@azure/functions";
import type { FunctionApp, TriggerDependencies } from "../../../functions/triggers/dependencies.ts";
import { registerTriggers } from "../../../functions/triggers/index.ts";
import { isStorageOutage } from "../../../shared/azure/errors.ts";
import type { Case } from "../../../shared/domain/case.ts";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import type { GuardrailPolicy } from "../../../shared/domain/policy.ts";
import { cluster, own, now as start } from "../../shared/events/fixture.ts";
import { aCase as aCaseOf } from "../../support/builders.ts";
import { createFakeDurableClient } from "../../support/fake-durable-client.ts";
import { createInMemoryGateways, type StateGateways } from "../../support/in-memory-gateways.ts";

/** What was registered, by name. */
export interface Registered {
  readonly kind: "eventHub" | "eventGrid" | "timer" | "http";
  // biome-ignore lint/suspicious/noExplicitAny: each kind of function has its own options
  readonly options: any;
}

/** An app that only remembers. */
export function createRememberingApp(): {
  readonly app: FunctionApp;
  readonly functions: Map<string, Registered>;
} {
  const functions = new Map<string, Registered>();
  const remember = (kind: Registered["kind"]) => (name: string, options: unknown) => {
    if (functions.has(name)) throw new Error(`registered twice: ${name}`);
    functions.set(name, { kind, options });
  };
  const app = Object.fromEntries(
    (["eventHub", "eventGrid", "timer", "http"] as const).map((kind) => [kind, remember(kind)]),
  );
  return { app: app as unknown as FunctionApp, functions };
}

/** The triggers of a whole app on memory, with a clock to turn and everything they log. */
export function createTriggers(
  change: Partial<TriggerDependencies["settings"]> = {},
  before: (gateways: StateGateways) => StateGateways = (gateways) => gateways,
) {
  const clock = { now: new Date(start) };
  const gateways = before(createInMemoryGateways());
  const client = createFakeDurableClient(() => clock.now);
  const { app, functions } = createRememberingApp();
  let ids = 0;
  const deps: TriggerDependencies = {
    gateways,
    settings: { stage: "tell", httpAuth: "key", websiteAuthEnabled: false, own, ...change },
    policy: {
      scope: { managementGroups: [], subscriptions: [], exclude: ["sub-out"] },
      exemptions: [],
    } as unknown as GuardrailPolicy,
    policyHash: "hash-1",
    appVersion: "1.2.3",
    now: () => clock.now,
    newId: () => `id-${++ids}`,
    isStorageOutage,
    clientOf: () => client,
  };
  registerTriggers(app, deps);
  const logs: string[] = [];
  const context = () =>
    new InvocationContext({
      invocationId: "invocation-1",
      logHandler: (_level, ...args) => logs.push(args.map(String).join(" ")),
    });
  const options = (name: string) => {
    const found = functions.get(name);
    if (!found) throw new Error(`not registered: ${name}`);
    return found.options;
  };

  return {
    gateways,
    client,
    clock,
    logs,
    functions,
    /** Turns the clock on. */
    wait: (minutes: number) => {
      clock.now = new Date(clock.now.getTime() + minutes * 60_000);
    },
    deliver: async (name: string, payload: unknown): Promise<void> =>
      options(name).handler(payload, context()),
    tick: async (): Promise<void> => options("sweep").handler({}, context()),
    call: async (name: string, request: Call = {}) => {
      const handler = options(name).handler as HttpHandler;
      const answer = (await handler(requestOf(request), context())) as HttpResponseInit;
      const body = answer.jsonBody ?? answer.body;
      return { status: answer.status, body, headers: new Headers(answer.headers as HeadersInit) };
    },
  };
}

type HeadersInit = ConstructorParameters<typeof Headers>[0];

/** A request in short. */
export interface Call {
  readonly method?: string;
  readonly query?: string;
  readonly params?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
}

function requestOf({ method = "GET", query = "", params = {}, headers = {}, body }: Call) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new HttpRequest({
    method,
    url: `https://guardrail.example/api/x${query}`,
    params,
    headers,
    ...(body === undefined ? {} : { body: { string: text } }),
  });
}

/** What the ledger holds of the clock's first day. */
export async function ledgerOf({
  gateways,
}: {
  readonly gateways: Pick<StateGateways, "ledger">;
}): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of gateways.ledger.list(start, start)) entries.push(entry);
  return entries;
}

/** A case of the fixtures' cluster. */
export const aCase = (change: Partial<Case> = {}): Case =>
  aCaseOf({
    subject: cluster,
    resourceId: cluster,
    name: "aks-shop-prod",
    subscriptionId: "5d2c8f10-7b3e-4a41-9f6d-2b1c0e9a7d55",
    openedAt: "2026-11-20T08:00:00.000Z",
    updatedAt: "2026-11-23T08:00:00.000Z",
    stage: "tell",
    ...change,
  });

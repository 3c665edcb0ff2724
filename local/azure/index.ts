import { changeResource } from "./change.ts";
import type { SimulatorClock } from "./clock.ts";
import { azureDelays, type Delays } from "./delays.ts";
import type { Estate } from "./estate.ts";
import type { FaultRule } from "./estate-entry.ts";
import { createEvents, type DeliverEvents, type GridEvent } from "./events.ts";
import type { Answer, AzureRequest, Caller } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import { createIds } from "./ids.ts";
import { createRegistryImages, type DeliverDefender, type RegistryImages } from "./images/index.ts";
import { type Json, type JsonObject, textAt } from "./json.ts";
import { createLimiter } from "./limits.ts";
import { createMailbox, type Mailbox } from "./mail/mailbox.ts";
import type { MailQuota } from "./mail/quota.ts";
import { createMailRoutes, type MailManners } from "./mail/routes.ts";
import { createManners } from "./manners.ts";
import { createOperations } from "./operations.ts";
import type { AzureParts, Misstep } from "./parts.ts";
import { createPipeline } from "./pipeline.ts";
import { createPolicyEngine, type PolicyEngine } from "./policy/engine.ts";
import { createRoutes } from "./providers/index.ts";
import { createRecorder } from "./recorder.ts";
import { subscriptionOf, subscriptionType } from "./resource-id.ts";
import { createIsAllowed, type IsAllowed, type RoleData } from "./role.ts";
import { createRouter } from "./router.ts";
import { createAzureServer } from "./server.ts";
import { createdTimeOf, createStore, type Store } from "./store.ts";
import { createTally, type OperationSeen } from "./tally.ts";
import { aksLimit } from "./throttling.ts";

/** What a simulated Azure is made of. */
export interface SimulatedAzureOptions {
  readonly estate: Estate;
  readonly clock: SimulatorClock;
  /** Who the requests over HTTP come from. */
  readonly appPrincipal?: { objectId: string; appId: string; name: string };
  /** What the app may do; absent = everything. */
  readonly role?: RoleData;
  /** Whether token buckets are enforced; default: no. */
  readonly throttling?: boolean;
  /** File for every exchange, as JSON lines. */
  readonly recordTo?: string;
  /** Where Event Grid delivers; a rejection makes it try again later. */
  readonly deliverEvents?: DeliverEvents;
  /** Where Defender's continuous export goes: assessments of images, each time a scan changes one. */
  readonly deliverDefender?: DeliverDefender;
  /** Default: Azure's own pace. */
  readonly delays?: Partial<Delays>;
  /** Https endpoint of the mail service, as the app knows it. */
  readonly mailEndpoint?: string;
  /** Folder for mails as .eml, .html and .txt; absent = kept in memory only. */
  readonly mailDir?: string;
  /** Default: `managed`, the limits of a domain that Azure provides. */
  readonly mailQuota?: MailQuota;
  /** Whether a repeated operation id sends nothing; default: yes. */
  readonly mailDeduplicates?: boolean;
  /** Domains that mail may be sent from; absent = any. */
  readonly mailDomains?: readonly string[];
  /** Misbehaviour beside the estate's. */
  readonly faults?: readonly FaultRule[];
  /** Rows of a page in list answers; default 100. */
  readonly pageSize?: number;
}

/** A write that someone other than the app sends. */
export interface OtherRequest {
  readonly method: string;
  /** Path with api-version. */
  readonly path: string;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An Azure on this machine. */
export interface SimulatedAzure {
  /** Where it listens, once started. */
  readonly url: () => string;
  start(port?: number): Promise<string>;
  stop(): Promise<void>;
  readonly store: Store;
  readonly clock: SimulatorClock;
  readonly isAllowed: IsAllowed;
  /** Azure Policy's states, and what the add-on finds inside clusters. */
  readonly policy: PolicyEngine;
  /** What lies in the registries: pushed to and deleted from by their owners. */
  readonly images: RegistryImages;
  /** Every mail that was accepted, in order. */
  readonly mailbox: Mailbox;
  /** Sends a request as someone else, past role and limits; its events carry that caller. */
  actAs(caller: Caller, request: OtherRequest): Promise<Answer>;
  /**
   * Lays `merge` over a resource as someone else; rejects when Azure refuses. A cluster's change takes
   * as long as any.
   */
  changeAs(caller: Caller, resourceId: string, merge: JsonObject): Promise<void>;
  /** Operations that the app asked for, each with how often. */
  operationsSeen(): readonly OperationSeen[];
  /** Events that were raised, in order. */
  readonly events: readonly GridEvent[];
  /** What a careful caller would not have done. */
  readonly missteps: readonly Misstep[];
  /** Requests that no operation takes. */
  readonly unhandled: readonly string[];
  /** What was refused because the role of the app lacks an action, in Azure's words. */
  readonly unauthorized: readonly string[];
}

const defaultPrincipal = {
  objectId: "0a0b0c0d-0000-4000-8000-000000000002",
  appId: "0a0b0c0d-0000-4000-8000-000000000001",
  name: "app",
};

/** Builds an Azure that holds this estate. */
export function createSimulatedAzure(options: SimulatedAzureOptions): SimulatedAzure {
  const { clock } = options;
  const missteps: Misstep[] = [];
  const unhandled: string[] = [];
  const unauthorized: string[] = [];
  const parts = createParts(options, missteps);
  const images = createRegistryImages(parts, options.deliverDefender);
  const policy = createPolicyEngine(parts);
  const mailbox = createMailbox(options.mailDir);
  const mailRoutes = createMailRoutes(parts, mailbox, mailManners(options));
  const router = createRouter([...createRoutes(parts, policy), ...mailRoutes]);
  const throttle = { limiter: createLimiter(), enforced: options.throttling ?? false };
  const faults = createFaults([...options.estate.faults, ...(options.faults ?? [])], router.routes);
  const seen = createTally();
  const onRequest = seen.note;
  const refusing = { unhandled, unauthorized };
  const pipeline = createPipeline({ router, parts, throttle, faults, onRequest, ...refusing });
  const caller: Caller = { ...(options.appPrincipal ?? defaultPrincipal), upn: null };
  const server = createAzureServer({
    pipeline,
    clock,
    recorder: options.recordTo === undefined ? undefined : createRecorder(options.recordTo),
    caller,
    newGuid: parts.newGuid,
    mailOrigin: options.mailEndpoint ?? "https://simulated.communication.azure.com",
  });
  let url = "";

  return {
    url: () => url,
    async start(port = 0) {
      url = await server.start(port);
      return url;
    },
    async stop() {
      clock.stop();
      await server.stop();
    },
    store: parts.store,
    clock,
    isAllowed: parts.isAllowed,
    policy,
    images,
    mailbox,
    operationsSeen: seen.list,
    changeAs: (other, resourceId, merge) =>
      changeResource(resourceId, merge, {
        parts,
        pipeline,
        requestOf: (request) => requestOf(other, request, parts),
      }),
    actAs: (other, request) => pipeline(requestOf(other, request, parts), { outside: false }),
    events: parts.events.published,
    missteps,
    unhandled,
    unauthorized,
  };
}

function mailManners(options: SimulatedAzureOptions): MailManners {
  return {
    quota: options.mailQuota ?? "managed",
    deduplicates: options.mailDeduplicates ?? true,
    ...(options.mailDomains ? { domains: options.mailDomains } : {}),
  };
}

function createParts(options: SimulatedAzureOptions, missteps: Misstep[]): AzureParts {
  const { clock, estate } = options;
  const nowIso = (): string => new Date(clock.now()).toISOString();
  const newGuid = createIds("request");
  const store = createStore({ now: nowIso, newEtag: createIds("etag") });
  // What was there before the start is not new, though `GET` does not say since when it is there.
  const longAgo = new Date(clock.now() - 365 * 24 * 3_600_000).toISOString();
  for (const resource of withContainers(estate)) {
    const isDated = createdTimeOf(resource) !== null;
    store.put(isDated ? resource : { ...resource, createdTime: longAgo });
  }
  const delays: Delays = { ...azureDelays, ...options.delays };
  const tenantId = tenantOf(store);
  return {
    store,
    clock,
    nowIso,
    newGuid,
    operations: createOperations({
      clock,
      newId: createIds("operation"),
      pollLimit: (subscriptionId) => aksLimit("status", subscriptionId),
    }),
    events: createEvents({ clock, deliver: options.deliverEvents, delay: delays.event, tenantId }),
    manners: createManners(estate.manners),
    delays,
    estate,
    tenantId,
    isAllowed: createIsAllowed(options.role),
    noteMisstep: (misstep) => missteps.push({ at: nowIso(), ...misstep }),
    pageSize: options.pageSize ?? 100,
  };
}

/** The estate, with a subscription and a resource group for every resource that names one without it. */
function* withContainers(estate: Estate): Iterable<Estate["resources"][number]> {
  const known = new Set(estate.resources.map(({ id }) => id.toLowerCase()));
  for (const resource of estate.resources) {
    const subscriptionId = subscriptionOf(resource.id);
    const id = `/subscriptions/${subscriptionId}`;
    if (subscriptionId !== null && !known.has(id)) {
      known.add(id);
      yield { id, subscriptionId, displayName: subscriptionId, state: "Enabled", tenantId };
    }
    const group = /^(\/subscriptions\/[^/]+\/resourceGroups\/)([^/]+)\/./i.exec(resource.id);
    const groupId = `${group?.[1]}${group?.[2]}`;
    if (group && !known.has(groupId.toLowerCase())) {
      known.add(groupId.toLowerCase());
      yield groupOf(groupId, group[2] ?? "", textAt(resource, "location") ?? "westeurope");
    }
    yield resource;
  }
}

function groupOf(id: string, name: string, location: string): Estate["resources"][number] {
  const type = "Microsoft.Resources/resourceGroups";
  return { id, name, type, location, properties: { provisioningState: "Succeeded" } };
}

const tenantId = "72f988bf-0000-4000-8000-000000000000";

function tenantOf(store: Store): string {
  const first = store.list(subscriptionType).find((one) => textAt(one, "tenantId") !== null);
  return (first && textAt(first, "tenantId")) ?? tenantId;
}

function requestOf(caller: Caller, request: OtherRequest, { newGuid }: AzureParts): AzureRequest {
  return {
    method: request.method,
    url: new URL(request.path, "https://management.azure.com"),
    headers: request.headers ?? {},
    body: request.body,
    caller,
    correlationId: newGuid(),
  };
}

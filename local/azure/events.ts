import type { SimulatorClock } from "./clock.ts";
import type { AzureRequest } from "./exchange.ts";
import { guidOf } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import { canonical, readResourceId, subscriptionOf } from "./resource-id.ts";

/** One event in Event Grid's own schema. */
export interface GridEvent extends JsonObject {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly data: JsonObject;
  readonly dataVersion: string;
  readonly metadataVersion: "1";
}

/** What became of a request to Azure Resource Manager. */
export type Outcome =
  | "WriteSuccess"
  | "WriteFailure"
  | "WriteCancel"
  | "DeleteSuccess"
  | "DeleteFailure"
  | "ActionSuccess"
  | "ActionFailure";

/** One change through Azure Resource Manager. */
export interface Activity {
  readonly outcome: Outcome;
  readonly resourceId: string;
  /** Such as `Microsoft.Resources/tags/write`. */
  readonly operation: string;
  readonly request: AzureRequest;
}

/** Event Grid, as far as subscriptions' system topics go. */
export interface Events {
  /** Delivers an event of any kind after the usual delay, again and again until it is taken. */
  publish(event: GridEvent): void;
  /** Raises the event of a change through Azure Resource Manager. */
  activity(activity: Activity): void;
  /** Everything that was published, in order. */
  readonly published: readonly GridEvent[];
}

/** Takes events, or throws to get them again. */
export type DeliverEvents = (events: readonly GridEvent[]) => Promise<void>;

interface EventsOptions {
  readonly clock: SimulatorClock;
  readonly deliver: DeliverEvents | undefined;
  readonly delay: number;
  readonly tenantId: string;
}

/** Waits of Event Grid before it delivers again, in seconds (Azure documentation, "Event Grid message delivery and retry"); given up after a day. */
const retrySeconds = [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200];

/** Builds the event side of the simulator. */
export function createEvents(options: EventsOptions): Events {
  const { clock, deliver, delay, tenantId } = options;
  const published: GridEvent[] = [];

  const tryDelivery = async (event: GridEvent, attempt: number): Promise<void> => {
    try {
      await deliver?.([event]);
    } catch {
      const wait = retrySeconds[attempt];
      if (wait === undefined) return;
      clock.schedule(clock.now() + wait * 1000, () => tryDelivery(event, attempt + 1));
    }
  };

  const publish = (event: GridEvent): void => {
    published.push(event);
    if (deliver) clock.schedule(clock.now() + delay, () => tryDelivery(event, 0));
  };

  return {
    published,
    publish,
    activity(activity) {
      const at = new Date(clock.now()).toISOString();
      publish(activityEvent(activity, { at, tenantId }));
    },
  };
}

function activityEvent(
  activity: Activity,
  { at, tenantId }: { at: string; tenantId: string },
): GridEvent {
  const { outcome, resourceId, operation, request } = activity;
  const subscriptionId = subscriptionOf(resourceId) ?? "";
  return {
    id: guidOf(`${outcome} ${canonical(resourceId)} ${operation} ${request.correlationId}`),
    topic: `/subscriptions/${subscriptionId}`,
    subject: resourceId,
    eventType: `Microsoft.Resources.Resource${outcome}`,
    eventTime: at,
    data: {
      authorization: { scope: resourceId, action: operation, evidence: evidenceOf(request) },
      claims: claimsOf(request, tenantId),
      correlationId: request.correlationId,
      httpRequest: httpRequestOf(request),
      resourceProvider: operation.split("/")[0] ?? namespaceOf(resourceId),
      resourceUri: resourceId,
      operationName: operation,
      status: outcome.endsWith("Success") ? "Succeeded" : "Failed",
      subscriptionId,
      tenantId,
    },
    dataVersion: "2",
    metadataVersion: "1",
  };
}

function namespaceOf(id: string): string {
  return readResourceId(id)?.type.split("/")[0] ?? "Microsoft.Resources";
}

function evidenceOf({ caller }: AzureRequest): Json {
  return {
    role: "Contributor",
    principalId: caller.objectId.replaceAll("-", ""),
    principalType: caller.upn === null ? "ServicePrincipal" : "User",
  };
}

const claim = "http://schemas.microsoft.com/identity/claims";
const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

function claimsOf({ caller }: AzureRequest, tenantId: string): JsonObject {
  const common = {
    aud: "https://management.core.windows.net/",
    iss: `https://sts.windows.net/${tenantId}/`,
    [`${claim}/objectidentifier`]: caller.objectId,
    [`${claim}/tenantid`]: tenantId,
    ver: "1.0",
  };
  if (caller.upn === null) return { ...common, appid: caller.appId ?? "", appidacr: "2" };
  return {
    ...common,
    name: caller.name,
    [`${soap}/name`]: caller.upn,
    [`${soap}/upn`]: caller.upn,
  };
}

function httpRequestOf(request: AzureRequest): JsonObject {
  return {
    clientRequestId: request.headers["x-ms-client-request-id"] ?? request.correlationId,
    clientIpAddress: "203.0.113.10",
    method: request.method,
    url: request.url.href,
  };
}

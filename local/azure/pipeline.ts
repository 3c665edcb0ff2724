import { ArmFault } from "./arm-fault.ts";
import type { Outcome } from "./events.ts";
import type { Answer, AzureRequest, RoutedRequest } from "./exchange.ts";
import { type Faults, withFault } from "./faults.ts";
import {
  checkRole,
  checkSubscription,
  checkToken,
  checkWritable,
  isWrite,
  passLimits,
  type Throttle,
} from "./guards.ts";
import type { AzureParts } from "./parts.ts";
import type { Router } from "./router.ts";
import { tagsOf } from "./store.ts";

/** How strict the pipeline is with a request. */
export interface Strictness {
  /** Requests from outside: token, role and limits count. In-process writes of others skip them. */
  readonly outside: boolean;
}

/** Takes a request through everything that stands before and behind its provider. */
export type Pipeline = (request: AzureRequest, strictness: Strictness) => Promise<Answer>;

interface PipelineOptions {
  readonly router: Router;
  readonly parts: AzureParts;
  readonly throttle: Throttle;
  readonly faults: Faults;
  /** Told of each request from outside that a route takes. */
  readonly onRequest?: (request: RoutedRequest) => void;
  readonly unhandled: string[];
  /** Requests from outside for which the role lacks an action. */
  readonly unauthorized: string[];
}

/** Builds the pipeline: route, limits, role, registration, locks, provider, error answers, headers. */
export function createPipeline(options: PipelineOptions): Pipeline {
  return async (request, strictness) => {
    let routed: RoutedRequest | null = null;
    try {
      routed = options.router.match(request);
      if (strictness.outside) options.onRequest?.(routed);
      const headers = admit(routed, options, strictness);
      const answer = await handled(routed, options, strictness);
      return { ...answer, headers: { ...commonHeaders(request), ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof ArmFault)) throw error;
      if (!routed) options.unhandled.push(`${request.method} ${request.url.href}: ${error.code}`);
      else {
        if (isUnauthorized(error)) options.unauthorized.push(error.message);
        raiseFailure(routed, error, options.parts);
      }
      return errorAnswer(error, commonHeaders(request));
    }
  };
}

/** The provider's answer, with a declared fault in between; faults hit requests from outside only. */
async function handled(
  request: RoutedRequest,
  { faults, parts }: PipelineOptions,
  { outside }: Strictness,
): Promise<Answer> {
  const fault = outside ? faults.of(request) : null;
  if (!fault) return request.route.handle(request);
  const handle = async (course?: RoutedRequest["course"]): Promise<Answer> =>
    request.route.handle(course === undefined ? request : { ...request, course });
  if ("kind" in fault && fault.kind === "overtaken") {
    overtake(request.scope, fault.tag, parts);
    return handle();
  }
  return withFault(fault, handle, parts.clock.now());
}

/** Someone else's write lands first: the resource has one more tag, and another etag. */
function overtake(id: string, tag: string, { store }: AzureParts): void {
  const resource = store.find(id);
  if (resource) store.put({ ...resource, tags: { ...tagsOf(resource), [tag]: "set meanwhile" } });
}

function admit(
  request: RoutedRequest,
  { parts, throttle }: PipelineOptions,
  { outside }: Strictness,
): Readonly<Record<string, string>> {
  if (outside) checkToken(request);
  const headers = outside ? passLimits(request, throttle, parts.clock.now()) : {};
  checkSubscription(request, parts);
  if (outside) checkRole(request, parts.isAllowed);
  if (isWrite(request)) checkWritable(request, parts);
  return headers;
}

/** An error answer in the envelope that all of Azure uses. */
export function errorAnswer(error: ArmFault, headers: Readonly<Record<string, string>>): Answer {
  return {
    status: error.status,
    headers: { ...headers, ...error.headers, "x-ms-error-code": error.code },
    body: { error: { code: error.code, message: error.message } },
  };
}

function commonHeaders({ correlationId, headers }: AzureRequest): Record<string, string> {
  const clientId = headers["x-ms-client-request-id"];
  return {
    "x-ms-request-id": correlationId,
    "x-ms-correlation-request-id": correlationId,
    "x-ms-routing-request-id": `SIMULATED:${correlationId}`,
    "Cache-Control": "no-cache",
    ...(clientId === undefined ? {} : { "x-ms-client-request-id": clientId }),
  };
}

/** Azure Resource Manager and Resource Graph each have a code of their own for it. */
const isUnauthorized = ({ status, code }: ArmFault): boolean =>
  status === 403 && ["AuthorizationFailed", "AccessDenied"].includes(code);

/** Refusals that Azure reports as events: the write was understood and turned down. */
const reported = ["ScopeLocked", "RequestDisallowedByPolicy", "OperationNotAllowed", "Conflict"];

function raiseFailure(request: RoutedRequest, error: ArmFault, { events }: AzureParts): void {
  const operation = request.route.action;
  if (!isWrite(request) || operation === null || !reported.includes(error.code)) return;
  const outcome: Outcome = operation.endsWith("/write")
    ? "WriteFailure"
    : operation.endsWith("/delete")
      ? "DeleteFailure"
      : "ActionFailure";
  events.activity({ outcome, resourceId: request.scope, operation, request });
}

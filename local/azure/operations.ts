import { ArmFault } from "./arm-fault.ts";
import type { SimulatorClock } from "./clock.ts";
import type { Answer, Route, RoutedRequest } from "./exchange.ts";
import { param } from "./exchange.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Limit } from "./limits.ts";

/** How an operation ended. */
export type Ending =
  | { readonly status: "Succeeded" }
  | { readonly status: "Failed" | "Canceled"; readonly code: string; readonly message: string };

/** A long-running operation. */
export interface Operation {
  readonly id: string;
  /** The addresses that the accepting answer hands out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it now, unless it has ended; `onEnd` is called. */
  end(ending: Ending): void;
  readonly ended: () => boolean;
}

/** What an operation is about. */
export interface OperationPlan {
  readonly subscriptionId: string;
  /** Provider namespace; null = Azure Resource Manager itself. */
  readonly namespace: string | null;
  readonly location: string;
  /** Milliseconds until it ends by itself; null = never. */
  readonly duration: number | null;
  /** How it ends by itself. */
  readonly ending: Ending;
  /** What its Location answers at the end; absent = nothing. */
  readonly result?: () => Json;
  /** Called once, when it ends. */
  readonly onEnd: (ending: Ending) => void;
}

/** All long-running operations. */
export interface Operations {
  start(plan: OperationPlan): Operation;
  readonly routes: readonly Route[];
}

interface Running {
  readonly plan: OperationPlan;
  readonly startedAt: number;
  endedAt: number | null;
  ending: Ending | null;
}

const origin = "https://management.azure.com";

/** Builds the register of operations and the routes that answer polls. */
export function createOperations(options: {
  clock: SimulatorClock;
  newId: () => string;
  pollLimit: (subscriptionId: string) => Limit;
}): Operations {
  const { clock, newId, pollLimit } = options;
  const known = new Map<string, Running>();

  const find = (request: RoutedRequest): { id: string; running: Running } => {
    const id = param(request, "operationId").toLowerCase();
    const running = known.get(id);
    if (running) return { id, running };
    throw new ArmFault(404, "NotFound", { message: `The operation '${id}' was not found.` });
  };

  const limits = (request: RoutedRequest) =>
    request.params["namespace"]?.toLowerCase() === "microsoft.containerservice"
      ? { limits: [pollLimit(param(request, "subscriptionId"))] }
      : { limits: [] };

  const route = (template: string, action: string, handle: Route["handle"]): Route => ({
    method: "GET",
    template,
    versions: null,
    action,
    limits,
    handle,
  });

  return {
    start(plan) {
      const id = newId();
      const running: Running = { plan, startedAt: clock.now(), endedAt: null, ending: null };
      known.set(id, running);
      const end = (ending: Ending): void => {
        if (running.ending) return;
        running.ending = ending;
        running.endedAt = clock.now();
        plan.onEnd(ending);
      };
      if (plan.duration !== null) {
        clock.schedule(clock.now() + plan.duration, () => end(plan.ending));
      }
      return { id, headers: addressesOf(plan, id), end, ended: () => running.ending !== null };
    },
    routes: [
      route(`${base}/operations/{operationId}`, `${actions}/operations/read`, (request) => {
        const { id, running } = find(request);
        return { status: 200, body: statusOf(id, running) };
      }),
      route(
        `${base}/operationresults/{operationId}`,
        `${actions}/operationresults/read`,
        (request) => resultOf(find(request).running),
      ),
      route(
        "/subscriptions/{subscriptionId}/operationresults/{operationId}",
        "Microsoft.Resources/subscriptions/operationresults/read",
        (request) => resultOf(find(request).running),
      ),
    ],
  };
}

const base = "/subscriptions/{subscriptionId}/providers/{namespace}/locations/{location}";

/** Only AKS follows its writes under a namespace; these are the actions it lists for the polls. */
const actions = "Microsoft.ContainerService/locations";

function addressesOf(plan: OperationPlan, id: string): Readonly<Record<string, string>> {
  const root = `${origin}/subscriptions/${plan.subscriptionId}`;
  if (plan.namespace === null) {
    return {
      Location: `${root}/operationresults/${id}?api-version=2025-04-01`,
      "Retry-After": "5",
    };
  }
  const place = `${root}/providers/${plan.namespace}/locations/${plan.location}`;
  return {
    "Azure-AsyncOperation": `${place}/operations/${id}?api-version=2016-03-30`,
    Location: `${place}/operationresults/${id}?api-version=2016-03-30`,
  };
}

function statusOf(id: string, { startedAt, endedAt, ending }: Running): JsonObject {
  return {
    name: byteSwapped(id),
    status: ending?.status ?? "InProgress",
    startTime: new Date(startedAt).toISOString(),
    ...(endedAt === null ? {} : { endTime: new Date(endedAt).toISOString() }),
    ...(ending === null || ending.status === "Succeeded"
      ? {}
      : { error: { code: ending.code, message: ending.message } }),
  };
}

function resultOf({ ending, plan }: Running): Answer {
  if (!ending) return { status: 202, headers: { "Retry-After": "5" } };
  if (ending.status === "Succeeded") {
    return plan.result ? { status: 200, body: plan.result() } : { status: 204 };
  }
  throw new ArmFault(409, ending.code, { message: ending.message });
}

/** AKS names an operation by its id with the first three groups in reverse byte order (recorded). */
function byteSwapped(id: string): string {
  const [a = "", b = "", c = "", ...rest] = id.split("-");
  const swap = (hex: string): string => (hex.match(/../g) ?? []).toReversed().join("");
  return [swap(a), swap(b), swap(c), ...rest].join("-");
}

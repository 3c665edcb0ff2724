import type { App, AppFunction } from "./app-loader.ts";
import { type HostRequest, type HostResponse, plain } from "./http-message.ts";
import type { Invocation, Invoke } from "./invoker.ts";
import { propertiesOf } from "./rpc-codec.ts";

/** What the webhook needs. */
export interface EventGridOptions {
  readonly app: App;
  readonly invoke: Invoke;
  readonly timeout: NonNullable<Invocation["timeout"]>;
  readonly log: (level: "warning" | "error", message: string) => void;
}

/** Answers the Event Grid webhook: notifications in both schemas, validation, unsubscription. */
export function createEventGrid(
  options: EventGridOptions,
): (request: HostRequest) => Promise<HostResponse> {
  const { app, invoke, log } = options;

  const run = async (fn: AppFunction, event: unknown): Promise<boolean> => {
    const text = JSON.stringify(event);
    const { data } = propertiesOf(text);
    try {
      await invoke({
        fn: fn.registered,
        trigger: { json: text },
        triggerMetadata: data ? { data } : {},
        timeout: options.timeout,
      });
      return true;
    } catch (error) {
      log("error", `Event Grid function ${fn.name} failed: ${String(error)}`);
      return false;
    }
  };

  const notify = async (fn: AppFunction, body: string): Promise<HostResponse> => {
    const value = parse(body);
    if (value === undefined) return { status: 500 };
    const events = Array.isArray(value) ? value : [value];
    const results = await Promise.all(events.map((event) => run(fn, event)));
    if (results.every((ok) => ok)) return { status: 202 };
    return plain(500, `Exception while executing function: Functions.${fn.name}`);
  };

  return async (request) => {
    const name = request.query.get("functionName") ?? "";
    const fn = app.functions.find((known) => known.name === name);
    if (fn?.type !== "eventGridTrigger") return plain(404, `cannot find function: '${name}'`);
    if (request.method === "OPTIONS") {
      const origin = request.headers["webhook-request-origin"] ?? "*";
      return { status: 200, headers: { "webhook-allowed-origin": String(origin) } };
    }
    if (request.method !== "POST") return { status: 405 };
    const body = request.body.toString("utf8");
    switch (request.headers["aeg-event-type"]) {
      case "SubscriptionValidation":
        return validation(body);
      case "Notification":
        return notify(fn, body);
      case "Unsubscribe":
        return { status: 202 };
      default:
        return { status: 400 };
    }
  };
}

function validation(body: string): HostResponse {
  const value = parse(body);
  const event: unknown = Array.isArray(value) ? value[0] : value;
  const data = typeof event === "object" && event && "data" in event ? event.data : undefined;
  const code =
    typeof data === "object" && data && "validationCode" in data ? data.validationCode : undefined;
  if (typeof code !== "string") return { status: 500 };
  return plain(200, JSON.stringify({ validationResponse: code }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

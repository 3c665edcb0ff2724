import { randomUUID } from "node:crypto";
import type { App } from "./app-loader.ts";
import type { Clock } from "./clock.ts";
import { managementUrls } from "./durable-links.ts";
import { listInstances, purgeInstances } from "./durable-queries.ts";
import { type StatusView, statusBody } from "./durable-status.ts";
import type { Engine } from "./engine.ts";
import { isTerminal } from "./history.ts";
import { type HostRequest, type HostResponse, json } from "./http-message.ts";
import type { Store } from "./store.ts";
import type { Instance } from "./store-instances.ts";

/** What the durable API needs. */
export interface DurableHttpOptions {
  readonly app: App;
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: Clock;
  readonly hub: string;
  readonly key: string;
}

/**
 * Answers the durable HTTP API below its prefix; `path` holds the unescaped parts. A request that waits for an
 * orchestration calls `rest`: from then on it does not count as something going on.
 */
export type DurableHttp = (
  request: HostRequest,
  path: readonly string[],
  rest: () => void,
) => Promise<HostResponse>;

interface StartCall {
  readonly request: HostRequest;
  readonly name: string;
  readonly given: string | undefined;
  readonly rest: () => void;
}

const notFound: HostResponse = { status: 404 };
const unsupported = new Set(["raiseevent", "suspend", "resume", "rewind", "restart"]);
const longestId = 100;

/** Creates the API: orchestrations are started, looked at, terminated and purged; the rest answers 501. */
export function createDurableHttp(options: DurableHttpOptions): DurableHttp {
  const { app, engine, store, clock, hub, key } = options;

  const created = (request: HostRequest, id: string): HostResponse => {
    // The real host leaves this one out here, and only here.
    const { rewindPostUri, ...links } = managementUrls({ origin: request.origin, hub, key }, id);
    const location = links["statusQueryGetUri"] ?? "";
    return json(202, links, { location, "retry-after": "10" });
  };

  const start = async ({ request, name, given, rest }: StartCall): Promise<HostResponse> => {
    const input = readInput(request.body);
    if (input === undefined) {
      const ExceptionType = "Newtonsoft.Json.JsonReaderException";
      const ExceptionMessage = "The body is not JSON.";
      const error = { Message: "Invalid JSON content", ExceptionMessage, ExceptionType };
      return json(400, { ...error, StackTrace: "" });
    }
    if (!app.find("orchestrationTrigger", name)) return unknownOrchestrator(app, name);
    const mistake = given === undefined ? null : idMistake(given);
    if (mistake) return json(400, { Message: mistake });
    const id = given ?? randomUUID().replaceAll("-", "");
    const outcome = engine.start({ name, id, version: request.query.get("version"), input });
    if (outcome) {
      const Message = `An Orchestration instance with the status ${outcome.alive} already exists.`;
      return json(409, { Message });
    }
    const seconds = Number(request.query.get("timeout") ?? Number.NaN);
    if (Number.isNaN(seconds)) return created(request, id);
    rest();
    return waitForEnd(request, id, seconds);
  };

  const waitForEnd = async (
    request: HostRequest,
    id: string,
    seconds: number,
  ): Promise<HostResponse> => {
    await Promise.race([engine.ended(id), clock.sleep(seconds * 1000)]);
    const instance = store.findInstance(id);
    if (!instance || !isTerminal(instance.status)) return created(request, id);
    if (instance.status !== "Completed") return status(request, instance);
    return json(200, instance.output === null ? null : JSON.parse(instance.output));
  };

  const status = (request: HostRequest, instance: Instance): HostResponse => {
    const { query } = request;
    const view = readView(query);
    const body = statusBody(instance, view, view.history ? store.history(instance.id) : []);
    const failed =
      instance.status === "Failed" && flag(query, "returnInternalServerErrorOnFailure");
    if (isTerminal(instance.status)) return json(failed ? 500 : 200, body);
    const path = `/runtime/webhooks/durabletask/instances/${encodeURIComponent(instance.id)}`;
    const location = `${request.origin}${path}?code=${key}`;
    return json(202, body, { location, "retry-after": "5" });
  };

  const purgeOne = (instance: Instance): HostResponse => {
    if (!isTerminal(instance.status)) {
      const text = `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instance.id} has status ${instance.status}`;
      return json(412, text);
    }
    engine.purge(instance.id);
    return json(200, { instancesDeleted: 1 });
  };

  const terminate = (request: HostRequest, id: string): HostResponse => {
    const answers = { accepted: 202, ended: 410, unknown: 404 };
    return { status: answers[engine.terminate(id, request.query.get("reason"))] };
  };

  const oneInstance = (request: HostRequest, id: string): HostResponse => {
    const instance = store.findInstance(id);
    if (!instance) return notFound;
    if (request.method === "GET") return status(request, instance);
    return request.method === "DELETE" ? purgeOne(instance) : notFound;
  };

  const instances = (request: HostRequest, parts: readonly string[]): HostResponse => {
    const { method } = request;
    const [id = "", action, ...more] = parts;
    if (id === "") {
      if (method === "GET") return listInstances(store, request);
      return method === "DELETE" ? purgeInstances(store, engine, request) : notFound;
    }
    if (action === undefined) return oneInstance(request, id);
    const name = action.toLowerCase();
    if (method === "POST" && name === "terminate" && more.length === 0)
      return terminate(request, id);
    return method === "POST" && unsupported.has(name) ? notSupported(action) : notFound;
  };

  return async (request, path, rest) => {
    const [kind, ...parts] = path;
    const wrong = wrongHub(request.query, hub);
    if (wrong) return wrong;
    if (kind === "instances") return instances(request, parts);
    if (kind === "entities") return notSupported("entities");
    const [name, id, ...more] = parts;
    const isStart = kind === "orchestrators" && request.method === "POST";
    if (!isStart || !name || more.length > 0) return notFound;
    return start({ request, name, given: id || undefined, rest });
  };
}

function readInput(body: Buffer): string | null | undefined {
  const text = body.toString("utf8").trim();
  if (text === "") return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function unknownOrchestrator(app: App, name: string): HostResponse {
  const known = app.functions.filter(({ type }) => type === "orchestrationTrigger");
  const list = known.map((fn) => `'${fn.name}'`).join(", ");
  const Message = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: ${list}.`;
  return json(400, { Message });
}

function idMistake(id: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/^@|[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id) && id.length <= longestId) return null;
  return `The instance id ${JSON.stringify(id.slice(0, longestId))} cannot be used: it must not begin with @, hold / \\ # ? or control characters, or be longer than ${longestId} characters.`;
}

function notSupported(what: string): HostResponse {
  return json(501, { Message: `The embedded host does not support '${what}'.` });
}

function wrongHub(query: URLSearchParams, hub: string): HostResponse | null {
  const connection = query.get("connection");
  if (connection !== null && connection !== "Storage") {
    const ExceptionMessage = `Unable to resolve the Azure Storage connection named '${connection}'.`;
    const Message = "Something went wrong while processing your request";
    const ExceptionType = "System.InvalidOperationException";
    return json(500, { Message, ExceptionMessage, ExceptionType, StackTrace: "" });
  }
  const given = query.get("taskHub");
  return given !== null && given.toLowerCase() !== hub.toLowerCase() ? notFound : null;
}

function flag(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === "true";
}

function readView(query: URLSearchParams): StatusView {
  return {
    input: query.get("showInput")?.toLowerCase() !== "false",
    history: flag(query, "showHistory"),
    output: flag(query, "showHistoryOutput"),
  };
}

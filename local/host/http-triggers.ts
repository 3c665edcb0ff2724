import type { App, AppFunction } from "./app-loader.ts";
import type { TypedData } from "./core-shim.ts";
import { type HostRequest, type HostResponse, keyOf } from "./http-message.ts";
import type { Invocation, Invoke } from "./invoker.ts";
import type { HostKeys } from "./keys.ts";

/** What HTTP triggers need. */
export interface HttpTriggerOptions {
  readonly app: App;
  readonly routePrefix: string;
  readonly keys: HostKeys;
  readonly invoke: Invoke;
  readonly timeout: NonNullable<Invocation["timeout"]>;
  readonly log: (level: "warning" | "error", message: string) => void;
}

interface Route {
  readonly fn: AppFunction;
  readonly methods: readonly string[];
  readonly segments: readonly string[];
  /** The route belongs to the host itself. */
  readonly reserved: boolean;
}

/**
 * Answers requests to the app's HTTP functions: the first match in alphabetical order of their names.
 * A function whose route begins with `admin` is disabled, with an error in the log.
 */
export function createHttpTriggers(
  options: HttpTriggerOptions,
): (request: HostRequest) => Promise<HostResponse> {
  const { app, keys, invoke, log } = options;
  const routes = app.functions
    .filter(({ type }) => type === "httpTrigger")
    .map((fn) => readRoute(fn, options.routePrefix))
    .filter(({ fn, reserved }) => {
      const conflict = "the specified route conflicts with one or more built in routes";
      if (reserved)
        log("error", `The '${fn.name}' function is in error and disabled: ${conflict}.`);
      return !reserved;
    });

  const allowed = (fn: AppFunction, request: HostRequest): boolean => {
    const level = fn.trigger["authLevel"] ?? "anonymous";
    const key = keyOf(request);
    if (level === "anonymous") return true;
    return key === keys.master || (level === "function" && key === keys.function);
  };

  return async (request) => {
    const parts = segmentsOf(request.path);
    for (const { fn, methods, segments } of routes) {
      const parameters = match(segments, parts);
      if (!parameters || !methods.includes(request.method)) continue;
      if (!allowed(fn, request)) return { status: 401 };
      const trigger = httpData(request, parameters);
      const call = { fn: fn.registered, trigger, triggerMetadata: {}, timeout: options.timeout };
      try {
        return toResponse(await invoke(call), request);
      } catch (error) {
        log("error", `HTTP function ${fn.name} failed: ${describe(error)}`);
        return { status: 500 };
      }
    }
    return { status: 404 };
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "remoteStack" in error ? String(error.remoteStack) : (error.stack ?? error.message);
}

function readRoute(fn: AppFunction, prefix: string): Route {
  const route = String(fn.trigger["route"] ?? fn.name).replace(/^\/|\/$/g, "");
  const methods = fn.trigger["methods"];
  const listed = Array.isArray(methods)
    ? methods.map((method) => String(method).toUpperCase())
    : [];
  return {
    fn,
    methods: listed.length > 0 ? listed : ["GET", "POST"],
    segments: [...prefix.split("/").filter((part) => part !== ""), ...route.split("/")],
    reserved: /^admin/i.test(route) || (prefix === "" && /^runtime/i.test(route)),
  };
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, "").replace(/\/$/, "").split("/");
}

function match(
  segments: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (parts.length > segments.length) return undefined;
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    const [, name, optional] = /^\{([^?}]+)(\?)?\}$/.exec(segment) ?? [];
    if (name === undefined) {
      if (part?.toLowerCase() !== segment.toLowerCase()) return undefined;
    } else if (part === undefined || part === "") {
      if (!optional) return undefined;
    } else {
      parameters[name] = unescapePart(part);
    }
  }
  return parameters;
}

/** Escapes are undone, but for an escaped slash, which stays as it came. */
function unescapePart(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%2f/gi, (slash) => slash.replace("%", "%25")));
  } catch {
    return part;
  }
}

/** The envelope of an HTTP request. A body without a length (chunked) does not reach the function. */
export function httpData(request: HostRequest, parameters: Record<string, string>): TypedData {
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  return {
    http: {
      method: request.method,
      url: request.origin + request.target,
      nullableHeaders: nullable(Object.entries(request.headers).map(([k, v]) => [k, String(v)])),
      nullableParams: nullable(Object.entries(parameters)),
      nullableQuery: nullable(joined(request.query)),
      headers: {},
      params: {},
      query: {},
      body: hasBody ? { bytes: request.body } : null,
    },
  };
}

function nullable(entries: readonly (readonly [string, string])[]): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, { value }]));
}

function joined(query: URLSearchParams): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const [key, value] of query) {
    const before = found.get(key.toLowerCase());
    found.set(key.toLowerCase(), before ? [before[0], `${before[1]},${value}`] : [key, value]);
  }
  return [...found.values()];
}

interface RpcHttp {
  readonly statusCode?: string;
  readonly headers?: Record<string, string>;
  readonly cookies?: readonly unknown[];
  readonly body?: TypedData | null;
}

function toResponse(value: TypedData | null | undefined, request: HostRequest): HostResponse {
  if (!value) return { status: 204 };
  const { statusCode, headers = {}, cookies = [], body } = value.http as RpcHttp;
  if (cookies.length > 0) throw new Error("Cookies are not supported by the embedded host.");
  const bytes = body?.bytes ?? Buffer.from(body?.string ?? body?.json ?? "");
  const silent = request.method === "HEAD" || bytes.length === 0;
  return { status: Number(statusCode), headers, ...(silent ? {} : { body: bytes }) };
}

import type { Admin } from "./admin.ts";
import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import type { DurableHttp } from "./durable-http.ts";
import { type HostRequest, type HostResponse, keyOf, plain, unauthorized } from "./http-message.ts";
import type { HostKeys } from "./keys.ts";

/** The parts of the host that answer requests. */
export interface RouteOptions {
  readonly keys: HostKeys;
  readonly busy: Busy;
  readonly clock: Clock;
  readonly admin: Admin;
  readonly durable: DurableHttp;
  readonly eventGrid: (request: HostRequest) => Promise<HostResponse>;
  readonly functions: (request: HostRequest) => Promise<HostResponse>;
  /** Path below which the durable client of the app itself is answered, without a key: it holds a secret. */
  readonly clientPath: string;
}

/** Sends each request to the part it is for, and counts it as something going on meanwhile. */
export function createRouter(
  options: RouteOptions,
): (request: HostRequest) => Promise<HostResponse> {
  const { keys, admin, durable, eventGrid, functions, busy, clock } = options;

  const webhook = (
    request: HostRequest,
    parts: readonly string[],
    rest: () => void,
  ): Promise<HostResponse> => {
    const [name = "", ...below] = parts;
    const key = keyOf(request);
    if (name.toLowerCase() === "eventgrid") {
      const known = key === keys.eventGrid || key === keys.master;
      return known ? eventGrid(request) : Promise.resolve(unauthorized);
    }
    if (name.toLowerCase() !== "durabletask") return Promise.resolve({ status: 404 });
    if (key === keys.durable || key === keys.master) return durable(request, below, rest);
    return Promise.resolve(key === keys.function ? { status: 403 } : unauthorized);
  };

  const dispatch = async (request: HostRequest, rest: () => void): Promise<HostResponse> => {
    const { path } = request;
    if (path === "/") return plain(200, "Your Functions app is up and running.");
    if (path.startsWith(options.clientPath)) {
      const parts = unescaped(path.slice(options.clientPath.length));
      return parts ? durable(request, parts, rest) : { status: 400 };
    }
    const parts = unescaped(path.slice(1));
    const [first, second, ...below] = parts ?? [];
    if (first?.toLowerCase() === "admin") return admin(request, (parts ?? []).slice(1));
    if (first?.toLowerCase() === "runtime" && second?.toLowerCase() === "webhooks") {
      return webhook(request, below, rest);
    }
    return functions(request);
  };

  return async (request) => {
    if (request.path.startsWith("/admin/embedded/idle")) return dispatch(request, () => undefined);
    const end = busy.begin();
    try {
      await clock.sync();
      return await dispatch(request, end);
    } finally {
      end();
    }
  };
}

function unescaped(path: string): string[] | null {
  try {
    return path.split("/").map((part) => decodeURIComponent(part));
  } catch {
    return null;
  }
}

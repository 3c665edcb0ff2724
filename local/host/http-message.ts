import type { IncomingHttpHeaders } from "node:http";

/** A request as the host's routes see it. */
export interface HostRequest {
  readonly method: string;
  /** Scheme and host as the client addressed them, such as `http://127.0.0.1:7071`. */
  readonly origin: string;
  /** Path and query as they came. */
  readonly target: string;
  /** Path as it came, still escaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer; no body = none. */
export interface HostResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer in JSON. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HostResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** An answer in plain text. */
export function plain(status: number, body: string): HostResponse {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/** The answer to a request without a valid key. */
export const unauthorized: HostResponse = {
  status: 401,
  headers: { "www-authenticate": "Bearer" },
};

/** The key a request carries, in its header or its query. */
export function keyOf(request: HostRequest): string | undefined {
  const header = request.headers["x-functions-key"];
  return (
    (typeof header === "string" ? header : undefined) ?? request.query.get("code") ?? undefined
  );
}

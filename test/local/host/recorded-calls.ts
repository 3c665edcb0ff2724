import { expect } from "vitest";
import type { HostKeys } from "../../../local/host/keys.ts";
import type { Answer, TargetHost } from "./target-host.ts";

/** A request to the real host and its answer. */
export interface RecordedCall extends Answer {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

const recordedOrigin = /http:\/\/(127\.0\.0\.1|localhost):7071/g;

/** A recorded text with the keys of the host under test in place of the recorded ones. */
export function withKeys(text: string, keys: HostKeys): string {
  return text
    .replaceAll("DURKEY", keys.durable)
    .replaceAll("MASTERKEY", keys.master)
    .replaceAll("HOSTKEY", keys.function)
    .replaceAll("EGKEY", keys.eventGrid);
}

/** Sends a recorded request to the host under test. */
export function repeat(host: TargetHost, { request }: RecordedCall): Promise<Answer> {
  const { method, url, body, headers = {} } = request;
  const keyed = Object.entries(headers).map(([name, value]) => [name, withKeys(value, host.keys)]);
  const path = withKeys(url.replace(recordedOrigin, ""), host.keys);
  return host.call(method, path, {
    headers: Object.fromEntries(keyed),
    ...(body === undefined ? {} : { body }),
  });
}

/** Names and JSON types of a value; of the members of a list, all kinds that occur. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    return [...new Set(value.map((item) => JSON.stringify(shape(item))))].sort();
  }
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const entries = Object.entries(value).map(([key, item]) => [key, shape(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Expects the status, headers that matter and the shape of the recorded answer. */
export function expectLike(answer: Answer, recorded: RecordedCall, host: TargetHost): void {
  expect(answer.status).toBe(recorded.status);
  expect(shape(answer.body)).toEqual(shape(recorded.body));
  for (const name of ["retry-after", "www-authenticate", "webhook-allowed-origin"]) {
    expect(answer.headers[name]).toBe(recorded.headers[name]);
  }
  expect(mediaType(answer)).toBe(mediaType(recorded));
  const { location } = recorded.headers;
  const ids = /[0-9a-f]{32}/;
  const here = location && withKeys(location.replace(recordedOrigin, host.url), host.keys);
  expect(answer.headers["location"]?.replace(ids, "")).toBe(here?.replace(ids, ""));
}

function mediaType({ headers }: Answer): string | undefined {
  return headers["content-type"]?.split(";")[0];
}

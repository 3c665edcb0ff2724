import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ArmFault, badRequest } from "./arm-fault.ts";
import type { SimulatorClock } from "./clock.ts";
import type { Answer, AzureRequest, Caller } from "./exchange.ts";
import { isObject, type Json } from "./json.ts";
import { errorAnswer, type Pipeline } from "./pipeline.ts";
import type { Recorder } from "./recorder.ts";

/** What the server hands requests to. */
export interface ServerOptions {
  readonly pipeline: Pipeline;
  readonly clock: SimulatorClock;
  readonly recorder: Recorder | undefined;
  readonly caller: Caller;
  readonly newGuid: () => string;
  /** Https origin of the mail service, where the request's Host does not tell it. */
  readonly mailOrigin: string;
}

/** The simulated Azure's one port. */
export interface AzureServer {
  start(port: number): Promise<string>;
  stop(): Promise<void>;
}

const armOrigin = "https://management.azure.com";
const maximumBytes = 12 * 1024 * 1024;
/** On a busy machine a connection is not used for a while; closed then, it would fail the next request. */
const keepAliveMilliseconds = 600_000;

/** Builds the HTTP server: Azure's operations, and below `/_sim/` the clock. */
export function createAzureServer(options: ServerOptions): AzureServer {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, options).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.keepAliveTimeout = keepAliveMilliseconds;
  return {
    start: (port) => listen(server, port),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${isAddress(address) ? address.port : port}`);
    });
  });
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const text = await readText(incoming);
  if (incoming.url?.startsWith("/_sim/")) {
    send(outgoing, withContentType(await control(incoming, text, options.clock)));
    return;
  }
  const headers = flatHeaders(incoming);
  const url = new URL(`${originOf(incoming, options.mailOrigin)}${incoming.url ?? "/"}`);
  const correlationId = options.newGuid();
  const method = incoming.method ?? "GET";
  const given = await answerOf({ method, url, headers, correlationId }, text, options);
  const { body } = given;
  const answer = withContentType(given.answer);
  if (answer.wire?.kind !== "reset" && answer.wire?.kind !== "silence") {
    options.recorder?.note({
      method,
      url: url.href,
      requestHeaders: headers,
      requestBody: body,
      status: answer.status,
      responseHeaders: answer.headers ?? {},
      responseBody: answer.wire?.kind === "text" ? answer.wire.text : answer.body,
    });
  }
  send(outgoing, answer);
}

async function answerOf(
  head: Pick<AzureRequest, "method" | "url" | "headers" | "correlationId">,
  text: string,
  { pipeline, caller }: ServerOptions,
): Promise<{ answer: Answer; body: Json | undefined }> {
  let body: Json | undefined;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch (error) {
    const fault = badRequest(
      `The request content was invalid and could not be deserialized: '${error}'.`,
    );
    return { answer: errorAnswer(fault, {}), body: text };
  }
  return { answer: await pipeline({ ...head, body, caller }, { outside: true }), body };
}

async function control(
  incoming: IncomingMessage,
  text: string,
  clock: SimulatorClock,
): Promise<Answer> {
  const iso = (time: number): string => new Date(time).toISOString();
  const path = incoming.url?.split("?")[0];
  if (path === "/_sim/clock" && incoming.method === "GET") {
    return { status: 200, body: { now: iso(clock.now()) } };
  }
  if (path === "/_sim/clock/advance" && incoming.method === "POST") {
    const { now, held } = await clock.advance(readNextDue(text));
    return { status: 200, body: { now: iso(now), held } };
  }
  const message = "Known are GET /_sim/clock and POST /_sim/clock/advance.";
  return errorAnswer(new ArmFault(404, "NotFound", { message }), {});
}

function readNextDue(text: string): number | null {
  const body: unknown = text === "" ? {} : JSON.parse(text);
  const next = isObject(body) ? body["nextDue"] : undefined;
  const time = typeof next === "string" ? Date.parse(next) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** The https origin that the caller believes to speak to. */
function originOf(incoming: IncomingMessage, mailOrigin: string): string {
  if (!/^\/emails[:/]/i.test(incoming.url ?? "")) return armOrigin;
  const host = incoming.headers.host ?? "";
  return /^(127\.|localhost|\[?::1)/.test(host) || host === "" ? mailOrigin : `https://${host}`;
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maximumBytes) throw new Error("The request is larger than 12 MB.");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function withContentType(answer: Answer): Answer {
  const { wire, body, headers } = answer;
  if (body === undefined && wire?.kind !== "text") return answer;
  const type = wire?.kind === "text" ? wire.type : "application/json; charset=utf-8";
  return { ...answer, headers: { ...headers, "Content-Type": type } };
}

function send(outgoing: ServerResponse, { status, headers, body, wire }: Answer): void {
  if (wire?.kind === "silence") return;
  if (wire?.kind === "reset") {
    outgoing.destroy();
    return;
  }
  const text = wire?.kind === "text" ? wire.text : body === undefined ? "" : JSON.stringify(body);
  outgoing.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(text) });
  if (wire?.kind === "cut")
    outgoing.write(text.slice(0, text.length / 2), () => outgoing.destroy());
  else outgoing.end(text);
}

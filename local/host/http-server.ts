import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HostRequest, HostResponse } from "./http-message.ts";

/** What the server hands requests to. */
export type Router = (request: HostRequest) => Promise<HostResponse>;

/** A server that listens. */
export interface HostServer {
  readonly port: number;
  /** Hands requests to the router from now on; until then they wait. */
  serve(router: Router): void;
  /** Takes no more connections and resolves when the open requests are answered. */
  close(): Promise<void>;
}

const keepAliveMilliseconds = 60_000;
const longestBody = 100 * 1024 * 1024;

/** Listens on the loopback interface; port 0 = any free one. Node's own limits on time are off. */
export async function listen(port: number): Promise<HostServer> {
  let route: (router: Router) => void = () => undefined;
  const router = new Promise<Router>((resolve) => {
    route = resolve;
  });
  const server = createServer((message, response) => {
    router
      .then(async (handle) => send(response, await handle(await read(message))))
      .catch(() => send(response, { status: 500 }));
  });
  server.keepAliveTimeout = keepAliveMilliseconds;
  server.requestTimeout = 0;
  await bind(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    serve: (given) => route(given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function read(message: IncomingMessage): Promise<HostRequest> {
  const { method = "GET", url: target = "/", headers } = message;
  const [path = "/", search = ""] = target.split(/\?(.*)/s);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > longestBody) throw new Error("The body is larger than 100 MB.");
    chunks.push(chunk);
  }
  const query = new URLSearchParams(search);
  const origin = `http://${headers.host ?? "localhost"}`;
  return { method, origin, target, path, query, headers, body: Buffer.concat(chunks) };
}

function send(response: ServerResponse, { status, headers = {}, body }: HostResponse): void {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  const sized = status === 204 ? {} : { "content-length": String(length) };
  response.writeHead(status, { ...sized, ...headers });
  response.end(body);
}

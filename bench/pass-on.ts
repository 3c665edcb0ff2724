import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

/** Told of each request that was answered. */
export type Note = (method: string, path: string, status: number) => void;

/** Somebody who stands in the way of requests, and passes them on. */
export interface Passage {
  readonly origin: string;
  stop(): void;
}

/**
 * Listens on this machine and passes everything on to `address`, telling `note`; each answer is held back
 * for so many seconds.
 */
export async function passOn(address: string, note: Note, seconds = 0): Promise<Passage> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    const { method = "GET", url = "/", headers } = incoming;
    const outgoing = request(`${address}${url}`, { method, headers, agent }, async (response) => {
      note(method, url, response.statusCode ?? 502);
      if (seconds > 0) await setTimeout(seconds * 1000);
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  // On a busy machine a connection rests for long; closed then, it would fail the next request.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

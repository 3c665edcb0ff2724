import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A virtual clock of the kind the simulated Azure has, for tests of the host alone. */
export interface ClockServer {
  readonly url: string;
  now(): number;
  /** Lets time move as far as this many milliseconds after now, as soon as the host is idle. */
  allow(milliseconds: number): void;
  /** What the host said was due next, each time it asked. */
  readonly asked: (string | null)[];
  stop(): Promise<void>;
}

/** Starts a clock that moves to the host's next due time, but no further than allowed. */
export async function startClockServer(start: string): Promise<ClockServer> {
  let now = Date.parse(start);
  let limit = now;
  const asked: (string | null)[] = [];
  const advance = (nextDue: string | null): boolean => {
    asked.push(nextDue);
    const due = nextDue === null ? limit : Date.parse(nextDue);
    const target = Math.min(due, limit);
    if (target <= now) return true;
    now = target;
    return false;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const held = request.method === "POST" ? advance(JSON.parse(body).nextDue) : undefined;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ now: new Date(now).toISOString(), held }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => now,
    allow(milliseconds) {
      limit = now + milliseconds;
    },
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

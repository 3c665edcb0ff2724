import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Counts the requests of the app to its storage account, and passes them on. */
export interface StorageMeter {
  /** The connection string with the meter's addresses. */
  readonly connectionString: string;
  /** Requests by verb and table, such as `PUT guardrailcases`; what was refused counts as `failed`. */
  counts(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Stands between an app and the account of this connection string. */
export async function startStorageMeter(connectionString: string): Promise<StorageMeter> {
  const counts: Record<string, number> = {};
  const agent = new Agent({ keepAlive: true });
  let metered = connectionString;
  const servers = await Promise.all(
    ["TableEndpoint", "BlobEndpoint"].map(async (name) => {
      const address = new RegExp(`${name}=(http://[^/]+)/`).exec(connectionString)?.[1];
      if (!address) throw new Error(`${name}: missing in the connection string`);
      const { server, origin } = await passOn(address, { agent, note });
      metered = metered.replace(`${name}=${address}/`, `${name}=${origin}/`);
      return server;
    }),
  );
  function note(method: string, path: string, status: number): void {
    const table = /^\/[^/]+\/(\w+)/.exec(path)?.[1] ?? "other";
    const verb = status < 400 ? method : `${method} failed`;
    const key = `${verb} ${table === "Tables" ? "tables" : table}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return {
    connectionString: metered,
    counts: () => ({ ...counts }),
    async stop() {
      agent.destroy();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

async function passOn(
  address: string,
  { agent, note }: { agent: Agent; note: (method: string, path: string, status: number) => void },
) {
  const server = createServer((incoming, answer) => {
    const { method = "GET", url = "/", headers } = incoming;
    const outgoing = request(`${address}${url}`, { method, headers, agent }, (response) => {
      note(method, url, response.statusCode ?? 502);
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

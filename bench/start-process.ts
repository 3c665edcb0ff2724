import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const probe = join(import.meta.dirname, "probe.cjs");

/** One start of a process. */
export interface Start {
  /** From before the process is asked for until it has ended, or has marked. */
  readonly milliseconds: number;
  /** Milliseconds of all its threads; null where it was not asked. */
  readonly cpu: number | null;
  readonly functions: number;
}

/** Starts an entry until it has registered its functions. */
export async function startToRegistered(entry: string, env: NodeJS.ProcessEnv): Promise<Start> {
  const begin = performance.now();
  const child = spawn(process.execPath, [probe, entry, "register"], {
    env: { ...process.env, ...settings(0), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${entry} ended with code ${code}`);
  const [functions, cpu] = said.split(" ").map(Number);
  return { milliseconds: performance.now() - begin, cpu: cpu ?? null, functions: functions ?? 0 };
}

/** Starts an entry, hands it an event, and stops it when its mark arrives at the storage account. */
export async function startToMark(
  entry: string,
  event: unknown,
  env: NodeJS.ProcessEnv,
): Promise<Start> {
  const arrived = Promise.withResolvers<number>();
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.url?.includes("guardrailagenda")) {
      arrived.resolve(performance.now());
    }
    request.resume();
    response.writeHead(request.method === "GET" ? 404 : 204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const begin = performance.now();
  const child = spawn(process.execPath, [probe, entry, "mark"], {
    env: { ...process.env, ...settings(port), ...env },
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.stdin.end(JSON.stringify({ event, client: clientAt(port) }));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${entry} ended with code ${code} before it marked`);
  });
  try {
    const at = await Promise.race([arrived.promise, ended]);
    return { milliseconds: at - begin, cpu: null, functions: 0 };
  } finally {
    ended.catch(() => undefined);
    child.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
  }
}

function settings(port: number): NodeJS.ProcessEnv {
  const endpoint = (kind: string) => `${kind}Endpoint=http://127.0.0.1:${port}/bench;`;
  const key = Buffer.from("bench").toString("base64");
  return {
    GUARDRAIL_STAGE: "watch",
    GUARDRAIL_PRINCIPAL_ID: "0a0b0c0d-0000-4000-8000-000000000002",
    AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=${key};${endpoint("Table")}${endpoint("Blob")}`,
    WEBSITE_HOSTNAME: `localhost:${port}`,
  };
}

/** What the host hands a function that asked for the Durable client. */
function clientAt(port: number): object {
  const url = `http://127.0.0.1:${port}/durable`;
  const urls = { id: "INSTANCEID", statusQueryGetUri: url, sendEventPostUri: url };
  const more = { terminatePostUri: url, rewindPostUri: url, purgeHistoryDeleteUri: url };
  return {
    taskHubName: "bench",
    creationUrls: { createNewInstancePostUri: url, createAndWaitOnNewInstancePostUri: url },
    managementUrls: { ...urls, ...more },
    baseUrl: url,
    requiredQueryStringParameters: "code=bench",
    rpcBaseUrl: `${url}/`,
  };
}

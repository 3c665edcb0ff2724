import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a path answers; paths are compared in lower case, without the query. */
export type Answers = Readonly<Record<string, unknown>>;

/** A server on this machine that answers like Azure Resource Manager, and remembers what was asked. */
export async function startArm(answers: Answers): Promise<{
  readonly url: string;
  readonly asked: { method: string; path: string; body: unknown }[];
  stop(): Promise<void>;
}> {
  const asked: { method: string; path: string; body: unknown }[] = [];
  const table = new Map(Object.entries(answers).map(([path, body]) => [path.toLowerCase(), body]));
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").split("?")[0]?.toLowerCase() ?? "";
    const text = await bodyOf(request);
    asked.push({
      method: request.method ?? "",
      path,
      body: text === "" ? null : JSON.parse(text),
    });
    const answer = table.get(path);
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: { code: "NotFound", message: path } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

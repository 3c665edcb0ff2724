import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true });

/** Sends JSON over plain HTTP and parses the JSON answer; any status but 2xx rejects. */
export function requestJson(method: "GET" | "POST", url: string, body?: unknown): Promise<unknown> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode ?? 0;
        if (status < 200 || status > 299) {
          reject(new Error(`${method} ${url} answered ${status}: ${answer.slice(0, 300)}`));
          return;
        }
        try {
          resolve(JSON.parse(answer));
        } catch {
          reject(new Error(`${method} ${url} did not answer JSON: ${answer.slice(0, 300)}`));
        }
      });
    });
    call.on("error", reject);
    call.end(text);
  });
}

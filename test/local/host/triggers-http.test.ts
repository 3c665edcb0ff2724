import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectLike, type RecordedCall, repeat, withKeys } from "./recorded-calls.ts";
import { readRecording } from "./recordings.ts";
import { type Answer, startTarget, type TargetHost } from "./target-host.ts";

const calls = readRecording<Record<string, RecordedCall>>("http/triggers-admin-http.json");
const timers = readRecording<Record<string, RecordedCall>>("http/admin-timers.json");

/** The real host tells more of files and links here. */
const ownForm = new Set(["admin.functions", "admin.function"]);
const webhookAndAdmin = Object.entries(calls).filter(
  ([name, call]) => call.request !== undefined && !ownForm.has(name),
);

interface RawCall {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string | number>;
  readonly chunks?: readonly (string | Buffer)[];
}

const json = { "content-type": "application/json" };
const text = { "content-type": "text/plain" };

/** What the recordings of HTTP triggers were asked; `fetch` would add headers. */
const raw: Record<string, RawCall> = {
  hello: { method: "GET", path: "/api/hello?n=1" },
  helloUpper: { method: "GET", path: "/API/HELLO?n=1" },
  "404": { method: "GET", path: "/api/none" },
  "405": { method: "POST", path: "/api/getonly" },
  boom: { method: "GET", path: "/api/boom" },
  "204": { method: "GET", path: "/api/status204" },
  retUndef: { method: "GET", path: "/api/retUndef" },
  lit: { method: "GET", path: "/api/echo/literal" },
  secure: { method: "GET", path: "/api/secure" },
  secureKey: { method: "GET", path: "/api/secure?code=HOSTKEY" },
  secureSys: { method: "GET", path: "/api/secure?code=DURKEY" },
  secureMaster: { method: "GET", path: "/api/secure", headers: { "x-functions-key": "MASTERKEY" } },
  adminAuth: { method: "GET", path: "/api/adminAuth" },
  echo: {
    method: "POST",
    path: "/api/echo/A%20b/c%2Fd?q=1&q=2&Q=3&e=&u=%C3%BC",
    headers: { ...json, "content-length": 24, "X-Custom": "V", "x-empty": "" },
    chunks: ['{"a":1,"method":"x","B2}'],
  },
  echoChunked: {
    method: "POST",
    path: "/api/echo/x",
    headers: { ...json, "transfer-encoding": "chunked" },
    chunks: ['{"a":', "1}"],
  },
  echoGetBody: {
    method: "GET",
    path: "/api/echo/x",
    headers: { ...json, "content-length": 7 },
    chunks: ['{"a":1}'],
  },
  echoHead: { method: "HEAD", path: "/api/echo/x" },
  echoDelete: {
    method: "DELETE",
    path: "/api/echo/x",
    headers: { ...text, "content-length": 3 },
    chunks: ["abc"],
  },
  echoText: {
    method: "PUT",
    path: "/api/echo/x/",
    headers: { ...text, "content-length": 3 },
    chunks: ["abc"],
  },
  echoNoCT: {
    method: "POST",
    path: "/api/echo/x",
    headers: { "content-length": 3 },
    chunks: ["abc"],
  },
  echoNoBody: { method: "POST", path: "/api/echo/x", headers: { "content-length": 0 } },
  echoForm: {
    method: "POST",
    path: "/api/echo/x",
    headers: { "content-type": "application/x-www-form-urlencoded", "content-length": 7 },
    chunks: ["a=1&b=2"],
  },
  echoBin: {
    method: "POST",
    path: "/api/echo/x",
    headers: { "content-type": "application/octet-stream", "content-length": 3 },
    chunks: [Buffer.from([255, 0, 1])],
  },
  extraSlash: { method: "GET", path: "/api/echo/x/y/z" },
};

function sendRaw(
  host: TargetHost,
  { method, path, headers = {}, chunks = [] }: RawCall,
): Promise<Answer> {
  const keyed = Object.entries(headers).map(([name, value]) => [
    name,
    withKeys(String(value), host.keys),
  ]);
  const { hostname, port } = new URL(host.url);
  const options = {
    hostname,
    port,
    method,
    path: withKeys(path, host.keys),
    headers: Object.fromEntries(keyed),
  };
  return new Promise((resolve, reject) => {
    const call = request({ ...options, agent: false }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const body = Buffer.concat(parts).toString("utf8");
      const status = response.statusCode ?? 0;
      resolve({ status, headers: response.headers as Record<string, string>, body });
    });
    call.on("error", reject);
    for (const chunk of chunks) call.write(chunk);
    call.end();
  });
}

describe("triggers and administration over HTTP", () => {
  let host: TargetHost;
  beforeAll(async () => {
    host = await startTarget();
  });
  afterAll(() => host.stop());

  it.each([...webhookAndAdmin, ...Object.entries(timers)])(
    "answers %s as the real host",
    async (_, call) => {
      expectLike(await repeat(host, call), call, host);
    },
  );

  it("lists the functions with their bindings", async () => {
    const headers = { "x-functions-key": host.keys.master };
    const { body } = await host.call("GET", "/admin/functions", { headers });
    const rows = body as { name: string; config: { bindings: { type: string }[] } }[];
    const theirs = calls["admin.functions"]?.body as {
      name: string;
      config: { bindings: object[] };
    }[];
    for (const { name, config } of theirs.filter(({ name }) => name === "eg" || name === "tick")) {
      const mine = rows.find((row) => row.name === name);
      expect(mine?.config.bindings[0]).toMatchObject(config.bindings[0] ?? {});
    }
  });

  it.each(Object.entries(raw))(
    "answers the HTTP trigger as the real host: %s",
    async (name, call) => {
      const recorded = calls[`http.${name}`];
      const { status, headers, body } = await sendRaw(host, call);
      expect(status).toBe(recorded?.status);
      for (const header of ["content-type", "x-a"]) {
        expect(headers[header]).toBe(recorded?.headers[header]);
      }
      if (typeof recorded?.body !== "object") return expect(body).toBe(recorded?.body);
      const here = JSON.parse(String(body), (_, value: unknown) =>
        typeof value === "string"
          ? value
              .replace(host.url, "http://127.0.0.1:7071")
              .replace(/^127\.0\.0\.1:\d+$/, "127.0.0.1:7071")
          : value,
      );
      // The driver kept its connection alive.
      if (here.headers.connection === "close") here.headers.connection = "keep-alive";
      expect(here).toEqual(recorded.body);
    },
  );

  it("takes the first match in the order of function names, literal or not", async () => {
    expect((await host.call("GET", "/api/zz/lit")).body).toBe("literal");
    expect((await host.call("GET", "/api/yy/lit")).body).toBe("param");
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../../local/build.ts";
import { settingsOf } from "../../local/demo/world.ts";
import { type RunningAzurite, startAzurite } from "../../local/host/azurite.ts";
import { type RunningHost, startHost } from "../../local/host/harness.ts";

interface HttpFunction {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly string[];
}

interface Described {
  readonly name: string;
  readonly config: {
    readonly bindings: readonly {
      readonly type: string;
      readonly route?: string;
      readonly methods?: readonly string[];
    }[];
  };
}

const folder = mkdtempSync(join(tmpdir(), "guardrail-doors-"));
const longest = 64 * 1024;
let azurite: RunningAzurite;
let host: RunningHost;
let functions: readonly HttpFunction[];

beforeAll(async () => {
  azurite = await startAzurite();
  await buildApp(join(folder, "app"));
  host = await startHost({
    app: join(folder, "app"),
    data: join(folder, "data"),
    env: settingsOf(
      {
        policy: resolve("examples/proof/guardrail.json"),
        principal: { objectId: "d00dfeed-0000-4000-8000-000000000002", appId: "a", name: "a" },
        stage: "watch",
      },
      { url: "http://127.0.0.1:9", storage: azurite.connectionString },
    ),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  functions = await registered();
}, 120_000);

afterAll(async () => {
  await host?.stop();
  await azurite?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("an HTTP function", () => {
  it("is one of these, so that the tests below speak of all of them", () => {
    expect(functions.length).toBeGreaterThan(10);
    const open = functions.filter(({ name }) => name === "health");
    expect(open).toHaveLength(1);
  });

  it("refuses whoever comes without the key, with an empty one, or with another", async () => {
    const answers: string[] = [];
    for (const { name, route, methods } of functions) {
      for (const method of methods) {
        for (const key of [null, "", "not-the-key"]) {
          const status = await statusOf(route, method, key === null ? {} : { key });
          answers.push(`${method} ${name}: ${status === 401 ? "refused" : status}`);
        }
      }
    }
    const letIn = answers.filter((one) => !one.endsWith(": refused"));
    expect(new Set(letIn.map((one) => one.split(":")[0]))).toEqual(new Set(["GET health"]));
  });

  it("refuses a body over the bound with 413, counted in bytes, before anything is done", async () => {
    const { function: key } = host.keys;
    const taking = functions.flatMap(({ name, route, methods }) =>
      methods.filter((method) => method !== "GET").map((method) => ({ name, route, method })),
    );
    expect(taking.length).toBeGreaterThan(5);
    const answers: Record<string, unknown> = {};
    for (const { name, route, method } of taking) {
      const long = JSON.stringify({ why: "x".repeat(longest) });
      const wide = JSON.stringify({ why: "\u00fc".repeat(longest / 2) });
      answers[`${method} ${name}`] = [
        await statusOf(route, method, { key, body: long }),
        await statusOf(route, method, { key, body: wide }),
      ];
    }
    const expected = taking.map(({ method, name }) => [`${method} ${name}`, [413, 413]]);
    expect(answers).toEqual(Object.fromEntries(expected));
  });

  it("refuses ten megabytes too, and goes on to answer", { timeout: 60_000 }, async () => {
    const { function: key } = host.keys;
    const body = JSON.stringify({ why: "x".repeat(10 * 1024 * 1024) });
    const posts = functions.filter(({ methods }) => methods.includes("POST"));
    expect(posts.length).toBeGreaterThan(4);
    for (const { name, route } of posts) {
      const announced = await statusOf(route, "POST", { key, body });
      const inPieces = await statusOf(route, "POST", { key, body: piecesOf(body) });
      expect([name, announced]).toEqual([name, 413]);
      // The host hands no body on whose length nobody announced: none of it is there to be read.
      expect([name, inPieces]).toEqual([name, await statusOf(route, "POST", { key })]);
    }
    expect(await statusOf("health", "GET", {})).toBeLessThan(504);
  });

  it("takes a body that is just within the bound for what it says", async () => {
    const body = JSON.stringify({ why: "x".repeat(longest - 20) });
    const status = await statusOf("stop", "POST", { key: host.keys.function, body });
    expect(status).toBe(400);
  });
});

async function registered(): Promise<readonly HttpFunction[]> {
  const headers = { "x-functions-key": host.keys.master };
  const answer = await fetch(`${host.url}/admin/functions`, { headers });
  const all = (await answer.json()) as readonly Described[];
  return all.flatMap(({ name, config }) =>
    config.bindings
      .filter(({ type }) => type.toLowerCase() === "httptrigger")
      .map(({ route = name, methods = ["GET"] }) => ({
        name,
        route: route.replace(/\{[^}]+\}/g, "X"),
        methods: methods.map((method) => method.toUpperCase()),
      })),
  );
}

async function statusOf(
  route: string,
  method: string,
  { key, body }: { key?: string; body?: string | ReadableStream },
): Promise<number> {
  const answer = await fetch(`${host.url}/api/${route}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { "x-functions-key": key }),
    },
    ...(body === undefined ? {} : { body, duplex: "half" }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** A body whose length nobody announces. */
function piecesOf(text: string): ReadableStream {
  const size = 64 * 1024;
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, place) =>
    Buffer.from(text.slice(place * size, (place + 1) * size)),
  );
  return ReadableStream.from(pieces);
}

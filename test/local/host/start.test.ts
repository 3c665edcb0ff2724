import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHost } from "../../../local/host/harness.ts";
import { readHostJson } from "../../../local/host/host-json.ts";
import { quiet } from "./target-host.ts";

const functions = join(process.cwd(), "node_modules/@azure/functions");
const durableFunctions = join(process.cwd(), "node_modules/durable-functions");

describe("starting an app", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "start-"));
    mkdirSync(join(folder, "app"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (source: string, hostJson: object = { version: "2.0" }): string => {
    const app = join(folder, "app");
    const head = `const { app, output } = require(${JSON.stringify(functions)});`;
    writeFileSync(join(app, "package.json"), JSON.stringify({ main: "index.js" }));
    writeFileSync(join(app, "host.json"), JSON.stringify(hostJson));
    writeFileSync(join(app, "index.js"), `${head}\n${source}`);
    return app;
  };
  const start = (app: string, env: Record<string, string> = {}) =>
    startHost({ app, data: join(folder, "data"), env, stdio: quiet });
  const http = `app.http("ok", { authLevel: "anonymous", handler: async () => ({ body: "ok" }) });`;

  it.each([
    [
      "an entry file that throws",
      `${http} throw new Error("entry boom");`,
      /index\.js.*entry boom/s,
    ],
    ["a name that is used twice", http + http, /"ok" has already been registered/],
    ["an app without functions", "", /registered no functions/],
    [
      "a trigger that is not supported",
      `app.storageQueue("q", { queueName: "q", connection: "S", handler: () => {} });`,
      /'q': the binding 'queueTrigger' is not supported/,
    ],
    [
      "an output that is not supported",
      `app.timer("t", { schedule: "0 * * * * *", return: output.storageQueue({ queueName: "q", connection: "S" }), handler: () => {} });`,
      /'t': the binding 'queue' is not supported/,
    ],
    ["a bad schedule", `app.timer("t", { schedule: "soon", handler: () => {} });`, /'t': .*'soon'/],
    [
      "a setting in a schedule that is not set",
      `app.timer("t", { schedule: "%WHEN%", handler: () => {} });`,
      /%WHEN% is used but/,
    ],
    ["HTTP streams", `app.setup({ enableHttpStream: true }); ${http}`, /enableHttpStream/],
    [
      "an event hub trigger for single events",
      `app.eventHub("h", { connection: "C", eventHubName: "h", cardinality: "one", handler: () => {} });`,
      /'h': .*cardinality "many"/,
    ],
  ])("is refused for %s", async (_, source, message) => {
    await expect(start(write(source))).rejects.toThrow(message);
  });

  it("disables a function whose route is the host's own, and runs the others", async () => {
    const source = `${http} app.http("admin2", { authLevel: "anonymous", handler: async () => ({}) });`;
    const host = await start(write(source));
    expect((await fetch(`${host.url}/api/ok`)).status).toBe(200);
    expect((await fetch(`${host.url}/api/admin2`)).status).toBe(404);
    await host.kill();
  });

  it("runs an orchestrator that uses entities into a clear failure", async () => {
    const source = `const df = require(${JSON.stringify(durableFunctions)}); df.app.orchestration("o", function* (c) { yield c.df.callEntity(new df.EntityId("e", "k"), "get"); });`;
    const host = await start(write(source));
    const path = `${host.url}/runtime/webhooks/durabletask/orchestrators/o?timeout=20&pollingInterval=1`;
    const response = await fetch(`${path}&code=${host.keys.durable}`, { method: "POST" });
    expect(await response.json()).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringContaining("does not support action"),
    });
    await host.kill();
  });

  describe("host.json", () => {
    const read = (hostJson: object, settings: Record<string, string> = {}) =>
      readHostJson(write("", hostJson), settings);

    it("has the extension's defaults", () => {
      const { functionTimeout, extensions } = read({ version: "2.0" });
      expect(functionTimeout).toBe("00:30:00");
      expect(extensions.durableTask).toMatchObject({
        hubName: "TestHubName",
        maxConcurrentActivityFunctions: 20,
      });
    });

    it("is overridden by settings and takes settings in", () => {
      const hostJson = { version: "2.0", extensions: { durableTask: { hubName: "%HUB%" } } };
      const settings = {
        HUB: "MyHub",
        AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions: "3",
        AzureFunctionsJobHost__functionTimeout: "00:00:05",
      };
      const { functionTimeout, extensions } = read(hostJson, settings);
      expect(functionTimeout).toBe("00:00:05");
      expect(extensions.durableTask).toMatchObject({
        hubName: "MyHub",
        maxConcurrentActivityFunctions: 3,
      });
    });

    it.each([
      [
        { version: "2.0", extensions: { durableTask: { entities: 1 } } },
        /extensions\.durableTask: .*entities/,
      ],
      [{ version: "3.0" }, /version/],
      [{ version: "2.0", functionTimeout: "soon" }, /functionTimeout: .*TimeSpan/],
      [{ version: "2.0", queues: {} }, /queues/],
      [
        { version: "2.0", extensions: { durableTask: { hubName: "%NO%" } } },
        /app setting NO is not set/,
      ],
    ])("is refused with the path of the mistake: %j", (hostJson, message) => {
      expect(() => read(hostJson)).toThrow(message);
    });
  });
});

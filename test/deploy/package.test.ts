import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createActivities } from "../../functions/activities/index.ts";
import { severalActivities } from "../../functions/activities/several.ts";
import { buildApp } from "../../local/build.ts";
import { type RunningHost, startHost } from "../../local/host/harness.ts";
import { orchestratorOf } from "../../shared/domain/subject.ts";

const folder = mkdtempSync(join(tmpdir(), "guardrail-package-"));
const app = join(folder, "app");
let host: RunningHost;

const triggers = ["defenderEvents", "policyStates", "resourceChanges", "sweep"];
const http = [
  "allowCase",
  "exemptions",
  "getCase",
  "health",
  "healthDetails",
  "listCases",
  "listQuarantine",
  "readLedger",
  "replayQuarantine",
  "resumeWrites",
  "startScan",
  "stopWrites",
];

/** Names only: nothing of them is called. */
const activities = (): string[] => {
  const nothing = new Proxy({}, { get: () => ({}) });
  const facts = { stamp: { appVersion: "", by: "" }, quota: {}, now: () => "" };
  const single = createActivities(nothing as never, nothing as never, facts as never);
  return Object.keys({ ...single, ...severalActivities(async () => null) });
};

beforeAll(async () => {
  await buildApp(app);
  host = await startHost({
    app,
    data: join(folder, "data"),
    env: {
      // Nothing listens there: a package must start without its storage.
      AzureWebJobsStorage:
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;",
      DEFENDER_EVENTS_HUB: "defender-events",
      DefenderEvents: "Endpoint=sb://localhost",
      GUARDRAIL_PRINCIPAL_ID: "c0ffee00-0000-4000-8000-000000000002",
      GUARDRAIL_STAGE: "watch",
    },
  });
});

afterAll(async () => {
  await host.kill();
  rmSync(folder, { recursive: true, force: true });
});

it("registers exactly the expected functions when it is deployed alone", async () => {
  const response = await fetch(`${host.url}/admin/functions`, {
    headers: { "x-functions-key": host.keys.master },
  });
  const listed = (await response.json()) as { name: string }[];
  const expected = [...triggers, ...http, ...Object.values(orchestratorOf), ...activities()];
  const names = listed.map(({ name }) => name);
  expect(names.toSorted()).toEqual([...new Set(expected)].sort());
  const routes = JSON.parse(readFileSync("infra/event-routes.json", "utf8"));
  for (const route of Object.values<{ function: string }>(routes)) {
    expect(names).toContain(route.function);
  }
});

it("stays small", () => {
  const files = readdirSync(app, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(app, name)))
    .filter((stat) => stat.isFile());
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 2 ** 20;
  console.log(`The deployment package: ${files.length} files, ${megabytes.toFixed(1)} MB`);
  expect(megabytes).toBeLessThan(10);
});

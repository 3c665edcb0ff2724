import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createActivities } from "../../../functions/activities/index.ts";
import { orchestrators } from "../../../functions/orchestrators/index.ts";
import { orchestratorOf } from "../../../shared/domain/subject.ts";
import { anInForce } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const folders = ["functions/orchestrators", "shared/durable"];
const sources = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file !== "steps.ts")
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") })),
);

const inForce = async () => anInForce();
const activities = createActivities(
  createInMemoryGateways() as never,
  { recent: inForce, live: inForce },
  {
    stamp: { appVersion: "1", by: "us" },
    quota: { perMinute: 5, perHour: 10 },
    now: () => "2026-11-23T08:00:00.000Z",
  },
);

it("registers every activity that an orchestrator calls, and none that no one calls", () => {
  const called = new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/\bsteps\.(\w+)\(/g)].map(([, name]) => name ?? ""),
    ),
  );
  called.delete("settle");
  const registered = new Set(Object.keys(activities));
  registered.delete("settle");
  expect([...called].sort()).toEqual([...registered].sort());
});

it("registers every orchestrator that the agenda can start", () => {
  expect(Object.keys(orchestrators).sort()).toEqual(Object.values(orchestratorOf).sort());
});

it("calls activities only as steps, so that each task is fresh and brings its retries", () => {
  for (const { file, text } of sources) {
    expect(text, file).not.toMatch(/callActivity|callSubOrchestrator|waitForExternalEvent/);
    expect(text, file).not.toMatch(/Task\.(any|all)|\.task\b/);
    expect(text, file).not.toMatch(/createTimer/);
  }
});

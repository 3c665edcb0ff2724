import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const sources = globSync("functions/{activities,triggers}/**/*.ts")
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");
const queries = [
  readFileSync("infra/app/alert-rules.bicep", "utf8"),
  readFileSync("infra/app/workbook.json", "utf8").replaceAll('\\"', '"'),
].join("\n");
const began = new Set([...queries.matchAll(/startswith "(\w+) "/g)].map((match) => match[1] ?? ""));
const requested = new Set([...queries.matchAll(/name == "(\w+)"/g)].map((match) => match[1] ?? ""));

describe("alert rules and the workbook", () => {
  it.each([...began])("read the log line of the activity %s, which exists", (name) => {
    expect(sources).toMatch(new RegExp(`\\b${name}: (async )?\\(`));
  });

  it.each([...requested])("count the requests of the function %s, which exists", (name) => {
    expect(sources).toMatch(new RegExp(`app\\.timer\\("${name}"`));
  });

  it("tell of every way in which the guardrail can fail silently", () => {
    expect(began).toEqual(new Set(["noteScan", "noteFault", "deliverNext", "writeLedger"]));
    expect(requested).toEqual(new Set(["sweep"]));
    expect(queries).toContain("kept aside");
    expect(sources).toContain("kept aside`");
    expect(queries).toContain("subscriptions unreadable");
    expect(sources).toContain("subscriptions unreadable`");
  });

  it("count what sampling never drops", () => {
    const { excludedTypes } = JSON.parse(readFileSync("host.json", "utf8")).logging
      .applicationInsights.samplingSettings;
    const types: Record<string, string> = { requests: "Request", traces: "Trace" };
    const tables = new Set(
      [...queries.matchAll(/(?:query: '|"query": ")(\w+)/g)].map(([, name]) => name),
    );
    expect(tables.size).toBeGreaterThan(1);
    for (const table of tables) expect(excludedTypes.split(";")).toContain(types[table ?? ""]);
  });

  it("tell of events that Azure could not deliver, or that nothing reads", () => {
    const read = (file: string): string[] =>
      [...readFileSync(file, "utf8").matchAll(/\bmetric: '(\w+)'/g)].map(([, name]) => name ?? "");
    expect(read("infra/spoke/event-subscription.bicep")).toEqual([
      "DeadLetteredCount",
      "DroppedEventCount",
    ]);
    expect(read("infra/app/alert-rules.bicep")).toEqual([
      "ThrottledRequests",
      "IncomingMessages",
      "OutgoingMessages",
    ]);
  });

  it("are every one that operators need", () => {
    const names = [...queries.matchAll(/^ {4}name: '([\w-]+)'/gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "no-sweep",
        "no-scan",
        "failed-runs",
        "mail-not-sent",
        "quarantine",
        "unreadable",
      ]),
    );
    expect(queries).toContain("enabled: stage == 'off'");
  });
});

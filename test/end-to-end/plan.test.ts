import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRealClock } from "../../local/azure/clock.ts";
import { loadEstate } from "../../local/azure/estate.ts";
import { createSimulatedAzure, type SimulatedAzure } from "../../local/azure/index.ts";

const shop = "5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f";
const folder = mkdtempSync(join(tmpdir(), "plan-"));
const traffic = join(folder, "traffic.jsonl");
let azure: SimulatedAzure;
let output = "";
let code: number | null = null;

beforeAll(async () => {
  const reading = await loadEstate("examples/shop/estate");
  if (reading.kind === "invalid") throw new Error(JSON.stringify(reading.mistakes));
  azure = createSimulatedAzure({
    estate: reading.estate,
    clock: createRealClock(),
    recordTo: traffic,
  });
  const url = await azure.start();
  const args = ["--subscription", shop, "--endpoint", url, "--out", join(folder, "out")];
  const child = spawn(
    process.execPath,
    ["local/main.ts", "plan", ...args, "--owner-domains", "contoso.com"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  code = await new Promise((resolve) => child.on("close", resolve));
}, 120_000);

afterAll(async () => {
  await azure.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("ends well and says of each cluster what would be done", () => {
  expect(output).toContain("aks-api-prod");
  expect(output).toContain("READ");
  expect(code).toBe(0);
});

it("judges the one subscription, and asks nothing but reads", () => {
  const asked = readFileSync(traffic, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { method: string; url: string });
  const others = asked.filter(
    ({ method, url }) => method !== "GET" && !/resourcegraph\/resources|queryresults/i.test(url),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect(others.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  const { subjects } = JSON.parse(readFileSync(join(folder, "out", "report.json"), "utf8"));
  expect(subjects.length).toBeGreaterThan(4);
  for (const { id } of subjects) expect(id).toContain(shop);
});

it("writes the mails as owners and operators would get them", () => {
  const mails = readdirSync(join(folder, "out", "mails"));
  expect(mails.some((name) => name.includes("shop-team"))).toBe(true);
  expect(mails.some((name) => name.includes("operators"))).toBe(true);
});

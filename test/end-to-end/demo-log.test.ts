import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "demo-log-"));
const subscriptionId = "5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f";
const estate = [
  { id: `/subscriptions/${subscriptionId}`, subscriptionId, displayName: "Shop" },
  {
    kind: "Fault",
    match: { method: "POST", pathTemplate: "/providers/Microsoft.ResourceGraph/resources" },
    fault: { status: 500 },
    when: "first",
  },
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("keeps what the host warns of for a file, so that no fault adds a line to the screen", () => {
  mkdirSync(join(folder, "estate"));
  writeFileSync(join(folder, "estate/all.json"), JSON.stringify(estate));
  const times = { start: "2026-11-23T08:00:00Z", until: "2026-11-23T08:05:00Z" };
  writeFileSync(join(folder, "scenario.json"), JSON.stringify(times));
  const out = join(folder, "out");
  const args = ["local/main.ts", "demo", "--estate", join(folder, "estate"), "--out", out];

  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });

  expect(status, stderr).toBe(0);
  expect(stdout).not.toContain("warning");
  expect(stderr).toBe("");
  expect(readFileSync(join(out, "host.log"), "utf8")).toMatch(/warning .*AzureError 500/);
});

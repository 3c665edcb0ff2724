import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OperationSeen } from "../../local/azure/tally.ts";
import { nameOf } from "../../local/proof/fault-list.ts";
import type { Decision, RefusedAct } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";

interface Subject {
  readonly id: string;
  readonly decisions: readonly Decision[];
  readonly refusals: readonly RefusedAct[];
  readonly explanation: readonly string[];
}

const out = mkdtempSync(join(tmpdir(), "demo-"));
let screen = "";
let code: number | null = null;
let subjects: readonly Subject[] = [];
let asked: readonly OperationSeen[] = [];
let ledger: readonly LedgerEntry[] = [];
let after: readonly { id: string; properties?: Record<string, unknown> }[] = [];

const read = (name: string): string => readFileSync(join(out, name), "utf8");
const named = (name: string) => subjects.find(({ id }) => id.endsWith(`/${name}`));
const entries = (name: string) => ledger.filter(({ subject }) => subject.endsWith(`/${name}`));

beforeAll(async () => {
  const child = spawn(process.execPath, ["local/main.ts", "demo", "--out", out], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      screen += chunk;
    });
  }
  code = await new Promise((resolve) => child.on("close", resolve));
  ({ subjects, asked } = JSON.parse(read("report.json")));
  after = JSON.parse(read("estate-after.json")).value;
  ledger = read("ledger.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}, 180_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("npm run demo", () => {
  it("ends well, on one screen", () => {
    expect(code, screen).toBe(0);
    const lines = screen.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
  });

  it.each([
    ["aks-dev-idle", "stopped"],
    ["aks-pay-prod", "busy"],
    ["aks-new-01", "young"],
    ["aks-api-prod", "would-block"],
    ["aks-selfheal-prod", "azure-policy-remediates"],
    ["aks-release-prod", "paused"],
    ["aks-legacy-prod", "exempt"],
    ["aks-tf-prod", "taken-back"],
    ["aks-lab-01", "not-registered"],
  ])("leaves the add-on of %s: %s", (name, reason) => {
    const told = entries(name)
      .filter(({ kind, act }) => kind === "leave" && act === "enable-addon")
      .map((entry) => entry.reason.split(":")[0]);
    const last = (named(name)?.decisions ?? []).flatMap((one) =>
      one.kind === "leave" && one.act === "enable-addon" ? [one.reason] : [],
    );
    expect([...told, ...last]).toContain(reason);
  });

  it.each([
    ["aks-core-prod", "ScopeLocked"],
    ["aks-edge-prod", "RequestDisallowedByPolicy"],
  ])("tells Azure's no on %s: %s", (name, refusal) => {
    expect(named(name)?.refusals.map((one) => one.code)).toContain(refusal);
    expect(named(name)?.explanation.join("\n")).toContain(refusal);
  });

  it("switches on what it may, once, and keeps the spelling that it found", () => {
    const changed = ledger.filter(({ kind }) => kind === "change");
    const acts = changed.map(({ subject, act }) => `${subject} ${act}`);
    expect(new Set(acts).size).toBe(acts.length);
    for (const name of ["aks-shop-prod", "aks-shop-test", "aks-pay-prod", "aks-new-01"]) {
      expect(
        entries(name).some(({ kind, act }) => kind === "change" && act === "enable-addon"),
      ).toBe(true);
    }
    const test = after.find(({ id }) => id.endsWith("/aks-shop-test"));
    expect(Object.keys(test?.properties?.["addonProfiles"] ?? {})).toContain("azurePolicy");
    expect(Object.keys(test?.properties?.["addonProfiles"] ?? {})).not.toContain("azurepolicy");
  });

  it("does not write again what Terraform took back", () => {
    const writes = entries("aks-tf-prod").filter(
      ({ kind, act }) => kind === "change" && act === "enable-addon",
    );
    expect(writes).toHaveLength(1);
    const tf = after.find(({ id }) => id.endsWith("/aks-tf-prod"));
    expect(tf?.properties?.["addonProfiles"]).toMatchObject({ azurepolicy: { enabled: false } });
  });

  it("mails each set of owners once, urgent alerts at once, and nobody outside the house", () => {
    const mails = readdirSync(join(out, "mails"))
      .filter((name) => name.endsWith(".eml"))
      .map((name) => read(`mails/${name}`));
    const header = (mail: string, name: string) =>
      new RegExp(`^${name}: (.*)$`, "mi").exec(mail)?.[1]?.trim() ?? "";
    const urgent = mails.filter((mail) => header(mail, "Subject").startsWith("HIGH alert"));
    expect(urgent).toHaveLength(1);
    expect(mails.map((mail) => header(mail, "To")).join()).not.toContain("partner.example");
    const kinds = mails.map((mail) => `${header(mail, "To")} ${header(mail, "Subject")}`);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it("keeps what it could not read, and shows a page that explains each subject", () => {
    expect(screen).toContain("1 kept aside");
    const page = read("report.html");
    for (const { id } of subjects) expect(page).toContain(id.split("/").at(-1));
    expect(subjects.length).toBeGreaterThanOrEqual(18);
  });

  it("asks nothing of Azure that the proof does not try with faults", async () => {
    const listing = ["local/proof/faults.ts", "--list"];
    const { stdout } = await promisify(execFile)(process.execPath, listing);
    const tried = new Set(stdout.split("\n").map((id) => id.split(":")[0]));
    const names = asked.map(nameOf);
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !tried.has(name))).toEqual([]);
  }, 120_000);
});

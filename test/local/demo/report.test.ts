import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeReport } from "../../../local/demo/report.ts";
import { explainCase } from "../../../shared/decisions/explain.ts";
import * as f from "../../support/mail-fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "guardrail-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const left = { kind: "leave", rule: "sensor", act: "enable-sensor", lookAgain: null } as const;
const found = f.aCase({
  findings: [f.findings.privileged, { ...f.findings.latest, resolvedAt: f.now }],
  decisions: [
    { ...left, reason: "stage", detail: "<img src=x onerror=alert(1)>" },
    { ...left, rule: "addon", reason: "compliant", detail: "it is on" },
  ],
});
const quiet = `/subscriptions/${found.subscriptionId}`;
const text = "aks-<b>prod</b> add-on: off -> on";

writeReport(folder, {
  outcome: {
    cases: [{ case: found, explanation: explainCase(found, f.now), alerts: [], nextLook: null }],
    ledger: [],
    quarantine: 0,
  },
  story: [{ at: Date.parse("2026-11-23T08:12:00Z"), verb: "changed", text, topic: null }],
  after: [
    { id: quiet, type: "Microsoft.Resources/subscriptions", resource: { displayName: "Quiet" } },
  ],
  stage: "fix-all",
  timeZone: "Europe/Berlin",
});
const page = readFileSync(join(folder, "report.html"), "utf8");

it("shows each resource in a row, by what is to fix, was changed, left and refused", () => {
  const rows = [...page.matchAll(/<tr><td><a href="#r\d+">([^<]*)<\/a>.*?<\/tr>/g)].map(
    ([row, name]) => [name, ...[...row.matchAll(/class="n">(\d*)</g)].map(([, count]) => count)],
  );
  expect(rows).toEqual([
    ["Quiet", "", "", "", ""],
    [found.name, "1", "1", "1", ""],
  ]);
});

it("tells the story by the clock of the mails, as the terminal does", () => {
  expect(page).toContain("Times are those of Europe/Berlin.");
  expect(page).toContain('<td class="s">09:12</td><td class="s">changed</td>');
});

it("shows text from outside as text", () => {
  expect(page).not.toMatch(/<img|<b>prod/);
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
});

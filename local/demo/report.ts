import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { html } from "../../shared/email/html.ts";
import type { CaseView, Outcome } from "./outcome.ts";
import { nameOf, type StoryLine } from "./story.ts";

/** What the files of a run are made from. */
export interface ReportInput {
  readonly outcome: Outcome;
  readonly story: readonly StoryLine[];
  /** Every cluster, registry and subscription of the estate, in their final state as `GET` answers them. */
  readonly after: readonly {
    readonly id: string;
    readonly type: string;
    readonly resource: unknown;
  }[];
  readonly stage: string;
}

/** Writes `report.json`, `report.html`, `ledger.jsonl` and `estate-after.json` into a folder. */
export function writeReport(folder: string, input: ReportInput): void {
  mkdirSync(folder, { recursive: true });
  const subjects = subjectsOf(input);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("report.json", `${JSON.stringify({ stage: input.stage, subjects }, null, 2)}\n`);
  write("report.html", reportPage(subjects, input));
  write("ledger.jsonl", input.outcome.ledger.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  write(
    "estate-after.json",
    `${JSON.stringify({ value: input.after.map(({ resource }) => resource) }, null, 2)}\n`,
  );
}

interface Subject {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly findings: readonly unknown[];
  readonly parts: readonly unknown[];
  readonly decisions: readonly unknown[];
  readonly changes: readonly unknown[];
  readonly refusals: readonly unknown[];
  readonly explanation: readonly string[];
}

function subjectsOf({ outcome, after }: ReportInput): readonly Subject[] {
  const withCase = outcome.cases.map(subjectOf);
  const known = new Set(withCase.map(({ id }) => id.toLowerCase()));
  const quiet = after
    .filter(({ id }) => !known.has(id.toLowerCase()))
    .map(({ id, type }) => ({
      id,
      kind: kindOf(type.toLowerCase()),
      caseId: null,
      findings: [],
      parts: [],
      decisions: [],
      changes: [],
      refusals: [],
      explanation: ["Nothing was found, changed or refused here."],
    }));
  return [...withCase, ...quiet].sort((left, right) => left.id.localeCompare(right.id));
}

function kindOf(type: string): string {
  if (type.endsWith("managedclusters")) return "cluster";
  return type.endsWith("registries") ? "registry" : "subscription";
}

function subjectOf(view: CaseView): Subject {
  const { case: found } = view;
  return {
    id: found.resourceId,
    kind: found.kind,
    caseId: found.id,
    findings: found.findings,
    parts: found.parts,
    decisions: found.decisions,
    changes: found.history.filter(({ kind }) => kind === "change"),
    refusals: found.refusals,
    explanation: view.explanation,
  };
}

function reportPage(subjects: readonly Subject[], { story, stage }: ReportInput): string {
  const time = (at: number): string => new Date(at).toISOString().slice(11, 16);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Container Guardrail: what happened</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h2 { margin: 2rem 0 .25rem; font-size: 1.1rem; }
h2 small { font-weight: normal; opacity: .7; }
ul { margin: 0; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
td { padding: .15rem .75rem .15rem 0; vertical-align: top; }
td:first-child, td:nth-child(2) { white-space: nowrap; }
</style>
<h1>What happened</h1>
<p>Stage ${stage}. Times are UTC.</p>
<table>${story.map((line) => html`<tr><td>${time(line.at)}</td><td>${line.verb}</td><td>${line.text}</td></tr>\n`)}</table>
<h1>Each cluster, registry and subscription</h1>
${subjects.map(
  (
    subject,
  ) => html`<h2>${nameOf(subject.id)} <small>${subject.kind}${subject.caseId ? `, case ${subject.caseId}` : ""}</small></h2>
<ul>${subject.explanation.map((line) => html`<li>${line}</li>`)}</ul>
`,
)}
</html>
`.html;
}

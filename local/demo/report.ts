import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../../shared/domain/case.ts";
import type { OperationSeen } from "../azure/tally.ts";
import type { CaseView, Outcome } from "./outcome.ts";
import { type PageSubject, reportPage } from "./report-page.ts";
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
  /** What was asked of Azure, and how often; absent where nobody counted. */
  readonly asked?: readonly OperationSeen[];
  /** IANA name of the zone that the story is told in. */
  readonly timeZone: string;
}

/** Writes `report.json`, `report.html`, `ledger.jsonl` and `estate-after.json` into a folder. */
export function writeReport(folder: string, input: ReportInput): void {
  mkdirSync(folder, { recursive: true });
  const subjects = subjectsOf(input);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const { stage, asked } = input;
  write("report.json", `${JSON.stringify({ stage, subjects, asked }, null, 2)}\n`);
  write("report.html", reportPage({ ...input, subjects: subjects.map(counts) }));
  write("ledger.jsonl", input.outcome.ledger.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  write(
    "estate-after.json",
    `${JSON.stringify({ value: input.after.map(({ resource }) => resource) }, null, 2)}\n`,
  );
}

interface Subject {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly findings: Case["findings"];
  readonly parts: readonly unknown[];
  readonly decisions: Case["decisions"];
  readonly changes: readonly unknown[];
  readonly refusals: readonly unknown[];
  readonly explanation: readonly string[];
}

function subjectsOf({ outcome, after }: ReportInput): readonly Subject[] {
  const withCase = outcome.cases.map(subjectOf);
  const known = new Set(withCase.map(({ id }) => id.toLowerCase()));
  const quiet = after
    .filter(({ id }) => !known.has(id.toLowerCase()))
    .map(({ id, type, resource }) => ({
      id,
      name: displayName(resource) ?? nameOf(id),
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

const displayName = (resource: unknown): string | null =>
  typeof resource === "object" && resource !== null && "displayName" in resource
    ? String(resource.displayName)
    : null;

function kindOf(type: string): string {
  if (type.endsWith("managedclusters")) return "cluster";
  return type.endsWith("registries") ? "registry" : "subscription";
}

function subjectOf(view: CaseView): Subject {
  const { case: found } = view;
  return {
    id: found.resourceId,
    name: found.name,
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

/** A subject with its lists as the numbers of the page's table; what is fine is not left. */
function counts(subject: Subject): PageSubject {
  const { findings, decisions, changes, refusals } = subject;
  const fine = ["compliant", "not-required"];
  return {
    ...subject,
    open: findings.filter(({ resolvedAt }) => resolvedAt === null).length,
    changed: changes.length,
    left: decisions.filter((one) => one.kind === "leave" && !fine.includes(one.reason)).length,
    refused: refusals.length,
  };
}

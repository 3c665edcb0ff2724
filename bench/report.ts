import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** What a part of the bench found. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly goals: readonly Goal[];
  readonly notes: readonly string[];
}

/** A goal, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** A goal that a number must stay at or under. */
export function atMost(what: string, measured: number, goal: number): Goal {
  const met = measured <= goal;
  return { what, goal: `at most ${short(goal)}`, measured: short(measured), met };
}

/** A goal that a number must reach. */
export function atLeast(what: string, measured: number, goal: number): Goal {
  const met = measured >= goal;
  return { what, goal: `at least ${short(goal)}`, measured: short(measured), met };
}

/** Three digits that matter, thousands set apart. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) < 1000 ? 3 : 7 });
}

/** A section as text: a table, its goals, its notes. */
export function asText({ title, columns, rows, goals, notes }: Section): string {
  const goalLines = goals.map(
    ({ what, goal, measured, met }) => `  ${met ? "met " : "NOT "} ${what}: ${measured} (${goal})`,
  );
  const parts = [table(columns, rows), goalLines, notes.map((note) => `  ${note}`)];
  return [`${title}`, ...parts.flat(), ""].join("\n");
}

function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = [columns, ...rows.map((row) => row.map(cellOf))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map(
    (row) =>
      `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ")}`,
  );
}

const cellOf = (cell: string | number): string => (typeof cell === "number" ? short(cell) : cell);

/** Writes sections as JSON, each into a file of its own, with the machine they were measured on. */
export function writeJson(folder: string, section: Section, now: Date): string {
  mkdirSync(folder, { recursive: true });
  const machine = {
    node: process.version,
    cpus: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
  const file = join(folder, `${section.name}.json`);
  writeFileSync(
    file,
    `${JSON.stringify({ at: now.toISOString(), machine, ...section }, null, 2)}\n`,
  );
  return file;
}

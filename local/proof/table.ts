import type { Rest } from "./rest.ts";
import type { ProofScenario, Tried } from "./run-all.ts";

const signs = { equal: "=", explained: "e", failed: "F", unreached: "-" } as const;

/**
 * A matrix: a line for each row, a column for each column; `=` equal, `e` explained, `-` not reached,
 * `F` failed. More than four in one cell are counted: `12=1F`.
 */
export function matrix<S extends ProofScenario>(
  tried: readonly Tried<S>[],
  place: { row(scenario: S): string; column(scenario: S): string },
): string {
  const columns = [...new Set(tried.map(({ scenario }) => place.column(scenario)))];
  const rows = [...new Set(tried.map(({ scenario }) => place.row(scenario)))].sort();
  const cell = (row: string, column: string): string =>
    shortOf(
      tried
        .filter(({ scenario }) => place.row(scenario) === row && place.column(scenario) === column)
        .sort((one, other) => one.scenario.id.localeCompare(other.scenario.id))
        .map(({ verdict }) => signs[verdict.kind]),
    );
  const key = columns.map((column, index) => `${String(index + 1).padStart(3)} ${column}`);
  const table = [
    ["", ...columns.map((_, index) => String(index + 1))],
    ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
  ];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0)));
  const lines = table.map(([row = "", ...cells]) => {
    const padded = cells.map((text, at) => text.padStart(Math.max(3, widths?.[at + 1] ?? 0)));
    return `${row.padEnd(widths?.[0] ?? 0)} ${padded.join(" ")}`;
  });
  return [...key, "", ...lines].join("\n");
}

/** Signs in a row, or how many there are of each where that would make a long row. */
function shortOf(row: readonly string[]): string {
  if (row.length <= 4) return row.join("");
  const kinds = Object.values(signs).filter((sign) => row.includes(sign));
  return kinds.map((sign) => `${row.filter((one) => one === sign).length}${sign}`).join("");
}

/** The last line of a proof; a point that did not come is neither passed nor failed. */
export function totals(tried: readonly Tried<ProofScenario>[]): string {
  const count = (...kinds: readonly (keyof typeof signs)[]) =>
    tried.filter(({ verdict }) => kinds.includes(verdict.kind)).length;
  return `${tried.length} scenarios, ${count("equal", "explained")} passed, ${count("failed")} failed`;
}

/** How a run came to rest, as text. */
export function restText(rest: Rest): string {
  const looks = rest.subjects.map(
    ({ subject, runs, outside }) =>
      `  ${subject.split("/").at(-1)}: ${runs} runs for ${outside} changes from outside (at most ${3 * outside})`,
  );
  return [
    `Rest: last change from outside ${rest.lastOutside}, last run ${rest.lastRun}, last write ${rest.lastWrite}, last mail ${rest.lastMail}`,
    ...looks,
    `  ${rest.writes} writes for ${rest.acts} acts`,
    ...rest.problems.map((problem) => `  NOT AT REST: ${problem}`),
  ].join("\n");
}

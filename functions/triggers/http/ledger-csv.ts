import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";

const columns = [
  "at",
  "kind",
  "subject",
  "caseId",
  "rule",
  "act",
  "reason",
  "before",
  "after",
  "by",
  "stage",
  "addedCost",
  "policyHash",
  "appVersion",
  "correlationId",
  "id",
] as const satisfies readonly (keyof LedgerEntry)[];

/** The ledger as RFC 4180 CSV, in which no cell can be taken for a formula. */
export function ledgerCsv(entries: readonly LedgerEntry[]): string {
  const lines = entries.map((entry) => columns.map((column) => cell(entry[column])).join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}

/** Spreadsheets run what begins so, also within quotes; an apostrophe before it makes it text. */
const formula = /^[\s\p{Cc}]*[=+\-@\t\r|%＝＋－＠]/u;

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

import type { LedgerEntry } from "../domain/ledger-entry.ts";

/** Azure's correlation ids of the changes among these lines: they were read back before they were noted. */
export const changesNoted = (lines: readonly LedgerEntry[]): readonly string[] =>
  lines.flatMap(({ kind, correlationId }) =>
    kind === "change" && correlationId !== null ? [correlationId] : [],
  );

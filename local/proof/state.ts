import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createGateways } from "../../shared/azure/gateways.ts";
import type { AgendaRow } from "../../shared/domain/agenda-row.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Digest, Notice } from "../../shared/domain/notice.ts";

/** What the app has written down in its storage account. */
export interface AppState {
  readonly cases: readonly Case[];
  readonly ledger: readonly LedgerEntry[];
  readonly agenda: readonly AgendaRow[];
  readonly digests: readonly { readonly owners: string; readonly digest: Digest }[];
  readonly notices: readonly { readonly owners: string; readonly notice: Notice }[];
  readonly quarantine: number;
}

/** Reads the app's own tables, the way that the app reads them. */
export async function readAppState(
  storage: string,
  days: { readonly from: string; readonly to: string },
): Promise<AppState> {
  const gateways = createGateways({
    credential: { kind: "local" },
    storage: { kind: "connection-string", value: storage },
    localRoutes: {},
    readOnly: true,
    mail: { endpoint: null, from: null, replyTo: null },
    appVersion: "proof",
  });
  const statuses: readonly Digest["status"][] = ["sending", "sent", "failed", "preview", "stale"];
  const digests = (await Promise.all(statuses.map((one) => gateways.digests.list(one)))).flat();
  const agenda = await gateways.agenda.list();
  const waiting = agenda.filter(({ kind }) => kind === "owners").map(({ subject }) => subject);
  const sets = [...new Set([...waiting, ...digests.map(({ owners }) => owners)])];
  const notices = sets.map(async (owners) =>
    (await gateways.notices.list(owners)).map((notice) => ({ owners, notice })),
  );
  const ledger: LedgerEntry[] = [];
  for await (const entry of gateways.ledger.list(days.from, days.to)) ledger.push(entry);
  const cases: Case[] = [];
  let next: string | null = null;
  do {
    const page: { rows: readonly Case[]; next: string | null } = await gateways.cases.list(
      {},
      next,
    );
    cases.push(...page.rows);
    next = page.next;
  } while (next !== null);
  return {
    cases,
    ledger: ledger.toSorted((one, other) => one.at.localeCompare(other.at)),
    agenda,
    digests,
    notices: (await Promise.all(notices)).flat(),
    quarantine: (await gateways.quarantine.list()).length,
  };
}

/** An orchestration as the host holds it. */
export interface Instance {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly output: string | null;
  /** Milliseconds since 1970: when its last run began. */
  readonly created: number;
  /** How often it was started. */
  readonly runs: number;
  /** Milliseconds since 1970: when what it waits for comes; null = nothing will wake it. */
  readonly wakesAt: number | null;
}

/** A run of an orchestration that failed or was terminated, also when another has followed it. */
export interface FailedRun {
  readonly name: string;
  readonly status: string;
  readonly output: string | null;
}

/** Reads all orchestrations, and what failed of them, from the state of a stopped host. */
export function readRuns(data: string): {
  readonly instances: readonly Instance[];
  readonly failedRuns: readonly FailedRun[];
} {
  const db = new DatabaseSync(join(data, "host.sqlite"), { readOnly: true });
  const textOf = (value: unknown) => (value === null ? null : String(value));
  try {
    const instances = db
      .prepare(
        `SELECT id, name, status, output, created, generation,
          (SELECT min(visibleAt) FROM inbox WHERE target = instances.id) AS wakesAt
          FROM instances ORDER BY id`,
      )
      .all()
      .map((row) => ({
        id: String(row["id"]),
        name: String(row["name"]),
        status: String(row["status"]),
        output: textOf(row["output"]),
        created: Number(row["created"]),
        runs: Number(row["generation"]) + 1,
        wakesAt: row["wakesAt"] === null ? null : Number(row["wakesAt"]),
      }));
    const failedRuns = db
      .prepare("SELECT name, status, output FROM failures")
      .all()
      .map((row) => ({
        name: String(row["name"]),
        status: String(row["status"]),
        output: textOf(row["output"]),
      }));
    return { instances, failedRuns };
  } finally {
    db.close();
  }
}

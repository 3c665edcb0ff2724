import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { World } from "./world.ts";

type Caller = Pick<World, "call">;

/** A case as the HTTP API answers it. */
export interface CaseView {
  readonly case: Case;
  readonly explanation: readonly string[];
  readonly alerts: readonly DefenderAlert[];
  readonly nextLook: { readonly at: string } | null;
}

/** All that the app can tell of a run, read through its HTTP API. */
export interface Outcome {
  readonly cases: readonly CaseView[];
  /** Oldest first. */
  readonly ledger: readonly LedgerEntry[];
  readonly quarantine: number;
}

/** Reads what became of a run. */
export async function readOutcome(
  world: Caller,
  days: { from: string; to: string },
): Promise<Outcome> {
  const quarantine = await json<{ count: number }>(world, "quarantine");
  return {
    cases: await readCases(world),
    ledger: await readLedger(world, days),
    quarantine: quarantine.count,
  };
}

/** Reads how the system stands. */
export function readHealth(world: Caller): Promise<{ lastScan: string | null; due: number }> {
  return json(world, "health/details");
}

async function readCases(world: Caller): Promise<CaseView[]> {
  const ids: string[] = [];
  let next: string | null = null;
  do {
    const query: string = next ? `?next=${encodeURIComponent(next)}` : "";
    const page: { cases: { id: string }[]; next: string | null } = await json(
      world,
      `cases${query}`,
    );
    ids.push(...page.cases.map(({ id }) => id));
    next = page.next;
  } while (next);
  const views: CaseView[] = [];
  for (const id of ids) views.push(await json<CaseView>(world, `cases/${id}`));
  return views;
}

async function readLedger(
  world: Caller,
  { from, to }: { from: string; to: string },
): Promise<LedgerEntry[]> {
  const response = await world.call(`ledger?from=${from}&to=${to}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`GET /api/ledger answered ${response.status}: ${text}`);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LedgerEntry)
    .sort((left, right) => left.at.localeCompare(right.at));
}

async function json<T>(world: Caller, path: string): Promise<T> {
  const response = await world.call(path);
  if (!response.ok) {
    throw new Error(`GET /api/${path} answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}

import { decideSweep, rowsToSweep, type SweepStep } from "../../shared/decisions/sweep.ts";
import { after } from "../../shared/decisions/time.ts";
import type { AgendaRow } from "../../shared/domain/agenda-row.ts";
import { systemSubjects } from "../../shared/domain/subject.ts";
import { instanceId } from "../../shared/durable/instance.ts";
import type { TriggerDependencies } from "./dependencies.ts";
import { inParallel } from "./in-parallel.ts";
import type { RunStatus, Runs } from "./runs.ts";

type SweepDependencies = Pick<TriggerDependencies, "gateways" | "now">;

/**
 * Looks that one sweep starts in a subscription: AKS takes one tag a second of it, and 60 more on top,
 * which are used up after a quarter of an hour.
 */
const maxPerSubscription = 64;
/** Resource Graph takes 180 queries a minute of a caller (Azure Resource Graph docs, "Throttled requests"). */
const maxQueries = 160;
const width = 16;

/**
 * Starts what is due and clears away what is stuck, as decided from the agenda and the state of each
 * instance; then notes that it has swept. Two sweeps at once do no harm: a second start of the same
 * run is refused.
 */
export async function sweepAgenda(
  { gateways, now }: SweepDependencies,
  runs: Runs,
): Promise<readonly SweepStep[]> {
  const at = now().toISOString();
  const rows = await gateways.agenda.list();
  const known = await statusesOf(rowsToSweep(rows, { now: at, maxPerSubscription }), runs);
  const steps = decideSweep({
    rows: known.map(({ row }) => row),
    statuses: Object.fromEntries(
      known.flatMap(({ row, status }) => (status ? [[idOf(row), status]] : [])),
    ),
    now: at,
    maxPerSubscription,
    maxQueries,
  });
  await inParallel(width, steps, (step) => carryOut(step, runs));
  await keepRecurring(gateways, rows, at);
  await gateways.system.noteSweep(at);
  return steps.filter(({ kind }) => kind !== "wait");
}

interface KnownRow {
  readonly row: AgendaRow;
  readonly status: RunStatus | null;
}

/** Rows whose instance cannot be asked about now are left to the next sweep. */
async function statusesOf(rows: readonly AgendaRow[], runs: Runs): Promise<readonly KnownRow[]> {
  const known = await inParallel(width, rows, async (row) => {
    try {
      return { row, status: await runs.status(idOf(row)) };
    } catch {
      return null;
    }
  });
  return known.filter((each) => each !== null);
}

const idOf = ({ kind, subject }: AgendaRow): string => instanceId(kind, subject);

/**
 * What is purged while it is still alive is refused: nobody had been there to end it in time, so it
 * is ended now.
 */
async function carryOut({ kind, row, after }: SweepStep, runs: Runs): Promise<void> {
  const id = idOf(row);
  const purged = kind !== "purge-and-start" || (await runs.purge(id));
  if (kind === "terminate" || !purged) await runs.terminate(id);
  else if (kind !== "wait") await runs.start(row.kind, row.subject, after);
}

/** The daily work has its rows, whatever happened to them. */
async function keepRecurring(
  { agenda, system }: SweepDependencies["gateways"],
  rows: readonly AgendaRow[],
  at: string,
): Promise<void> {
  const has = (kind: AgendaRow["kind"]) => rows.some((row) => row.kind === kind);
  if (!has("scan")) {
    const last = await system.lastScan();
    const next = last === null ? at : later(at, inADay(last));
    await agenda.mark({ subject: systemSubjects.scan, kind: "scan", at: next });
  }
  if (!has("housekeeping")) {
    const subject = systemSubjects.housekeeping;
    await agenda.mark({ subject, kind: "housekeeping", at: inADay(at) });
  }
}

const inADay = (time: string): string => after(time, { days: 1 });

const later = (one: string, other: string): string => (one > other ? one : other);

import type { OrchestrationContext } from "durable-functions";
import type { AgendaGateway, CaseGateway } from "../azure/table-ports.ts";
import type { AgendaRow } from "../domain/agenda-row.ts";
import type { Case } from "../domain/case.ts";
import { isWatchedKind, type SubjectKind } from "../domain/subject.ts";
import { restored } from "./case-of-run.ts";
import { inOrder, type Orchestration, type Step, sleep } from "./steps.ts";

/** All that a run is started with: what it does depends on what it then reads. */
export interface RunInput {
  readonly subject: string;
  /** Seconds to let pass before it begins; absent = none. */
  readonly after?: number;
}

/** What a run found on the agenda, with the etags that its own writes must still meet. */
export interface TakenRow {
  /** Says `notBefore` only where this look comes too early for a mark, and another must follow. */
  readonly row: AgendaRow;
  readonly case: { readonly case: Case; readonly etag: string } | null;
}

/** Clocks of two workers differ by this much: a mark made elsewhere "now" is due here too. */
const clockSkew = 5_000;

/**
 * Reads a due row and the subject's case **before** anything is observed: whatever changes from here
 * on makes `record` or `settle` fail. Null when there is nothing to do.
 */
export async function takeFrom(
  tables: {
    readonly agenda: Pick<AgendaGateway, "find">;
    readonly cases: Pick<CaseGateway, "find">;
  },
  wanted: { readonly subject: string; readonly kind: SubjectKind; readonly now: string },
): Promise<TakenRow | null> {
  const found = await tables.agenda.find(wanted.subject, wanted.kind);
  const hasCome = (time: string) => Date.parse(time) <= Date.parse(wanted.now) + clockSkew;
  if (!found || !hasCome(found.at)) return null;
  const { notBefore, own: _, ...row } = found;
  const isEarly = notBefore !== undefined && !hasCome(notBefore);
  const hasCase = isWatchedKind(wanted.kind);
  return {
    row: isEarly ? found : row,
    case: hasCase ? await tables.cases.find(wanted.subject) : null,
  };
}

/**
 * Writes the case if nobody wrote it since `take`. A repeat of a write that had landed (an activity
 * can be killed between its effect and its result) counts as written.
 */
export async function recordInto(
  cases: Pick<CaseGateway, "find" | "put">,
  value: Case,
  etag: string | null,
): Promise<{ kind: "written"; etag: string } | { kind: "conflict" }> {
  const stored = etag === null ? null : await cases.find(value.subject);
  const whole = stored ? restored(value, stored.case) : value;
  await cases.put(whole, etag);
  const found = await cases.find(value.subject);
  const ours = found && JSON.stringify(sorted(found.case)) === JSON.stringify(sorted(whole));
  return ours ? { kind: "written", etag: found.etag } : { kind: "conflict" };
}

/** The same value with its keys in one order: tables give properties back in their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

/** How a run ended, for the status of its instance. */
export type RunEnd = Settling["kind"];

/** So long a burst of events becomes one look; a sweep would come no sooner. */
const burst = 60;

/** How the agenda is to settle a row. */
export interface SettleInput {
  readonly row: AgendaRow;
  readonly next: string | null;
  /** Correlation ids of the writes that this run made and read back. */
  readonly noted?: readonly string[] | undefined;
}

/**
 * Ends a run: takes the row off the agenda, or moves it to `next`. Marked again meanwhile: the run
 * starts over with the same input, so that the mark is followed by a look. `last` comes first, in the
 * same activity; null = that ended before the row was settled.
 */
export function* settle(
  context: OrchestrationContext,
  steps: { settle(input: SettleInput): Step<Settling> },
  ending: SettleInput & { readonly last?: readonly Step<unknown>[] | undefined },
): Orchestration<RunEnd | null> {
  const { last = [], ...settling } = ending;
  const answers = yield* inOrder(context, [...last, steps.settle(settling)]);
  const settled = answers[last.length] as Settling | undefined;
  if (!settled) return null;
  if (settled.kind === "marked-again") {
    yield* sleep(context, burst);
    context.df.continueAsNew({ subject: settling.row.subject } satisfies RunInput);
  }
  return settled.kind;
}

/** The agenda's answer to `settle`. */
export interface Settling {
  readonly kind: Awaited<ReturnType<AgendaGateway["settle"]>>;
}

import type { Accepted, Done, Gone } from "../../shared/azure/ports.ts";
import type { Reservation } from "../../shared/azure/table-ports.ts";
import type { OwnWrite } from "../../shared/domain/case.ts";
import type { ActName, Decision, RefusedAct } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { RuleName } from "../../shared/domain/policy.ts";
import type { Refusal, Superseded, Wait } from "../../shared/domain/refusal.ts";
import { later, patiently, pollPause } from "../../shared/durable/patience.ts";
import {
  goOnIf,
  guidOf,
  inOrder,
  type Orchestration,
  type Step,
  sleep,
  timeOf,
} from "../../shared/durable/steps.ts";
import { entryOf } from "./run.ts";
import {
  type Answer,
  type BeginAnswers,
  type BeginSteps,
  type Intended,
  intend,
  noting,
  type Work,
  writeDown,
} from "./work.ts";

/** The wish, not yet, or not at all. */
export type Shown = "shown" | "pending" | "missing";

/** How a change is read back. */
export interface ReadingBack<Read extends Answer> {
  /** Reads the resource. */
  read(): Step<Read>;
  /** What that answer shows of the change. */
  shows(answer: Read): Shown;
}

/** A change that was decided, and how to make it and read it back. */
export interface Change<Read extends Answer = Answer> extends ReadingBack<Read> {
  readonly act: ActName;
  readonly rule: RuleName;
  /** One line for people. */
  readonly detail: string;
  /** What it adds to the bill each month; null = nothing. */
  readonly addedCost: number | null;
  /** What is set and what it was, as the case compares it later: `off` and `on`, or a list. */
  readonly before: string;
  readonly value: string;
  /** Whether it takes room under the limits. */
  readonly counted: boolean;
  /** What was set where Azure did only a part, from what it shows after. */
  partOf?(after: string): string;
  start(): Step<Begun>;
  fixFor(refusal: Refusal): string | null;
}

/** What became of a change. */
export type Changed =
  | {
      readonly kind: "changed";
      readonly write: OwnWrite;
      readonly entry: LedgerEntry;
      /** What Azure left undone of it. */
      readonly refusal?: RefusedAct;
    }
  | { readonly kind: "left"; readonly decision: Decision }
  | { readonly kind: "refused"; readonly refusal: RefusedAct; readonly entry: LedgerEntry }
  | { readonly kind: "failed"; readonly decision: Decision }
  /** What was decided no longer holds: the run ends unsettled and is taken up anew. */
  | { readonly kind: "superseded" }
  /** Azure carries it out, and meanwhile the subject wants a look: a later run notes the outcome. */
  | { readonly kind: "interrupted" };

const startRounds = 5;
const longestPolling = 20 * 60;
const readBackRounds = 6;

/** Makes one change: room under the limits, intent, act, poll, read back, outcome. */
export function* makeChange(work: Work, change: Change): Orchestration<Changed> {
  const reservation = change.counted ? reservationOf(work, change) : null;
  const begin = beginning(change);
  const intended = yield* intend(work, intentOf(work, change), { reservation, begin });
  if (intended.kind === "over") {
    return { kind: "left", decision: overLimit(work, change, intended) };
  }
  const [started, read] =
    intended.kind === "intended"
      ? yield* beginPatiently(work, change, intended.begun)
      : [{ kind: "superseded" as const }];
  if (reservation && isUnmade(started)) {
    yield* work.steps.release({ subject: work.subject, reservation });
  }
  switch (started.kind) {
    case "superseded":
      return started;
    case "gone":
      // One 404 of a write says less than the read before it; the next look finds out.
      return yield* noteUnmade(work, change, "Azure answers that it is not there");
    case "refused":
      return yield* noteRefusal(work, change, started);
    case "wait":
      return yield* noteUnmade(work, change, started.why);
    case "done":
      if (started.remainder) return yield* notePart(work, change, started);
      return yield* verify(work, change, started, read);
    case "unneeded":
      return yield* verify(work, change, started);
    default:
      return yield* seeThrough(work, change, started);
  }
}

/** Whether it is certain that Azure changed nothing; what ended in failure may have come on in part. */
const isUnmade = (begun: Begun): boolean =>
  begun.kind === "refused"
    ? begun.status !== 0
    : ["superseded", "gone", "wait"].includes(begun.kind);

function reservationOf(work: Work, change: Change): Reservation {
  const { limits } = work.taken.inForce.policy;
  return {
    key: guidOf(work.context),
    at: timeOf(work.context),
    perHour: limits.changesPerHour,
    perDay: limits.changesPerDay,
    costPerMonth: limits.addedCostPerMonth,
    addedCost: change.addedCost ?? 0,
  };
}

/** Left because the change would pass a limit, which is named. */
function overLimit(
  work: Work,
  change: Change,
  { which, used, limit }: Extract<Intended<unknown>, { kind: "over" }>,
): Decision {
  const what = which === "month" ? "added cost of the month" : `changes of the ${which}`;
  return {
    kind: "leave",
    rule: change.rule,
    act: change.act,
    reason: "limit",
    detail: `${change.detail}: the limit is reached, ${what}: ${used} of ${limit}`,
    lookAgain: later(work.context, which === "hour" ? 60 : 6 * 60),
  };
}

/** The intent's ledger line; of an act that was refused last time it is the same line again. */
function intentOf(work: Work, change: Change): LedgerEntry {
  const earlier = work.base.refusals.some((refusal) => refusal.act === change.act)
    ? work.base.history.findLast((line) => line.act === change.act && line.kind === "intent")
    : undefined;
  const line = {
    ...about(change),
    kind: "intent" as const,
    reason: change.detail,
    before: change.before || null,
    after: change.value,
    addedCost: change.addedCost,
  };
  const entry = entryOf(work, work.base, line);
  return earlier ? { ...entry, id: earlier.id, at: earlier.at } : entry;
}

/** What begins it, and reads it back where Azure says at once that it is done. */
const beginning = (change: Change): BeginSteps<Begun> => [
  goOnIf("done", change.start()),
  change.read(),
];

/** Begins it again while Azure says to wait, for as long as it asks for, a few times. */
function* beginPatiently(
  work: Work,
  change: Change,
  first: BeginAnswers<Begun>,
): Orchestration<BeginAnswers<Begun>> {
  let answers = first;
  for (let round = 1; answers[0].kind === "wait" && round < startRounds; round += 1) {
    yield* sleep(work.context, answers[0].seconds);
    answers = yield* inOrder(work.context, beginning(change));
  }
  return answers;
}

type Begun = Accepted | Done | Gone | Refusal | Wait | Superseded;

/** Closes the intent of a change that Azure did not take: what others set later is not ours. */
function* noteUnmade(work: Work, change: Change, why: string): Orchestration<Changed> {
  yield* writeDown(work, {
    ...about(change),
    kind: "leave",
    reason: `nothing was changed: ${why}`,
  });
  return { kind: "left", decision: leave(work, change, why) };
}

/** From Azure's yes to what reading the resource shows. */
function* seeThrough(work: Work, change: Change, begun: Accepted): Orchestration<Changed> {
  const polled = yield* poll(work, change, begun);
  switch (polled.kind) {
    case "interrupted":
      return polled;
    case "unfinished":
      return { kind: "left", decision: leave(work, change, "Azure is still carrying it out") };
    case "refused":
      return yield* noteRefusal(work, change, polled);
    default:
      return yield* verify(work, change, begun, polled.read);
  }
}

/** What reading it shows, and how that is noted; `early`: the answer, where it was read before. */
function* verify(
  work: Work,
  change: Change,
  begun: Accepted | Done,
  early?: Answer,
): Orchestration<Changed> {
  const shown = yield* readBack(work, change, early);
  if (shown === "pending") {
    const why = "Azure has not ended the operation yet";
    return { kind: "left", decision: leave(work, change, why) };
  }
  const verified = work.steps.noteVerification({
    subject: work.subject,
    ok: shown === "shown",
    what: `${change.act} on ${work.base.name}`,
  });
  const { changed, step } =
    shown === "shown" ? success(work, change, begun) : failure(work, change, begun);
  yield* inOrder(work.context, [verified, step]);
  return changed;
}

type Polled =
  | { readonly kind: "ended"; readonly read?: Answer | undefined }
  | { readonly kind: "unfinished" }
  | { readonly kind: "interrupted" }
  | Refusal;

/**
 * Polls the operation on durable timers; a lost address is judged by reading the resource. It stops
 * when the subject is marked again, because an alert must not wait for Azure's slowest operation.
 */
function* poll(work: Work, change: Change, begun: Accepted): Orchestration<Polled> {
  let waited = 0;
  let asked = begun.seconds;
  for (let round = 0; waited < longestPolling; round += 1) {
    const pause = pollPause(round, asked);
    yield* sleep(work.context, pause);
    waited += pause;
    if (begun.address === null) return { kind: "ended" };
    const [again, state, read] = yield* inOrder(work.context, [
      work.steps.isDueAgain({ row: work.taken.row }),
      goOnIf(
        "succeeded",
        work.steps.pollOperation({ subject: work.subject, address: begun.address }),
      ),
      change.read(),
    ]);
    if (state?.kind === "refused") return state;
    if (state?.kind === "lost" || state?.kind === "succeeded") return { kind: "ended", read };
    asked = state?.seconds ?? 0;
    if (again.due) return { kind: "interrupted" };
  }
  return { kind: "unfinished" };
}

/** Reads it back; what is missing gets a second look, because reads can lag behind writes. */
function* readBack(
  { context }: Work,
  change: Change,
  early: Answer | undefined,
): Orchestration<Shown> {
  let missing = 0;
  for (let round = 0; round < readBackRounds; round += 1) {
    const known = round === 0 ? early : undefined;
    const shown = change.shows(yield* patiently(context, () => change.read(), known));
    if (shown === "shown") return "shown";
    if (shown === "missing") missing += 1;
    if (missing > 1) return "missing";
    yield* sleep(context, pollPause(round, 10));
  }
  return "pending";
}

/** What became of a change, and the step that notes it in the ledger. */
interface Outcome<C extends Changed> {
  readonly changed: C;
  readonly step: Step<unknown>;
}

/**
 * Notes the change as ours. "Unneeded" counts too: seconds ago it was off, so it is the trace of an
 * attempt of ours that was killed before it could answer.
 */
function success(
  work: Work,
  change: Change,
  done: Accepted | Done,
): Outcome<Extract<Changed, { kind: "changed" }>> {
  const { entry, step } = noting(work, {
    ...about(change),
    kind: "change",
    reason: change.detail,
    before: change.before || null,
    after: change.value,
    correlationId: done.correlationId,
    addedCost: change.addedCost,
  });
  return { changed: { kind: "changed", entry, write: ownWrite(work, change) }, step };
}

/** Notes what Azure did of a change, and its no to the rest. */
function* notePart(work: Work, change: Change, done: Done): Orchestration<Changed> {
  const { remainder } = done;
  const left = remainder ? yield* noteRefusal(work, change, remainder) : null;
  const value = change.partOf?.(done.after) ?? change.value;
  const { changed, step } = success(work, { ...change, value }, done);
  yield* step;
  return left?.kind === "refused" ? { ...changed, refusal: left.refusal } : changed;
}

function failure(work: Work, change: Change, done: Accepted | Done): Outcome<Changed> {
  const reason = "Azure accepted the change, but reading it back does not show it";
  const { step } = noting(work, {
    ...about(change),
    kind: "failure",
    reason,
    before: change.before || null,
    after: change.before || null,
    correlationId: done.correlationId,
  });
  const decision = { ...leave(work, change, reason), reason: "unreadable" } as const;
  return { changed: { kind: "failed", decision }, step };
}

/** Keeps Azure's no; the same no as last time adds no line to the ledger. */
function* noteRefusal(work: Work, change: Change, refusal: Refusal): Orchestration<Changed> {
  const { code, message } = refusal;
  const earlier = work.base.refusals.find((one) => one.act === change.act);
  const line = work.base.history.findLast(
    (one) => one.act === change.act && one.kind === "refusal",
  );
  const same = line && earlier?.code === code && earlier.message === message;
  if (same) work.entries.push(line);
  const news = { ...about(change), kind: "refusal", reason: `${code}: ${message}` } as const;
  const entry = same ? line : yield* writeDown(work, news);
  const at = same && earlier ? earlier.at : timeOf(work.context);
  const refused = { ...about(change), at, code, message, fix: change.fixFor(refusal) };
  return { kind: "refused", refusal: refused, entry };
}

/** What the case remembers of a write, so that it is noticed when others take it back. */
export function ownWrite(
  work: Work,
  { act, value, before }: Pick<Change, "act" | "value" | "before">,
): OwnWrite {
  const earlier = work.base.writes.find((write) => write.act === act);
  return {
    takenBack: 0,
    takenBackAt: null,
    takenBackBy: null,
    ...earlier,
    act,
    at: timeOf(work.context),
    value,
    before,
    allowedAt: null,
  };
}

const about = (change: Change) => ({ act: change.act, rule: change.rule });

const leave = (work: Work, change: Change, why: string): Extract<Decision, { kind: "leave" }> => ({
  kind: "leave",
  ...about(change),
  reason: "busy",
  detail: `${change.detail}: ${why}`,
  lookAgain: later(work.context, 10),
});

import type { OrchestrationContext } from "durable-functions";
import type { AgendaRow } from "../../shared/domain/agenda-row.ts";
import type { Wait } from "../../shared/domain/refusal.ts";
import { systemSubjects } from "../../shared/domain/subject.ts";
import { type RunInput, settle } from "../../shared/durable/agenda.ts";
import { isWait, later, patiently } from "../../shared/durable/patience.ts";
import {
  guidOf,
  inOrder,
  type Orchestration,
  type Step,
  type Steps,
  sleep,
  stepsOf,
  timeOf,
} from "../../shared/durable/steps.ts";
import type { Activities } from "../activities/index.ts";
import type { ScannedPage } from "../activities/scan.ts";

/** The parts of a scan, in their order. */
const phases = ["subscriptions", "plans", "clusters", "registries", "alerts", "cases"] as const;

type Phase = (typeof phases)[number];

/** Where a scan stands: it goes on as a new execution now and then, so that its history stays short. */
interface Progress {
  /** The row that it took at its beginning, with the etag to settle by. */
  readonly row: AgendaRow;
  /** ISO time of its beginning. */
  readonly at: string;
  readonly phase: Phase;
  readonly next: string | null;
  readonly counts: Readonly<Record<Phase, { readonly read: number; readonly marked: number }>>;
}

/** What a scan is started or continued with. */
export interface ScanInput extends RunInput {
  readonly progress?: Progress;
}

/** Resource Graph takes 15 queries in 5 seconds from a caller; a few are left for the looks. */
const pagesPerExecution = 12;
const graphWindow = 5;

interface Scan {
  readonly context: OrchestrationContext;
  readonly steps: Steps<Activities>;
  readonly subject: string;
}

/** Reads the whole estate by the page, puts on the agenda what needs a look, then reports. */
export function* scanEstate(context: OrchestrationContext): Orchestration<string | undefined> {
  const { subject, progress } = context.df.getInput<ScanInput>();
  const scan = { context, steps: stepsOf<Activities>(context), subject };
  const begun = progress ?? (yield* begin(scan));
  if (!begun) return "nothing to do";
  try {
    const reached = yield* readPages(scan, begun);
    if (reached.kind === "pause") {
      context.df.continueAsNew({ subject, progress: reached.progress } satisfies ScanInput);
      return undefined;
    }
    return yield* end(scan, reached.progress);
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : "a fault without a message";
    yield* scan.steps.noteFault({ subject, kind: "scan", message });
    yield* settle(context, scan.steps, { row: begun.row, next: later(context, 15) });
    return "fault";
  }
}

function* begin({ context, steps, subject }: Scan): Orchestration<Progress | null> {
  const taken = yield* steps.take({ subject, kind: "scan" });
  if (taken.kind === "nothing") return null;
  const none = { read: 0, marked: 0 };
  return {
    row: taken.row,
    at: timeOf(context),
    phase: "subscriptions",
    next: null,
    counts: {
      subscriptions: none,
      plans: none,
      clusters: none,
      registries: none,
      alerts: none,
      cases: none,
    },
  };
}

type Reached = { readonly kind: "pause" | "end"; readonly progress: Progress };

function* readPages(scan: Scan, begun: Progress): Orchestration<Reached> {
  let progress = begun;
  for (let page = 0; page < pagesPerExecution; page += 1) {
    const answer = yield* patiently(scan.context, () => readPage(scan, progress));
    // A page that Azure keeps from us is asked for again by the next execution of this scan.
    if (isWait(answer)) {
      yield* sleep(scan.context, answer.seconds);
      return { kind: "pause", progress };
    }
    const after = advance(progress, answer);
    if (!after) return { kind: "end", progress: count(progress, answer) };
    progress = after;
  }
  yield* sleep(scan.context, graphWindow);
  return { kind: "pause", progress };
}

function readPage(
  { steps, subject }: Scan,
  { phase, next, at }: Progress,
): Step<ScannedPage | Wait> {
  const page = { subject, next, at };
  switch (phase) {
    case "subscriptions":
      return steps.scanSubscriptions(page);
    case "plans":
      return steps.scanPlans(page);
    case "clusters":
      return steps.scanClusters(page);
    case "registries":
      return steps.scanRegistries(page);
    case "alerts":
      return steps.scanAlerts(page);
    case "cases":
      return steps.scanOpenCases(page);
  }
}

/** The next page or phase; null when the scan has read everything. */
function advance(progress: Progress, page: ScannedPage): Progress | null {
  const counted = count(progress, page);
  if (page.next !== null) return { ...counted, next: page.next };
  const phase = phases[phases.indexOf(progress.phase) + 1];
  return phase ? { ...counted, phase, next: null } : null;
}

function count(progress: Progress, page: ScannedPage): Progress {
  const before = progress.counts[progress.phase];
  const after = { read: before.read + page.read, marked: before.marked + page.marked };
  return { ...progress, counts: { ...progress.counts, [progress.phase]: after } };
}

/** Waits until what it put on the agenda has been looked at, reports, and plans the next day. */
function* end({ context, steps, subject }: Scan, progress: Progress): Orchestration<string> {
  yield* awaitLooks({ context, steps, subject });
  yield* inOrder(context, [
    steps.reportToOperators({
      subject,
      operationId: guidOf(context),
      at: progress.at,
      clusters: progress.counts.clusters.read,
      registries: progress.counts.registries.read,
    }),
    steps.wake({ subject: systemSubjects.delivery, kind: "delivery" }),
  ]);
  const { next } = yield* steps.noteScan({ subject, at: progress.at });
  const { counts } = progress;
  const marked = phases.reduce((sum, phase) => sum + counts[phase].marked, 0);
  const ended = yield* settle(context, steps, { row: progress.row, next });
  return `${counts.clusters.read} clusters read, ${marked} to look at; ${ended}`;
}

/** So many minutes at most a report waits for looks. */
const longestWait = 30;

/** A report made before the looks would have nothing to say; it waits for them, not for ever. */
function* awaitLooks({ context, steps, subject }: Scan): Orchestration<void> {
  for (let waited = 0; waited < longestWait; ) {
    const { due, minutes } = yield* steps.countDueLooks({ subject });
    if (due === 0) return;
    yield* sleep(context, minutes * 60);
    waited += minutes;
  }
}

import { instanceId } from "../../shared/durable/instance.ts";
import { type Example, kindOfSubject } from "./example.ts";
import type { Recording } from "./recording.ts";

/** How a run came to rest. */
export interface Rest {
  /** Last change from outside, and the last run of a subject, write and mail of the app. ISO times. */
  readonly lastOutside: string;
  readonly lastRun: string;
  readonly lastWrite: string;
  readonly lastMail: string;
  readonly subjects: readonly SubjectRest[];
  /** Writes that took effect, and changes in the ledger. */
  readonly writes: number;
  readonly acts: number;
  readonly problems: readonly string[];
}

/** How often one subject was looked at. */
export interface SubjectRest {
  readonly subject: string;
  readonly runs: number;
  /** Changes from outside that were about it: deliveries, Azure's own events, the scan. */
  readonly outside: number;
}

const mostRuns = 3;

/**
 * What Azure does to a run: nothing, something once, or something all the time. A fault brings looks of
 * its own, so they are counted in a run without any; one that lasts lets nothing come to rest.
 */
export type Disturbance = "none" | "once" | "lasting";

/**
 * Says how a run came to rest: at most three runs a subject and change from outside, one write an act,
 * and nothing in the last minutes.
 */
export function restOf(example: Example, run: Recording, disturbance: Disturbance): Rest {
  const { appId } = example.scenario.principal;
  const outside = run.delivered.filter(({ text }) => !text.includes(appId));
  const subjects = example.subjects.map((subject) => ({
    subject,
    runs: runsOf(subject, run),
    outside: 1 + outside.filter(({ text }) => isAbout(text, subject)).length,
  }));
  const acts = run.ledger.filter(({ kind }) => kind === "change").length;
  const begun = run.instances.filter(({ name }) => name.startsWith("guard"));
  return {
    lastOutside: latest(outside.map(({ at }) => at)),
    lastRun: latest(begun.map(({ created }) => created)),
    lastWrite: latest(run.writes.map(({ at }) => at)),
    lastMail: latest(run.mails.map(({ at }) => at)),
    subjects,
    writes: run.writes.length,
    acts,
    problems: [
      ...(disturbance === "none" ? tooMany(subjects, { writes: run.writes.length, acts }) : []),
      ...(disturbance === "lasting" ? [] : restless(run, begun)),
    ],
  };
}

const tooMany = (
  subjects: readonly SubjectRest[],
  { writes, acts }: { readonly writes: number; readonly acts: number },
): readonly string[] => [
  ...subjects
    .filter(({ runs, outside }) => runs > mostRuns * outside)
    .map(({ subject, runs, outside }) => `${subject}: ${runs} runs, ${outside} changes`),
  ...(writes > acts ? [`${writes} writes for ${acts} acts`] : []),
];

const quiet = 5 * 60_000;

/** A run at rest has done nothing in its last minutes. */
function restless(run: Recording, begun: Recording["instances"]): readonly string[] {
  const late = (at: number): boolean => at > run.at - quiet;
  return [
    ...begun.filter(({ created }) => late(created)).map(({ name }) => `${name} ran at the end`),
    ...run.writes
      .filter(({ at }) => late(at))
      .map(({ resource }) => `${resource} was written at the end`),
    ...run.mails.filter(({ at }) => late(at)).map(({ subject }) => `"${subject}" left at the end`),
  ];
}

function runsOf(subject: string, { instances }: Recording): number {
  const id = instanceId(kindOfSubject(subject), subject);
  return instances.find((one) => one.id === id)?.runs ?? 0;
}

/** A node's alert names the group of its cluster's nodes, which holds the cluster's name. */
function isAbout(text: string, subject: string): boolean {
  const lower = text.toLowerCase();
  const name = subject.split("/").at(-1) ?? "";
  if (kindOfSubject(subject) !== "subscription") return lower.includes(name);
  return lower.includes(name) && !/\/(managedclusters|registries)\//.test(lower);
}

const latest = (times: readonly number[]): string =>
  times.length === 0 ? "never" : new Date(Math.max(...times)).toISOString();

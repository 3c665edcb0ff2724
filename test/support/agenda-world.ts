import type { OrchestrationContext } from "durable-functions";
import { agendaActivities } from "../../functions/activities/agenda.ts";
import { caseActivities } from "../../functions/activities/cases.ts";
import { type Ending, type Run, runOver } from "../../functions/orchestrators/run.ts";
import { decideSweep } from "../../shared/decisions/sweep.ts";
import type { Case } from "../../shared/domain/case.ts";
import { openCase } from "../../shared/durable/case-of-run.ts";
import { instanceId } from "../../shared/durable/instance.ts";
import { type Orchestration, type Step, stepsOf } from "../../shared/durable/steps.ts";
import { anInForce } from "./in-force.ts";
import { createInMemoryGateways } from "./in-memory-gateways.ts";
import { runOrchestration } from "./run-orchestration.ts";

/** What can happen around a call of an activity. */
export type Happening =
  | "nothing"
  /** Azure changes and an event marks the subject. */
  | "change"
  /** Azure changes, will show it in some minutes, and an event marks the subject for then. */
  | "change that shows later"
  | "crash before the effect"
  | "crash after the effect"
  /** The effect lands once more, at some later time. */
  | "late repeat"
  | "land what is late"
  /** The instance fails. */
  | "run dies"
  /** The instance is gone, but its status says Running. */
  | "run freezes"
  /** Another instance starts although this one is alive. */
  | "second run";

const subject =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/c1";
const instance = instanceId("cluster", subject);
const minute = 60_000;
const begin = Date.parse("2026-11-23T08:00:00Z");
const showsAfter = 5 * minute;
/** What the sweep may start: more than there is. */
const room = { maxPerSubscription: 10, maxQueries: 100 };

/** One subject of a changing Azure, its agenda and case, and runs that anything can befall. */
export function createAgendaWorld(happenings: readonly Happening[]) {
  const queue = [...happenings];
  const late: (() => Promise<unknown>)[] = [];
  let now = begin;
  const shown: number[] = [];
  const looks: number[] = [];
  let runs = 0;
  let status: { status: string; lastUpdated: string; output: unknown } | null = null;
  const iso = () => new Date(now).toISOString();
  const { agenda, cases, system } = createInMemoryGateways();
  const inForce = anInForce();
  const source = { recent: async () => inForce, live: async () => inForce };
  const stamp = { appVersion: "1", by: "us" };
  const activities = {
    ...agendaActivities({ agenda }, iso),
    ...caseActivities({ agenda, cases, system }, source, { stamp, now: iso }),
    readTruth: async () => {
      looks.push(now);
      return { truth: shown.filter((from) => from <= now).length };
    },
  };

  const mark = () => agenda.mark({ subject, kind: "cluster", at: iso() });
  const landLate = async () => {
    for (const effect of late.splice(0)) await effect();
  };
  const setStatus = (value: string) => {
    status = { status: value, lastUpdated: iso(), output: null };
  };

  async function change(): Promise<void> {
    shown.push(now);
    await mark();
  }

  async function changeShownLater(): Promise<void> {
    shown.push(now + showsAfter);
    const at = new Date(now + showsAfter).toISOString();
    await agenda.mark({ subject, kind: "cluster", at, notBefore: true });
  }

  /** Lets the next thing happen; true when the run does not survive it. */
  async function happen(
    effect: () => Promise<unknown>,
  ): Promise<{ answer?: unknown; dies: boolean }> {
    const what = queue.shift() ?? "nothing";
    switch (what) {
      case "change":
        await change();
        return { answer: await effect(), dies: false };
      case "change that shows later":
        await changeShownLater();
        return { answer: await effect(), dies: false };
      case "crash before the effect":
        throw new Error("node exited with code 137");
      case "crash after the effect":
        await effect();
        throw new Error("node exited with code 137");
      case "late repeat":
        late.push(effect);
        return { answer: await effect(), dies: false };
      case "land what is late":
        await landLate();
        return { answer: await effect(), dies: false };
      case "run dies":
        setStatus("Failed");
        late.push(effect);
        return { dies: true };
      case "run freezes":
        setStatus("Running");
        return { dies: true };
      case "second run":
        await run();
        return { answer: await effect(), dies: false };
      default:
        return { answer: await effect(), dies: false };
    }
  }

  async function run(): Promise<void> {
    runs += 1;
    setStatus("Running");
    const death = Promise.withResolvers<"died">();
    const standIns = Object.fromEntries(
      Object.entries(activities).map(([name, act]) => [
        name,
        async (input: never) => {
          const { answer, dies } = await happen(() => (act as Act)(input));
          if (!dies) return answer;
          death.resolve("died");
          return new Promise(() => {});
        },
      ]),
    );
    for (let again = true; again; ) {
      const ended = await Promise.race([
        runOrchestration(look, { subject }, standIns),
        death.promise,
      ]);
      if (ended === "died") return;
      again = ended.continuedAsNew !== null;
      if (!again) setStatus(ended.error === null ? "Completed" : "Failed");
    }
  }

  return {
    change,
    changeShownLater,
    mark,
    run,
    /** Minutes pass; the sweep does what it does. */
    async sweep(): Promise<void> {
      now += minute;
      await landLate();
      const rows = await agenda.list();
      const statuses = status ? { [instance]: status } : {};
      for (const step of decideSweep({ rows, statuses, now: iso(), ...room })) {
        if (step.kind === "terminate") setStatus("Terminated");
        if (step.kind === "start" || step.kind === "purge-and-start") await run();
      }
    },
    runs: () => runs,
    /** How often Azure changed. */
    truth: () => shown.length,
    /** Times of looks, in minutes from the beginning. */
    looks: () => looks.map((time) => (time - begin) / minute),
    clock: () => (now - begin) / minute,
    onAgenda: async () => (await agenda.list()).length > 0,
    seen: async () => (await cases.find(subject))?.case.unknownLooks ?? null,
  };
}

type Act = (input: unknown) => Promise<unknown>;
interface TruthSteps {
  readTruth(input: object): Promise<{ truth: number }>;
}

/** A look in the frame of every run: it reads the truth and writes it into the case. */
function* look(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "cluster", { look: lookAtTruth });
}

function* lookAtTruth(run: Run): Orchestration<Ending> {
  const reads: { readTruth(input: object): Step<{ truth: number }> } = stepsOf<TruthSteps>(
    run.context,
  );
  const { truth } = yield* reads.readTruth({});
  const found = run.taken.case;
  const base = found?.case ?? openCase(subject, "cluster", { inForce: run.taken.inForce, now: "" });
  const value: Case = { ...base, fault: null, unknownLooks: truth };
  const written = yield* run.steps.record({ subject, case: value, etag: found?.etag ?? null });
  if (written.kind === "conflict") return { kind: "unsettled", outcome: "conflict" };
  return { kind: "settle", next: null, outcome: "looked" };
}

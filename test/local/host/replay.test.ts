import { describe, expect, it } from "vitest";
import type { Action } from "../../../local/host/actions.ts";
import { EventType, type HistoryEvent } from "../../../local/host/history.ts";
import { replay } from "../../../local/host/replay.ts";
import { readRecording, recordingNames } from "./recordings.ts";

interface Step {
  readonly request: { readonly history: readonly HistoryEvent[] };
  readonly response?: State;
  readonly failure?: string;
}
interface State {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
}

/** Turns that use what this host refuses, or that the driver rewound or suspended: file and turn. */
const elsewhere = new Set([
  ...["h3a-actfail/1", "h3a-fail/0", "r1-suspend/2", "r9-subUnknownTimer/0"],
  ...["r1-callHttp/0", "r1-entity/0", "r1-entity/1", "r1-entity/2", "r1-lock/0", "r1-lock/1"],
  "r1-evtCanSeq/1",
]);

const known = (_: string, name: string): boolean => !name.startsWith("nope");

interface Turn {
  readonly name: string;
  readonly step: Step;
  readonly next: Step | undefined;
}

const turns: Turn[] = recordingNames("trig").flatMap((file) =>
  readRecording<Step[]>(`trig/${file}.json`).map((step, index, steps) => {
    const next = steps[index + 1];
    const same = next && execution(next) === execution(step);
    return { name: `${file}/${index}`, step, next: same ? next : undefined };
  }),
);

function execution({ request }: Step): string | undefined {
  const start = request.history.find((event) => event.EventType === EventType.ExecutionStarted);
  return start?.OrchestrationInstance.ExecutionId;
}

function stateOf({ response, failure }: Step): State {
  return response ?? JSON.parse(failure?.split("$OutOfProcData$:")[1] ?? "null");
}

/** What the real host scheduled after a turn. */
function scheduledBy({ step, next }: Turn): unknown[] {
  const later = next?.request.history.slice(step.request.history.length) ?? [];
  const end = later.findIndex((event) => event.EventType === EventType.OrchestratorCompleted);
  return later.slice(0, end).map((event) => ({
    type: event.EventType,
    id: event.EventId,
    name: "Name" in event ? event.Name : null,
    fireAt: "FireAt" in event ? new Date(event.FireAt).toISOString() : null,
  }));
}

function scheduledByUs({ step }: Turn): unknown[] {
  const types = { task: 4, sub: 7, timer: 10 };
  const { scheduled } = replay(step.request.history, stateOf(step).actions.flat(), known);
  return scheduled.map((command) => ({
    type: types[command.kind],
    id: command.id,
    name: command.kind === "timer" ? null : command.name,
    fireAt: command.kind === "timer" ? command.fireAt : null,
  }));
}

describe("replay", () => {
  const compared = turns.filter(({ name, next }) => next && !elsewhere.has(name));

  it("knows enough recorded turns", () => expect(compared.length).toBe(223));

  it.each(compared)("schedules after $name what the real host scheduled", (turn) => {
    expect(scheduledByUs(turn)).toEqual(scheduledBy(turn));
  });

  it("finds an orchestrator that does not fit its history", () => {
    const [, second] = readRecording<Step[]>("trig/r2-nonDet.json");
    if (!second) throw new Error("The recording has a second turn.");
    const { failure } = replay(second.request.history, stateOf(second).actions.flat(), known);
    expect(failure).toBe(
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence number 0 named 'echoDesc', but the current orchestration replay instead scheduled an activity task named 'say' with this sequence number.  Was a change made to the orchestrator code after this instance had already started running?",
    );
  });

  it("refuses entities, locks and callHttp", () => {
    for (const file of ["r1-entity", "r1-lock", "r1-callHttp"]) {
      const [step] = readRecording<Step[]>(`trig/${file}.json`);
      if (!step) throw new Error("The recording has a turn.");
      const { failure, scheduled } = replay(
        step.request.history,
        stateOf(step).actions.flat(),
        known,
      );
      expect(failure).toMatch(/does not support/);
      expect(scheduled).toEqual([]);
    }
  });

  it("is not finished while a timer that lost is open, and is once it is cancelled", () => {
    const [, held] = readRecording<Step[]>("trig/r1-anyActWinsNoCancel.json");
    const cancelled = readRecording<Step[]>("trig/r1-anyActWins.json").at(-1);
    if (!held || !cancelled) throw new Error("The recordings have these turns.");
    const finished = ({ request, ...step }: Step) =>
      replay(request.history, stateOf({ request, ...step }).actions.flat(), known).finished;
    expect(finished(held)).toBe(false);
    expect(finished(cancelled)).toBe(true);
  });
});

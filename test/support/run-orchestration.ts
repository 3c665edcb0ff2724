import { createRequire } from "node:module";
import { InvocationContext } from "@azure/functions";
import type { OrchestrationContext } from "durable-functions";
import { severalActivities } from "../../functions/activities/several.ts";
import { common, EventType, type HistoryEvent } from "../../local/host/history.ts";
import { type Action, type Command, replay } from "../../local/host/replay.ts";
import type { Call, Orchestration, Several } from "../../shared/durable/steps.ts";

/** Stand-ins for activities, by name; each gets the input and the orchestration's time. */
export type StandIns = Readonly<
  Record<string, (input: never, now: string) => unknown | Promise<unknown>>
>;

/** What an orchestrator did. */
export interface Ran {
  /** What it returned; undefined when it failed or continued as new. */
  readonly outcome: unknown;
  /** Message of the error it threw, or null. */
  readonly error: string | null;
  /** Names of the activities it called, in order, a retried one each time. */
  readonly calls: readonly string[];
  /** Names of those that the host was asked to run: several in one count as that one. */
  readonly activities: readonly string[];
  readonly inputs: readonly { readonly name: string; readonly input: unknown }[];
  readonly continuedAsNew: { readonly input: unknown } | null;
  /** Time at the end. */
  readonly now: string;
  /** Seconds of each timer that it slept on. */
  readonly sleeps: readonly number[];
}

/** Runs one stand-in, or several in one activity as the app does. */
interface Activities extends ReturnType<typeof severalActivities<undefined>> {
  one(call: Call): Promise<unknown>;
}

type Listener = (trigger: object, context: InvocationContext) => Promise<State>;
interface State {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
}

// The registration functions of durable-functions need a host; this is what they register.
const { createOrchestrator } = createRequire(import.meta.url)(
  "durable-functions/lib/src/util/testingUtils.js",
) as {
  createOrchestrator(fn: (context: OrchestrationContext) => Orchestration<unknown>): Listener;
};

const start = Date.parse("2026-11-23T08:00:00Z");
const stateMarker = "$OutOfProcData$:";

/**
 * Runs an orchestrator in the real durable-functions, replay by replay over a history as the Durable
 * extension writes it, with stand-ins for its activities and a clock that jumps from timer to timer.
 */
export async function runOrchestration(
  orchestrator: (context: OrchestrationContext) => Orchestration<unknown>,
  input: object,
  standIns: StandIns,
): Promise<Ran> {
  const listener = createOrchestrator(orchestrator);
  const calls: { name: string; input: unknown }[] = [];
  const asked: string[] = [];
  const sleeps: number[] = [];
  const timers: { id: number; fireAt: string }[] = [];
  const history: HistoryEvent[] = [];
  let now = start;
  const stamp = () => new Date(now).toISOString();
  let fresh: HistoryEvent[] = [executionStarted(input, stamp())];

  const run = async ({ name, input: given }: Call): Promise<unknown> => {
    calls.push({ name, input: given });
    const standIn = standIns[name];
    if (!standIn) throw new Error(`no stand-in for ${name}`);
    return standIn(given as never, stamp());
  };
  const activities: Activities = { one: run, ...severalActivities(run) };

  for (let round = 0; round < 2_000; round += 1) {
    history.push({ ...common(stamp()), EventType: EventType.OrchestratorStarted }, ...fresh);
    const state = await answer(listener, history, input);
    const actions = state.actions.flat();
    const { scheduled, finished, continueAsNew, failure } = replay(history, actions, () => true);
    const names = { calls: calls.map(({ name }) => name), activities: asked };
    const end = { ...names, inputs: calls, now: stamp(), sleeps };
    if (failure !== null) throw new Error(failure);
    if (finished && state.error !== undefined) {
      return { ...end, outcome: undefined, error: state.error, continuedAsNew: null };
    }
    if (finished && state.isDone) {
      const next = continueAsNew && { input: parsed(continueAsNew.input) };
      const outcome = next ? undefined : state.output;
      return { ...end, outcome, error: null, continuedAsNew: next };
    }
    history.push(...scheduled.map((command) => scheduledEvent(command, stamp())));
    history.push({ ...common(stamp()), EventType: EventType.OrchestratorCompleted });
    for (const command of scheduled) {
      if (command.kind === "timer") timers.push(command);
    }
    const tasks = scheduled.filter((command) => command.kind === "task");
    asked.push(...tasks.map(({ name }) => name));
    fresh = await Promise.all(
      tasks.map(async (task) => {
        return completed(task, activities, { input: parsed(task.input), now: stamp() });
      }),
    );
    if (fresh.length > 0) continue;
    const timer = timers.sort((a, b) => Date.parse(a.fireAt) - Date.parse(b.fireAt)).shift();
    if (!timer) throw new Error("the orchestrator waits for something that nobody will do");
    // As on the real host, timers fire up to a second early.
    const fires = Math.max(now, Date.parse(timer.fireAt) - 999);
    sleeps.push((Date.parse(timer.fireAt) - now) / 1000);
    now = fires;
    const { id, fireAt } = timer;
    fresh = [{ ...common(stamp()), EventType: EventType.TimerFired, TimerId: id, FireAt: fireAt }];
  }
  throw new Error("the orchestrator does not come to an end");
}

async function answer(
  listener: Listener,
  history: readonly HistoryEvent[],
  input: object,
): Promise<State> {
  const trigger = {
    history: history.map((event) => ({ ...event, Timestamp: new Date(event.Timestamp) })),
    input,
    instanceId: "guard-1",
    isReplaying: history.length > 2,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  const context = new InvocationContext({ functionName: "orchestrator", invocationId: "1" });
  try {
    return wire(await listener(trigger, context));
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    const at = text.indexOf(stateMarker);
    if (at < 0) throw error;
    return JSON.parse(text.slice(at + stateMarker.length)) as State;
  }
}

const wire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The library writes an activity's input as text. */
const parsed = (input: unknown): unknown =>
  typeof input === "string" && input !== "" ? JSON.parse(input) : input;

function executionStarted(input: object, timestamp: string): HistoryEvent {
  return {
    ...common(timestamp),
    EventType: EventType.ExecutionStarted,
    OrchestrationInstance: { InstanceId: "guard-1", ExecutionId: "e1" },
    ParentInstance: null,
    Name: "orchestrator",
    Version: null,
    Input: JSON.stringify(input),
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: 0,
    GenerateNewTrace: false,
  };
}

function scheduledEvent(command: Command, timestamp: string): HistoryEvent {
  if (command.kind === "timer") {
    const { id, fireAt } = command;
    return { ...common(timestamp, id), EventType: EventType.TimerCreated, FireAt: fireAt };
  }
  if (command.kind === "sub") throw new Error("no orchestrator of the app starts another");
  return {
    ...common(timestamp, command.id),
    EventType: EventType.TaskScheduled,
    Name: command.name,
    Version: "",
    Input: null,
    ParentTraceContext: null,
    Tags: null,
  };
}

async function completed(
  task: Extract<Command, { kind: "task" }>,
  { one, together, inOrder }: Activities,
  call: { readonly input: unknown; readonly now: string },
): Promise<HistoryEvent> {
  const base = { ...common(call.now), TaskScheduledId: task.id };
  try {
    const several = { together, inOrder }[task.name];
    const result = await (several
      ? several(call.input as Several, undefined)
      : one({ name: task.name, input: call.input }));
    return { ...base, EventType: EventType.TaskCompleted, Result: JSON.stringify(result ?? null) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = `Activity function '${task.name}' failed:  ${message}`;
    return {
      ...base,
      EventType: EventType.TaskFailed,
      Reason: reason,
      Details: "{}",
      FailureDetails: null,
    };
  }
}

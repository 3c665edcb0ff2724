import { randomUUID } from "node:crypto";
import type { Batch } from "./batch.ts";
import type { Verdict } from "./decide.ts";
import type { FaultSwitches } from "./faults.ts";
import {
  common,
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
  isTerminal,
  statusNumber,
} from "./history.ts";
import type { CachedHistory } from "./history-cache.ts";
import { eventText } from "./orchestrator.ts";
import type { Command } from "./replay.ts";
import type { Instance, Store, Waiting, Work } from "./store.ts";
import type { TurnResult } from "./turn.ts";
import { versionMismatch } from "./versions.ts";

/** What a written turn sets going. */
export interface Routes {
  readonly targets: readonly string[];
  readonly work: readonly Work[];
  readonly timers: readonly Waiting[];
  /** Timers that are no more, of this execution; `all` when the execution is over. */
  readonly cancelled: readonly number[] | "all";
}

/** The turn that is written. */
export interface Written {
  readonly instance: Instance | undefined;
  readonly history: CachedHistory;
  readonly batch: Batch;
  readonly result: TurnResult;
  readonly now: number;
}

/** What is needed to write. */
export interface Writer {
  readonly store: Store;
  readonly faults: FaultSwitches;
  readonly defaultVersion: string | null;
}

const iso = (time: number): string => new Date(time).toISOString();
const compactId = (): string => randomUUID().replaceAll("-", "");

/** Writes one turn as one transaction: all of it or nothing. Brings the cached history up to date. */
export function commitTurn(writer: Writer, written: Written): Routes {
  const { store, faults } = writer;
  const { history } = written;
  const turn = prepare(writer, written);
  const routes = store.transaction(() => {
    store.remove(written.batch.consumed);
    if (turn.fromScratch) store.clearHistory(turn.next.id);
    const from = turn.fromScratch ? 0 : history.events.length;
    store.appendHistory(turn.next.id, from, turn.appended);
    store.putInstance(turn.next);
    const sent = turn.send();
    faults.pass("before-commit");
    return sent;
  });
  faults.pass("after-commit");
  if (turn.fromScratch) {
    history.events.length = 0;
    history.texts.length = 0;
  }
  history.events.push(...turn.appended);
  history.texts.push(...turn.appended.map((event) => eventText(event)));
  return routes;
}

interface Prepared {
  readonly next: Instance;
  readonly appended: readonly HistoryEvent[];
  /** The history begins anew. */
  readonly fromScratch: boolean;
  readonly send: () => Routes;
}

function prepare(writer: Writer, written: Written): Prepared {
  const { result, now } = written;
  const { started, verdict } = result;
  const { ExecutionId } = started.OrchestrationInstance;
  const same = written.instance?.executionId === ExecutionId ? written.instance : undefined;
  const next: Instance = {
    ...(same ?? newInstance(started, now)),
    status: "Running",
    updated: now,
    ...(result.customStatus === undefined ? {} : { customStatus: result.customStatus }),
  };
  const played = result.fresh.map((event) =>
    event.EventType === EventType.OrchestratorStarted ? event : { ...event, IsPlayed: true },
  );
  const fromScratch = written.batch.start !== null;
  const base = { next, played, fromScratch };
  if (verdict.kind === "goOn")
    return goOn(writer, written, { ...base, commands: verdict.commands });
  if (verdict.kind === "end") return end(writer, written, { ...base, verdict });
  return continueAsNew(writer, written, { ...base, input: verdict.input });
}

/** The row of an instance that is about to run for the first time. */
export function newInstance(started: ExecutionStarted, now: number): Instance {
  return {
    id: started.OrchestrationInstance.InstanceId,
    executionId: started.OrchestrationInstance.ExecutionId,
    name: started.Name,
    version: started.Version,
    status: "Pending",
    input: started.Input,
    output: null,
    customStatus: null,
    created: now,
    updated: now,
    generation: started.Generation ?? 0,
  };
}

interface Base {
  readonly next: Instance;
  readonly played: readonly HistoryEvent[];
  readonly fromScratch: boolean;
}

function goOn(
  { store, faults, defaultVersion }: Writer,
  { result, now, batch }: Written,
  { next, played, fromScratch, commands }: Base & { readonly commands: readonly Command[] },
): Prepared {
  const sender = { executionId: next.executionId, id: next.id, name: next.name };
  const sends = commands.map((command) => scheduled(command, { sender, now, defaultVersion }));
  const silent = batch.resume && sends.length === 0;
  const frame: HistoryEvent = { EventType: EventType.OrchestratorCompleted, ...common(iso(now)) };
  const appended = [...played, ...sends.map(({ event }) => event), ...(silent ? [] : [frame])];
  const cancelled = new Set(result.cancelledTimers);
  return {
    next,
    appended,
    fromScratch,
    send() {
      const targets: string[] = [];
      const work: Work[] = [];
      const timers: Waiting[] = [];
      store.removeTimers(next.executionId, result.cancelledTimers);
      for (const { command, fired, child } of sends) {
        if (command.kind === "task") {
          const input = command.input === undefined ? null : JSON.stringify(command.input);
          const { name, id: taskId } = command;
          work.push(
            store.addWork({
              instanceId: next.id,
              executionId: next.executionId,
              taskId,
              name,
              input,
            }),
          );
        }
        if (fired && !cancelled.has(command.id)) {
          const visibleAt = Math.max(now, faults.timerVisibleAt(Date.parse(fired.FireAt)));
          const { executionId, id: target } = next;
          store.send({ target, executionId, kind: "event", visibleAt, event: fired });
          timers.push({ target, executionId, timerId: command.id, visibleAt });
        }
        if (child) targets.push(startChild(store, child, now));
      }
      return { targets, work, timers, cancelled: result.cancelledTimers };
    },
  };
}

function startChild(store: Store, started: ExecutionStarted, now: number): string {
  const { InstanceId: target, ExecutionId: executionId } = started.OrchestrationInstance;
  const before = store.findInstance(target);
  if (!before || isTerminal(before.status)) {
    store.deleteInstance(target);
    store.putInstance(newInstance(started, now));
  }
  store.send({ target, executionId, kind: "start", visibleAt: now, event: started });
  return target;
}

interface Scheduled {
  readonly command: Command;
  readonly event: HistoryEvent;
  readonly fired?: HistoryEvent & { readonly EventType: 11 };
  readonly child?: ExecutionStarted;
}

interface Sender {
  readonly sender: { readonly executionId: string; readonly id: string; readonly name: string };
  readonly now: number;
  readonly defaultVersion: string | null;
}

function scheduled(command: Command, { sender, now, defaultVersion }: Sender): Scheduled {
  const here = common(iso(now), command.id);
  if (command.kind === "task") {
    const { name: Name } = command;
    const rest = { Name, Version: "", Input: null, ParentTraceContext: null, Tags: null };
    return { command, event: { EventType: EventType.TaskScheduled, ...rest, ...here } };
  }
  if (command.kind === "timer") {
    const { fireAt: FireAt, id: TimerId } = command;
    const event = { EventType: EventType.TimerCreated, FireAt, ...here };
    const fired = { EventType: EventType.TimerFired, TimerId, FireAt, ...common(iso(now)) };
    return { command, event, fired };
  }
  const InstanceId = command.instanceId ?? `${sender.executionId}:${command.id}`;
  const version = command.version ?? defaultVersion;
  const event: HistoryEvent = {
    EventType: EventType.SubOrchestrationInstanceCreated,
    ...{
      Name: command.name,
      Version: version,
      InstanceId,
      Input: null,
      ClientSpanId: null,
      Tags: null,
    },
    ...here,
  };
  const child = executionStarted({
    instance: { InstanceId, ExecutionId: compactId() },
    name: command.name,
    version,
    input: command.input === undefined ? null : JSON.stringify(command.input),
    parent: {
      Name: sender.name,
      OrchestrationInstance: { InstanceId: sender.id, ExecutionId: sender.executionId },
      TaskScheduleId: command.id,
      Version: null,
    },
    generation: null,
    timestamp: iso(now),
  });
  return { command, event, child };
}

/** What an execution begins with. */
export interface ExecutionStart {
  readonly instance: ExecutionStarted["OrchestrationInstance"];
  readonly name: string;
  readonly version: string | null;
  /** JSON text. */
  readonly input: string | null;
  readonly parent: ExecutionStarted["ParentInstance"];
  readonly generation: number | null;
  readonly timestamp: string;
}

/** Builds the first event of an execution. */
export function executionStarted(start: ExecutionStart): ExecutionStarted {
  return {
    OrchestrationInstance: start.instance,
    EventType: EventType.ExecutionStarted,
    ParentInstance: start.parent,
    Name: start.name,
    Version: start.version,
    Input: start.input,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: start.generation,
    GenerateNewTrace: false,
    ...common(start.timestamp),
  };
}

function continueAsNew(
  { store }: Writer,
  { result, now }: Written,
  { next, input }: Base & { readonly input: string | null },
): Prepared {
  const instance = { InstanceId: next.id, ExecutionId: compactId() };
  const timestamp = iso(now);
  const { Name: name, Version: version, ParentInstance: parent } = result.started;
  const again = { instance, name, version, input, parent, generation: null, timestamp };
  const appended: HistoryEvent[] = [
    { EventType: EventType.OrchestratorStarted, ...common(timestamp) },
    { ...executionStarted(again), IsPlayed: true },
    { EventType: EventType.OrchestratorCompleted, ...common(timestamp), IsPlayed: true },
  ];
  const former = next.executionId;
  const executionId = instance.ExecutionId;
  return {
    next: { ...next, executionId, input, created: now },
    appended,
    fromScratch: true,
    send() {
      store.removeMessagesOf(next.id, former);
      store.send({ target: next.id, executionId, kind: "resume", visibleAt: now, event: null });
      return { targets: [next.id], work: [], timers: [], cancelled: "all" };
    },
  };
}

function end(
  { store }: Writer,
  { result, now }: Written,
  { next, played, fromScratch, verdict }: Base & { readonly verdict: Verdict & { kind: "end" } },
): Prepared {
  const at = common(iso(now));
  const appended: HistoryEvent[] = [
    ...played,
    {
      EventType: EventType.ExecutionCompleted,
      OrchestrationStatus: statusNumber[verdict.status],
      Result: verdict.result,
      FailureDetails: result.failureDetails,
      ...at,
    },
    { EventType: EventType.OrchestratorCompleted, ...at },
  ];
  const mismatch = result.failureDetails === versionMismatch.details;
  const output = mismatch ? JSON.stringify(versionMismatch.output) : verdict.result;
  const parent = result.started.ParentInstance;
  return {
    next: { ...next, status: verdict.status, output },
    appended,
    fromScratch,
    send() {
      store.removeMessagesOf(next.id, next.executionId);
      if (parent) {
        const { InstanceId: target, ExecutionId: executionId } = parent.OrchestrationInstance;
        const event = answerToParent(verdict, parent.TaskScheduleId, iso(now));
        store.send({ target, executionId, kind: "event", visibleAt: now, event });
      }
      const targets = [next.id, ...(parent ? [parent.OrchestrationInstance.InstanceId] : [])];
      return { targets, work: [], timers: [], cancelled: "all" };
    },
  };
}

function answerToParent(
  { failure, result }: Verdict & { kind: "end" },
  taskId: number,
  timestamp: string,
): HistoryEvent {
  const at = common(timestamp);
  if (!failure) {
    const Result = result ?? "null";
    return {
      EventType: EventType.SubOrchestrationInstanceCompleted,
      ...{ TaskScheduledId: taskId, Result },
      ...at,
    };
  }
  return {
    EventType: EventType.SubOrchestrationInstanceFailed,
    ...{ TaskScheduledId: taskId, Reason: failure.reason, Details: failure.details },
    FailureDetails: null,
    ...at,
  };
}

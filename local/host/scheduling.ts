import type { Command } from "./actions.ts";
import { compactId, executionStarted, iso, newInstance } from "./execution.ts";
import {
  common,
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
  isTerminal,
} from "./history.ts";
import type { Store } from "./store.ts";

/** Puts the start of a sub-orchestration into the store; answers its instance id. */
export function startChild(store: Store, started: ExecutionStarted, now: number): string {
  const { InstanceId: target, ExecutionId: executionId } = started.OrchestrationInstance;
  const before = store.findInstance(target);
  if (!before || isTerminal(before.status)) {
    store.deleteInstance(target);
    store.putInstance(newInstance(started, now));
  }
  store.send({ target, executionId, kind: "start", visibleAt: now, event: started });
  return target;
}

/** A command with the event that tells of it, and what it sets going. */
export interface Scheduled {
  readonly command: Command;
  readonly event: HistoryEvent;
  readonly fired?: HistoryEvent & { readonly EventType: 11 };
  readonly child?: ExecutionStarted;
}

/** Who schedules, and when. */
export interface Sender {
  readonly sender: { readonly executionId: string; readonly id: string; readonly name: string };
  readonly now: number;
  readonly defaultVersion: string | null;
}

/** Turns a command into the events of the history and of what it starts. */
export function scheduled(command: Command, { sender, now, defaultVersion }: Sender): Scheduled {
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

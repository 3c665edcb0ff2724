import type { Command } from "./actions.ts";
import { EventType, type HistoryEvent } from "./history.ts";

const words = { task: "an activity task", sub: "a sub-orchestration", timer: "a timer" } as const;

const kindOf = {
  [EventType.TaskScheduled]: "task",
  [EventType.SubOrchestrationInstanceCreated]: "sub",
  [EventType.TimerCreated]: "timer",
} as const;

const advice =
  " Was a change made to the orchestrator code after this instance had already started running?";

/** Why a scheduled event of the history does not fit what the orchestrator asks for now; null if it fits. */
export function nonDeterministic(
  event: HistoryEvent & { readonly EventType: 4 | 7 | 10 },
  command: Command | undefined,
): string | null {
  const kind = kindOf[event.EventType];
  const name = "Name" in event ? event.Name : null;
  const now = command && command.kind !== "timer" ? command.name : null;
  if (command?.kind === kind && now === name) return null;
  const before = `A previous execution of this orchestration scheduled ${words[kind]} with sequence number ${event.EventId}${named(name)}`;
  const after = command
    ? `but the current orchestration replay instead scheduled ${words[command.kind]}${named(now)} with this sequence number. `
    : "but the current replay execution hasn't (yet?) scheduled this task.";
  return `Non-Deterministic workflow detected: ${before}, ${after}${advice}`;
}

function named(name: string | null): string {
  return name === null ? "" : ` named '${name}'`;
}

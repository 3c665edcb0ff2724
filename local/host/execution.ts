import { randomUUID } from "node:crypto";
import { common, EventType, type ExecutionStarted } from "./history.ts";
import type { Instance } from "./store-instances.ts";

/** Milliseconds as the history writes a time. */
export const iso = (time: number): string => new Date(time).toISOString();

/** A new id of 32 hexadecimal digits. */
export const compactId = (): string => randomUUID().replaceAll("-", "");

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

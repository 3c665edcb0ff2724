/** Numbers of the history events that the Durable extension hands to the library as `EventType`. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
} as const;

/** Runtime states of an instance that this host knows, with the number used in the history. */
export const statusNumber = { Completed: 1, Failed: 3, Terminated: 5 } as const;

/** A state from which an instance does not move on. */
export type TerminalStatus = keyof typeof statusNumber;

/** State of an instance as the status API names it. */
export type RuntimeStatus = "Pending" | "Running" | TerminalStatus;

/** Whether a state is one that an instance stays in. */
export function isTerminal(status: RuntimeStatus): status is TerminalStatus {
  return status in statusNumber;
}

/** Identity of one execution: continueAsNew keeps the instance id and changes the execution id. */
export interface OrchestrationInstance {
  readonly InstanceId: string;
  readonly ExecutionId: string;
}

/** The orchestration that waits for a sub-orchestration. */
export interface ParentInstance {
  readonly Name: string;
  readonly OrchestrationInstance: OrchestrationInstance;
  readonly TaskScheduleId: number;
  readonly Version: string | null;
}

interface Common {
  readonly EventId: number;
  readonly IsPlayed: boolean;
  readonly Timestamp: string;
}

/** First event of an execution. */
export interface ExecutionStarted extends Common {
  readonly EventType: 0;
  readonly OrchestrationInstance: OrchestrationInstance;
  readonly ParentInstance: ParentInstance | null;
  readonly Name: string;
  readonly Version: string | null;
  readonly Input: string | null;
  readonly Tags: null;
  readonly Correlation: null;
  readonly ParentTraceContext: null;
  readonly ScheduledStartTime: null;
  readonly Generation: number | null;
  readonly GenerateNewTrace: false;
}

interface ExecutionCompleted extends Common {
  readonly EventType: 1;
  readonly OrchestrationStatus: number;
  readonly Result: string | null;
  readonly FailureDetails: object | null;
}

interface ExecutionTerminated extends Common {
  readonly EventType: 3;
  readonly Input: string | null;
}

interface TaskScheduled extends Common {
  readonly EventType: 4;
  readonly Name: string;
  readonly Version: string;
  readonly Input: null;
  readonly ParentTraceContext: null;
  readonly Tags: null;
}

interface Completed extends Common {
  readonly EventType: 5 | 8;
  readonly TaskScheduledId: number;
  readonly Result: string | null;
}

interface Failed extends Common {
  readonly EventType: 6 | 9;
  readonly TaskScheduledId: number;
  readonly Reason: string;
  readonly Details: string;
  readonly FailureDetails: null;
}

interface SubOrchestrationCreated extends Common {
  readonly EventType: 7;
  readonly Name: string;
  readonly Version: string | null;
  readonly InstanceId: string;
  readonly Input: null;
  readonly ClientSpanId: null;
  readonly Tags: null;
}

interface TimerCreated extends Common {
  readonly EventType: 10;
  readonly FireAt: string;
}

interface TimerFired extends Common {
  readonly EventType: 11;
  readonly TimerId: number;
  readonly FireAt: string;
}

interface Frame extends Common {
  readonly EventType: 12 | 13;
}

interface EventRaised extends Common {
  readonly EventType: 15;
  readonly Name: string;
  readonly Input: string | null;
}

/** One event of an orchestration's history, in the JSON shape of the Durable extension. */
export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | Completed
  | Failed
  | SubOrchestrationCreated
  | TimerCreated
  | TimerFired
  | Frame
  | EventRaised;

/** The part that every event has; `EventId` is -1 for all but scheduled work. */
export function common(timestamp: string, eventId = -1): Common {
  return { EventId: eventId, IsPlayed: false, Timestamp: timestamp };
}

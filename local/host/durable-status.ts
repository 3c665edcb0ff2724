import { common, EventType, type HistoryEvent } from "./history.ts";
import type { Instance } from "./store-instances.ts";

/** What a status query asks for. */
export interface StatusView {
  readonly input: boolean;
  readonly history: boolean;
  readonly output: boolean;
}

/** Status of an instance as the API tells it; times to the second, absent values as null. */
export function statusBody(
  instance: Instance,
  view: StatusView,
  history: readonly HistoryEvent[],
): object {
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: view.input ? parsed(instance.input) : null,
    customStatus: parsed(instance.customStatus),
    output: parsed(instance.output),
    createdTime: seconds(instance.created),
    lastUpdatedTime: seconds(instance.updated),
    ...(view.history ? { historyEvents: historyBody(history, view.output) } : {}),
  };
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function seconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

const eventNames = new Map<number, string>(
  Object.entries(EventType).map(([name, number]) => [number, name]),
);
const statusNames = new Map([
  [1, "Completed"],
  [3, "Failed"],
  [5, "Terminated"],
]);
const hidden = new Set<string>([
  ...Object.keys(common("")),
  ...["EventType", "OrchestrationInstance", "ParentInstance", "Version", "Tags"],
  ...["TaskScheduledId", "TimerId"],
]);

/** Events for people: the scheduling of what has answered is folded into its answer. */
function historyBody(history: readonly HistoryEvent[], output: boolean): object[] {
  const scheduled = new Map<number, HistoryEvent & { readonly EventType: 4 | 7 }>();
  const rows: { event: HistoryEvent; body: object }[] = [];
  for (const event of history) {
    if (isFrame(event)) continue;
    if (event.EventType === 4 || event.EventType === 7) scheduled.set(event.EventId, event);
    const before = "TaskScheduledId" in event ? scheduled.get(event.TaskScheduledId) : undefined;
    const at = rows.findIndex((row) => row.event === before);
    if (at >= 0) rows.splice(at, 1);
    rows.push({ event, body: eventBody(event, output, before) });
  }
  return rows.map(({ body }) => body);
}

function isFrame({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.OrchestratorStarted || type === EventType.OrchestratorCompleted;
}

function eventBody(
  event: HistoryEvent,
  output: boolean,
  before: (HistoryEvent & { readonly EventType: 4 | 7 }) | undefined,
): object {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) {
    if (hidden.has(name) && !(name === "Tags" && event.EventType === 7)) continue;
    if (name === "Result") {
      if (output) fields[name] = typeof value === "string" ? JSON.parse(value) : value;
    } else if (name === "OrchestrationStatus") fields[name] = statusNames.get(Number(value));
    else if (!(name === "Name" && event.EventType === EventType.ExecutionStarted))
      fields[name] = value;
  }
  return {
    EventType: eventNames.get(event.EventType),
    ...fields,
    Timestamp: event.Timestamp,
    ...(before
      ? {
          ScheduledTime: before.Timestamp.replace("Z", "+00:00"),
          FunctionName: before.Name,
          Input: null,
        }
      : {}),
    ...(event.EventType === EventType.ExecutionStarted ? { FunctionName: event.Name } : {}),
  };
}

import type { InvocationContext } from "@azure/functions";
import { getClient, input, OrchestrationRuntimeStatus } from "durable-functions";
import { before } from "../../shared/decisions/time.ts";
import { orchestratorOf, type SubjectKind } from "../../shared/domain/subject.ts";
import { instanceId } from "../../shared/durable/instance.ts";

/**
 * The only states to purge. Without a terminal status the host's filter deletes every instance, running
 * ones too, so they are spelled out exactly as it knows them.
 */
const ended = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** Activities that need the host itself: it gives them the Durable client only as an extra input. */
export const withClient = { names: ["purgeRuns", "wake"], inputs: [input.durableClient()] };

const alive: readonly string[] = ["Running", "Pending", "Suspended", "ContinuedAsNew"];

/** The activities of {@link withClient}. */
export const runActivities = (now: () => string, clientOf: typeof getClient = getClient) => ({
  /** Purges the histories of runs that ended so many days ago. */
  purgeRuns: async (
    input: { subject: string; days: number },
    context?: InvocationContext,
  ): Promise<{ purged: number }> => {
    if (!context) throw new Error("purgeRuns must be called by the host");
    const until = new Date(before(now(), { days: input.days }));
    const client = clientOf(context);
    const result = await client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date("2020-01-01T00:00:00Z"),
      createdTimeTo: until,
      runtimeStatus: ended,
    });
    return { purged: result.instancesDeleted };
  },

  /**
   * Starts the look at a subject that was just marked, unless one is under way. Best effort, and never
   * a fault: the row on the agenda is what counts, and the sweep comes each minute.
   */
  wake: async (
    input: { subject: string; kind: SubjectKind },
    context?: InvocationContext,
  ): Promise<{ woken: boolean }> => {
    if (!context) throw new Error("wake must be called by the host");
    const { subject, kind } = input;
    const id = instanceId(kind, subject);
    const client = clientOf(context);
    const status = await client.getStatus(id).then(
      (found) => String(found.runtimeStatus),
      () => "none",
    );
    if (alive.includes(status)) return { woken: false };
    const start = client.startNew(orchestratorOf[kind], { instanceId: id, input: { subject } });
    return start.then(
      () => ({ woken: true }),
      () => ({ woken: false }),
    );
  },
});

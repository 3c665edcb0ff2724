import type { InvocationContext } from "@azure/functions";
import { getClient, input, OrchestrationRuntimeStatus } from "durable-functions";

const day = 24 * 3_600_000;

/**
 * The only states to purge. Without a terminal status the host's filter deletes every instance, running
 * ones too, so they are spelled out exactly as it knows them.
 */
const ended = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** Binding that `purgeRuns` needs: an activity gets the Durable client only as an extra input. */
export const purgeInputs = [input.durableClient()];

/** The activity that needs the host itself. */
export const runActivities = (now: () => string, clientOf: typeof getClient = getClient) => ({
  /** Purges the histories of runs that ended so many days ago. */
  purgeRuns: async (
    input: { subject: string; days: number },
    context?: InvocationContext,
  ): Promise<{ purged: number }> => {
    if (!context) throw new Error("purgeRuns must be called by the host");
    const until = new Date(Date.parse(now()) - input.days * day);
    const client = clientOf(context);
    const result = await client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date("2020-01-01T00:00:00Z"),
      createdTimeTo: until,
      runtimeStatus: ended,
    });
    return { purged: result.instancesDeleted };
  },
});

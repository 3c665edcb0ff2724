import type { InvocationContext } from "@azure/functions";
import { app } from "durable-functions";
import { nameOfFault } from "../../shared/domain/fault-name.ts";
import { keyOf } from "../../shared/domain/key.ts";
import type { Call, FaultAnswer } from "../../shared/durable/steps.ts";
import type { Activities } from "./index.ts";
import { withClient } from "./runs.ts";
import { severalActivities } from "./several.ts";

type Activity = (input: unknown, context: InvocationContext) => Promise<unknown>;

/** Registers each activity under its own name, and those that run several. */
export function registerActivities(activities: Activities): void {
  const all = new Map(
    Object.entries(activities).map(([name, activity]) => [
      name,
      logged(name, activity as Activity),
    ]),
  );
  for (const [name, handler] of all) {
    const needsClient = withClient.names.includes(name);
    app.activity(name, { handler, ...(needsClient ? { extraInputs: withClient.inputs } : {}) });
  }
  const run = ({ name, input }: Call, context: InvocationContext) => {
    const activity = all.get(name);
    if (!activity) throw new Error(`no activity ${name}`);
    return activity(input, context);
  };
  for (const [name, handler] of Object.entries(severalActivities(run))) {
    app.activity(name, { handler, extraInputs: withClient.inputs });
  }
}

/**
 * One line a call: the activity, whom it was about by key, and how it ended; never what was in it. A
 * fault is answered as data, for the orchestrator to try again.
 */
function logged(name: string, activity: Activity): Activity {
  return async (input, context) => {
    const about = `${name} ${aboutOf(input)}`;
    try {
      const answer = await activity(input, context);
      context.log(`${about}: ${outcomeOf(answer)}`);
      return answer;
    } catch (fault) {
      context.warn(`${about}: ${nameOfFault(fault)}`);
      return { fault: `${name}: ${messageOf(fault)}` } satisfies FaultAnswer;
    }
  };
}

const aboutOf = (input: unknown): string => {
  const { subject, subscriptionId, row } = (input ?? {}) as {
    subject?: unknown;
    subscriptionId?: unknown;
    row?: { subject?: unknown };
  };
  const about = subject ?? subscriptionId ?? row?.subject;
  return typeof about === "string" ? keyOf(about).slice(0, 12) : "-";
};

const outcomeOf = (answer: unknown): string => {
  const { kind } = (answer ?? {}) as { kind?: unknown };
  return typeof kind === "string" ? kind : "done";
};

/** The host needs a message; some errors of the network have none. */
const messageOf = (fault: unknown): string =>
  fault instanceof Error && fault.message ? fault.message : nameOfFault(fault);

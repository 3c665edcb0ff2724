import type { InvocationContext } from "@azure/functions";
import { getClient } from "durable-functions";
import { orchestratorOf, type SubjectKind } from "../../shared/domain/subject.ts";
import type { RunInput } from "../../shared/durable/agenda.ts";
import { instanceId } from "../../shared/durable/instance.ts";
import type { RunClient, TriggerDependencies } from "./dependencies.ts";

/** How an instance stands. */
export interface RunStatus {
  readonly status: string;
  /** ISO time. */
  readonly lastUpdated: string;
  readonly output: unknown;
}

/** The runs of subjects, through the Durable client. */
export interface Runs {
  /** Null when there is no such instance; throws when that cannot be told. */
  status(id: string): Promise<RunStatus | null>;
  /**
   * Starts a run; false when it could not, most often because one is under way.
   * @param after seconds that it shall let pass before it begins
   */
  start(kind: SubjectKind, subject: string, after?: number): Promise<boolean>;
  /** Starts a run unless one is alive. Best effort: the row on the agenda is what counts. */
  startUnlessAlive(kind: SubjectKind, subject: string): Promise<boolean>;
  /** As that, but what ended within the last minute is left to the sweep: events come in bursts. */
  startUnlessRecent(kind: SubjectKind, subject: string): Promise<boolean>;
  /** False when it could not. */
  terminate(id: string): Promise<boolean>;
  /** False when it could not. */
  purge(id: string): Promise<boolean>;
}

const minute = 60_000;
const alive = new Set(["Running", "Pending", "Suspended", "ContinuedAsNew"]);

/** The runs, as a function was given access to them. */
export function runsOf(
  { clientOf, now }: Pick<TriggerDependencies, "clientOf" | "now">,
  context: InvocationContext,
): Runs {
  const client = once(() => (clientOf ? clientOf(context) : getClient(context)));

  async function status(id: string): Promise<RunStatus | null> {
    try {
      const found = await client().getStatus(id);
      const lastUpdated = new Date(found.lastUpdatedTime).toISOString();
      return { status: String(found.runtimeStatus), lastUpdated, output: found.output };
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  }

  const start = (kind: SubjectKind, subject: string, after = 0) =>
    works(() =>
      client().startNew(orchestratorOf[kind], {
        instanceId: instanceId(kind, subject),
        input: { subject, ...(after > 0 ? { after } : {}) } satisfies RunInput,
      }),
    );

  const startUnless =
    (isEnough: (found: RunStatus) => boolean) => async (kind: SubjectKind, subject: string) => {
      const found = await status(instanceId(kind, subject)).catch(() => null);
      return found && isEnough(found) ? false : start(kind, subject);
    };
  const isAlive = (found: RunStatus) => alive.has(found.status);
  const isRecent = ({ status, lastUpdated }: RunStatus) =>
    status === "Completed" && now().getTime() - Date.parse(lastUpdated) < minute;

  return {
    status,
    start,
    startUnlessAlive: startUnless(isAlive),
    startUnlessRecent: startUnless((found) => isAlive(found) || isRecent(found)),
    terminate: (id) => works(() => client().terminate(id, "untouched for too long")),
    purge: (id) => works(() => client().purgeInstanceHistory(id)),
  };
}

/** The client is built for whoever asks it something; most events that arrive never do. */
function once(build: () => RunClient): () => RunClient {
  let built: RunClient | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

async function works(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch {
    return false;
  }
}

/** The library has no other way to say that there is no such instance. */
const isUnknown = (error: unknown): boolean =>
  error instanceof Error && /\bHTTP 404\b/.test(error.message);

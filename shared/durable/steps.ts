import { type OrchestrationContext, RetryOptions, type Task } from "durable-functions";

/** A generator that durable-functions can run, with the type of what it returns. */
export type Orchestration<T> = Generator<Task, T, unknown>;

/** One call of an activity; `yield*` waits for it and gives back the activity's own result. */
export interface Step<T> {
  readonly task: Task;
  [Symbol.iterator](): Orchestration<T>;
}

/** The activities of `A`, as an orchestrator calls them. */
export type Steps<A> = {
  readonly [Name in keyof A]: A[Name] extends (input: infer Input) => Promise<infer Result>
    ? (input: Input) => Step<Result>
    : never;
};

/** No timer inside a run is longer, so that a deployment never has to wait for one. */
export const longestSleep = 14 * 60;

/**
 * Every activity as a typed step with a retry policy: a crashed worker or a time-out fails the
 * running activities and nobody delivers them again, so each call brings its own attempts.
 */
export function stepsOf<A>(context: OrchestrationContext): Steps<A> {
  return new Proxy({} as Steps<A>, {
    get: (_, name) => (input: unknown) =>
      stepOf(context.df.callActivityWithRetry(String(name), infrastructureRetry(), input)),
  });
}

/** Five attempts over about a minute. */
function infrastructureRetry(): RetryOptions {
  const retry = new RetryOptions(2_000, 5);
  retry.backoffCoefficient = 2.5;
  retry.maxRetryIntervalInMilliseconds = 60_000;
  return retry;
}

function stepOf<T>(task: Task): Step<T> {
  return {
    task,
    *[Symbol.iterator]() {
      return (yield task) as T;
    },
  };
}

/** Runs steps at the same time and gives back their results in order. */
export function* all<const S extends readonly Step<unknown>[]>(
  context: OrchestrationContext,
  steps: S,
): Orchestration<{ -readonly [K in keyof S]: S[K] extends Step<infer T> ? T : never }> {
  // An empty Task.all throws.
  const results = steps.length === 0 ? [] : yield context.df.Task.all(steps.map((s) => s.task));
  return results as { -readonly [K in keyof S]: S[K] extends Step<infer T> ? T : never };
}

/**
 * Sleeps on a durable timer, at most 14 minutes. It adds a second, because timers fire up to one
 * early; do not compare the clock with the deadline afterwards.
 */
export function* sleep(context: OrchestrationContext, seconds: number): Orchestration<void> {
  const capped = Math.min(Math.max(seconds, 0), longestSleep) + 1;
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + capped * 1000));
}

/** The orchestration's own time as ISO text: the same on every replay. */
export function timeOf(context: OrchestrationContext): string {
  return context.df.currentUtcDateTime.toISOString();
}

/** A GUID that is the same on every replay. */
export function guidOf(context: OrchestrationContext): string {
  return context.df.newGuid(context.df.instanceId);
}

import { type OrchestrationContext, RetryOptions, type Task } from "durable-functions";

/** A generator that durable-functions can run, with the type of what it returns. */
export type Orchestration<T> = Generator<Task, T, unknown>;

/** One call of an activity; `yield*` waits for it and gives back the activity's own result. */
export interface Step<T> {
  /** A task is good for one use: each attempt takes a new one. */
  start(): Task;
  [Symbol.iterator](): Orchestration<T>;
}

/**
 * How an activity answers a fault: as data. A thrown one would end Task.all at once in the library,
 * while the Durable extension waits for the other tasks: with two of them failing the two count the
 * tasks that follow differently, and the orchestration is lost.
 */
export interface FaultAnswer {
  readonly fault: string;
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
  const call = (name: string, input: unknown): Task =>
    context.df.callActivityWithRetry(name, infrastructureRetry(), input);
  return new Proxy({} as Steps<A>, {
    get: (_, name) => (input: unknown) => stepOf(context, () => call(String(name), input)),
  });
}

const attempts = 5;
const firstPause = 2;
const growth = 2.5;

/** Five attempts over about a minute; faults, which are data, are tried again as often and as late. */
function infrastructureRetry(): RetryOptions {
  const retry = new RetryOptions(firstPause * 1000, attempts);
  retry.backoffCoefficient = growth;
  retry.maxRetryIntervalInMilliseconds = 60_000;
  return retry;
}

function stepOf<T>(context: OrchestrationContext, start: () => Task): Step<T> {
  return {
    start,
    *[Symbol.iterator]() {
      const [answer] = yield* answersOf(context, [start]);
      return answer as T;
    },
  };
}

/** Runs tasks at the same time, those that end in a fault again; throws the first fault that stays. */
function* answersOf(
  context: OrchestrationContext,
  starts: readonly (() => Task)[],
): Orchestration<readonly unknown[]> {
  const answers: unknown[] = [];
  let open = starts.map((start, place) => ({ start, place }));
  for (let attempt = 1; ; attempt += 1) {
    const tasks = open.map(({ start }) => start());
    const [task] = tasks;
    if (!task) return answers;
    const results = tasks.length === 1 ? [yield task] : yield context.df.Task.all(tasks);
    open.forEach(({ place }, index) => {
      answers[place] = (results as unknown[])[index];
    });
    open = open.filter(({ place }) => isFault(answers[place]));
    const fault = answers.find(isFault);
    if (!fault) return answers;
    if (attempt >= attempts) throw new Error(fault.fault);
    yield pause(context, firstPause * growth ** (attempt - 1));
  }
}

const isFault = (answer: unknown): answer is FaultAnswer =>
  typeof answer === "object" && typeof (answer as Partial<FaultAnswer> | null)?.fault === "string";

/** Runs steps at the same time and gives back their results in order. */
export function* all<const S extends readonly Step<unknown>[]>(
  context: OrchestrationContext,
  steps: S,
): Orchestration<{ -readonly [K in keyof S]: S[K] extends Step<infer T> ? T : never }> {
  const results = yield* answersOf(
    context,
    steps.map((step) => step.start),
  );
  return results as { -readonly [K in keyof S]: S[K] extends Step<infer T> ? T : never };
}

/**
 * Sleeps on a durable timer, at most 14 minutes. It adds a second, because timers fire up to one
 * early; do not compare the clock with the deadline afterwards.
 */
export function* sleep(context: OrchestrationContext, seconds: number): Orchestration<void> {
  const capped = Math.min(Math.max(seconds, 0), longestSleep) + 1;
  yield pause(context, capped);
}

const pause = (context: OrchestrationContext, seconds: number): Task =>
  context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000));

/** The orchestration's own time as ISO text: the same on every replay. */
export function timeOf(context: OrchestrationContext): string {
  return context.df.currentUtcDateTime.toISOString();
}

/** A GUID that is the same on every replay. */
export function guidOf(context: OrchestrationContext): string {
  return context.df.newGuid(context.df.instanceId);
}

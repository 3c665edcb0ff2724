import { type OrchestrationContext, RetryOptions, type Task } from "durable-functions";

/** A generator that durable-functions can run, with the type of what it returns. */
export type Orchestration<T> = Generator<Task, T, unknown>;

/** An activity to run, and what it gets. */
export interface Call {
  readonly name: string;
  readonly input: unknown;
  /** In order: the kind of answer after which the next is run; absent = any. */
  readonly goOnIf?: string;
}

/** One call of an activity; `yield*` waits for it and gives back the activity's own result. */
export interface Step<T> {
  readonly call: Call;
  [Symbol.iterator](): Orchestration<T>;
}

/**
 * How an activity answers a fault: as data, so that of several that run in one turn only those are
 * tried again that need it.
 */
export interface FaultAnswer {
  readonly fault: string;
}

/** Whether an activity answered a fault. */
export const isFault = (answer: unknown): answer is FaultAnswer =>
  typeof answer === "object" && typeof (answer as Partial<FaultAnswer> | null)?.fault === "string";

/** The two activities that run others, and what they get. */
export type SeveralName = "together" | "inOrder";
export interface Several {
  readonly calls: readonly Call[];
}

/** The activities of `A`, as an orchestrator calls them. */
export type Steps<A> = {
  readonly [Name in keyof A]: A[Name] extends (input: infer Input) => Promise<infer Result>
    ? (input: Input) => Step<Result>
    : never;
};

/** No timer inside a run is longer, so that a deployment never has to wait for one. */
export const longestSleep = 14 * 60;

/** Every activity as a typed step. */
export function stepsOf<A>(context: OrchestrationContext): Steps<A> {
  return new Proxy({} as Steps<A>, {
    get: (_, name) => (input: unknown) => stepOf(context, { name: String(name), input }),
  });
}

function stepOf<T>(context: OrchestrationContext, call: Call): Step<T> {
  return {
    call,
    *[Symbol.iterator]() {
      const answers = yield* answersOf(context, [call], "inOrder");
      return answers[0] as T;
    },
  };
}

/** The same step, after which {@link inOrder} goes on only if its answer is of this kind. */
export const goOnIf = <T extends { readonly kind: string }>(
  kind: T["kind"],
  step: Step<T>,
): Step<T> => ({ ...step, call: { ...step.call, goOnIf: kind } });

type AnswersInOrder<S> = S extends readonly [Step<infer First>, ...infer Rest]
  ? readonly [First, ...Partial<Answers<Rest>>]
  : Partial<Answers<S>>;

type Answers<S> = { -readonly [K in keyof S]: S[K] extends Step<infer T> ? T : never };

/** Runs steps at the same time, within one activity, and gives back their results in order. */
export function* all<const S extends readonly Step<unknown>[]>(
  context: OrchestrationContext,
  steps: S,
): Orchestration<Answers<S>> {
  const calls = steps.map((step) => step.call);
  return (yield* answersOf(context, calls, "together")) as Answers<S>;
}

/**
 * Runs steps one after the other, within one activity, and gives back their results. It ends early
 * after an answer that is not of the kind that {@link goOnIf} asks for: what follows has no result.
 * Killed on the way, it begins anew: each step must be safe to repeat after those that follow it.
 */
export function* inOrder<const S extends readonly Step<unknown>[]>(
  context: OrchestrationContext,
  steps: S,
): Orchestration<AnswersInOrder<S>> {
  const calls = steps.map((step) => step.call);
  return (yield* answersOf(context, calls, "inOrder")) as unknown as AnswersInOrder<S>;
}

/**
 * Runs a step and, if its answer is of the kind that {@link goOnIf} asks for, the next within the same
 * activity. The next is no more than begun early: without its answer, or after a fault, it is asked again.
 */
export function* withNext<T, N>(
  context: OrchestrationContext,
  step: Step<T>,
  next: Step<N>,
): Orchestration<readonly [T, N | undefined]> {
  const [answer, early] = yield* answersOnce(context, [step.call, next.call], "inOrder");
  if (isFault(answer)) return [yield* step, undefined];
  return [answer as T, isFault(early) ? undefined : (early as N | undefined)];
}

const attempts = 5;
const firstPause = 2;
const growth = 2.5;

/** Answers by the places of the calls; faults are tried again, and the first that stays is thrown. */
function* answersOf(
  context: OrchestrationContext,
  calls: readonly Call[],
  how: SeveralName,
): Orchestration<readonly unknown[]> {
  const answers: unknown[] = [];
  let open = calls.map((call, place) => ({ call, place }));
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const news = yield* answersOnce(
      context,
      open.map(({ call }) => call),
      how,
    );
    news.forEach((answer, index) => {
      const asked = open[index];
      if (asked) answers[asked.place] = answer;
    });
    const fault = answers.find(isFault);
    if (!fault) return answers;
    if (attempt >= attempts) throw new Error(fault.fault);
    open = open.filter(({ place }) => !(place in answers) || isFault(answers[place]));
    yield pause(context, firstPause * growth ** (attempt - 1));
  }
  return answers;
}

/**
 * One activity for all calls: each one more costs a message there and back and a turn of the
 * orchestrator. A crashed worker or a time-out fails the running activities and nobody delivers them
 * again, so each brings its own attempts: five over about a minute, as many as faults have.
 */
function* answersOnce(
  context: OrchestrationContext,
  calls: readonly Call[],
  how: SeveralName,
): Orchestration<readonly unknown[]> {
  const retry = new RetryOptions(firstPause * 1000, attempts);
  retry.backoffCoefficient = growth;
  retry.maxRetryIntervalInMilliseconds = 60_000;
  const [only] = calls;
  if (only && calls.length === 1) {
    return [yield context.df.callActivityWithRetry(only.name, retry, only.input)];
  }
  const several: Several = { calls };
  return (yield context.df.callActivityWithRetry(how, retry, several)) as readonly unknown[];
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

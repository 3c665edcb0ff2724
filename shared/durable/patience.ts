import type { OrchestrationContext } from "durable-functions";
import { type Known, unreadable, type Wait } from "../domain/refusal.ts";
import { all, type Orchestration, type Step, sleep } from "./steps.ts";

const rounds = 4;

/**
 * Asks again while Azure says to wait, for as long as it asks for; after four rounds the last
 * answer stands. Each round is a new step: a task is never used twice.
 */
export function* patiently<T extends { readonly kind: string }>(
  context: OrchestrationContext,
  ask: () => Step<T>,
): Orchestration<T> {
  let answer = yield* ask();
  for (let round = 1; round < rounds && isWait(answer); round += 1) {
    yield* sleep(context, answer.seconds);
    answer = yield* ask();
  }
  return answer;
}

/** Facts read at the same time; those that Azure keeps from us for too long become unreadable. */
export function* observe<const Asks extends Readonly<Record<string, () => Step<unknown>>>>(
  context: OrchestrationContext,
  asks: Asks,
): Orchestration<Observed<Asks>> {
  const facts: Record<string, unknown> = {};
  let open = Object.entries(asks);
  for (let round = 1; ; round += 1) {
    const answers = yield* all(
      context,
      open.map(([, ask]) => ask()),
    );
    open.forEach(([name], place) => {
      facts[name] = answers[place];
    });
    const waits = open.map(([name]) => facts[name]).filter(isWait);
    open = open.filter(([name]) => isWait(facts[name]));
    if (open.length === 0 || round >= rounds) break;
    yield* sleep(context, Math.max(...waits.map((wait) => wait.seconds)));
  }
  for (const [name] of open) facts[name] = unreadable(whyOf(facts[name]));
  return facts as Observed<Asks>;
}

type Observed<Asks> = { -readonly [Name in keyof Asks]: Settled<Asks[Name]> };
type Settled<Ask> = Ask extends () => Step<infer Answer>
  ?
      | Exclude<Answer, Wait>
      | (Wait extends Answer ? Extract<Known<never>, { kind: "unreadable" }> : never)
  : never;

/** Whether an answer asks for patience. */
export function isWait(answer: unknown): answer is Wait {
  return typeof answer === "object" && (answer as { kind?: unknown } | null)?.kind === "wait";
}

const whyOf = (answer: unknown): string =>
  isWait(answer) ? `Azure kept us waiting: ${answer.why}` : "Azure gave no answer";

/** Seconds until the next poll: as long as Azure asks for, and slower the longer it takes. */
export function pollPause(poll: number, asked: number): number {
  return Math.max(asked, Math.min(5 + poll * 2, 60));
}

/** The orchestration's time in so many minutes, as ISO text. */
export function later(context: OrchestrationContext, minutes: number): string {
  return new Date(context.df.currentUtcDateTime.getTime() + minutes * 60_000).toISOString();
}

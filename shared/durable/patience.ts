import type { OrchestrationContext } from "durable-functions";
import { keyOf } from "../domain/key.ts";
import { type Known, unreadable, type Wait } from "../domain/refusal.ts";
import { all, type Orchestration, type Step, sleep } from "./steps.ts";

/** With the pauses that Azure asks for this is patience for some minutes. */
const rounds = 10;

/**
 * Asks again while Azure says to wait, for at least as long as it asks for; after ten rounds the last
 * answer stands. Each round is a new step: a task is never used twice. `early`: the first round's answer,
 * where it was asked before.
 */
export function* patiently<T extends { readonly kind: string }>(
  context: OrchestrationContext,
  ask: () => Step<T>,
  early?: T,
): Orchestration<T> {
  let answer = early ?? (yield* ask());
  for (let round = 1; round < rounds && isWait(answer); round += 1) {
    yield* sleep(context, spread(context, { round, asked: answer.seconds }));
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
    const asked = Math.max(...waits.map((wait) => wait.seconds));
    yield* sleep(context, spread(context, { round, asked }));
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

const keptWaiting = "Azure kept us waiting";

const whyOf = (answer: unknown): string =>
  isWait(answer) ? `${keptWaiting}: ${answer.why}` : "Azure gave no answer";

/** Whether one of the facts is missing only because Azure was busy: worth another look soon. */
export function isKeptWaiting(facts: Readonly<Record<string, unknown>>): boolean {
  return Object.values(facts).some((fact) => {
    const why = (fact as { why?: unknown } | null)?.why;
    return typeof why === "string" && why.startsWith(keptWaiting);
  });
}

/**
 * Seconds to wait: at least what Azure asked for, longer each round, and not the same for any two
 * runs: those that were throttled together must not come back together.
 */
function spread(
  context: OrchestrationContext,
  { round, asked }: { readonly round: number; readonly asked: number },
): number {
  const place = Number.parseInt(keyOf(`${context.df.instanceId} ${round}`).slice(0, 4), 16);
  return asked + Math.round((asked + 5 * round) * (place / 0xffff));
}

/** Seconds until Azure is asked once more how a mail fares. */
export const mailPause = (poll: number): number => Math.min(5 + poll * 15, 60);

/**
 * Seconds until the next poll of an operation on a resource: as long as Azure asks for, and slower the longer it takes. A
 * run that waits is paid for each time that it wakes.
 */
export const pollPause = (poll: number, asked: number): number =>
  Math.max(asked, Math.min(60 * 4 ** poll, 240));

/** The orchestration's time in so many minutes, as ISO text. */
export function later(context: OrchestrationContext, minutes: number): string {
  return new Date(context.df.currentUtcDateTime.getTime() + minutes * 60_000).toISOString();
}

import { type Call, isFault, type Several, type SeveralName } from "../../shared/durable/steps.ts";

type Activity<C> = (input: Several, context: C) => Promise<readonly unknown[]>;

/** The activities that run several others within one, by what runs one of them. */
export const severalActivities = <C>(
  run: (call: Call, context: C) => Promise<unknown>,
): Record<SeveralName, Activity<C>> => ({
  together: ({ calls }, context) => Promise.all(calls.map((call) => run(call, context))),

  /** Ends after a fault, and after an answer that is not of the kind that the call asks for. */
  inOrder: async ({ calls }, context) => {
    const answers: unknown[] = [];
    for (const call of calls) {
      const answer = await run(call, context);
      answers.push(answer);
      if (isFault(answer) || !mayGoOn(call, answer)) break;
    }
    return answers;
  },
});

const mayGoOn = ({ goOnIf }: Call, answer: unknown): boolean =>
  goOnIf === undefined || (answer as { kind?: unknown } | null)?.kind === goOnIf;

import type { Invariant } from "./mutant.ts";

/** Each case says what was found, changed, left, refused and why. */
export const explainsItself: Invariant = {
  name: "explains itself",
  mutants: [
    {
      file: "functions/orchestrators/look-at-subscription.ts",
      find: "yield* steps.lookAtCovered({ subscriptionId });",
      replace: "",
      test: {
        file: "test/functions/orchestrators/guard-subscription.test.ts",
        name: "has looked again at what a plan covers once it came on, whoever switched it on, and only then",
      },
    },
    {
      file: "shared/decisions/explain.ts",
      find: "    ...value.refusals.map(refused),\n",
      replace: "",
      test: {
        file: "test/shared/decisions/explain.test.ts",
        name: "says what was found, changed, left and refused, why, and what comes next",
      },
    },
    {
      file: "shared/azure/errors.ts",
      find: "return refusal(code, error.message, status);",
      replace: 'return refusal("Refused", error.message, status);',
      test: { file: "test/shared/azure/errors.test.ts", name: "is a refusal:" },
    },
    {
      file: "shared/decisions/decide.ts",
      find: "if (stopped) return stoppedBy(stopped);",
      replace: 'if (stopped) return { ...stoppedBy(stopped), detail: "stopped" };',
      test: {
        file: "test/shared/decisions/addon.test.ts",
        name: "stops when an operator has stopped all changes, and says who",
      },
    },
    {
      file: "shared/durable/case-of-run.ts",
      find: "const refusals = [...keptRefusals(before, result), ...result.refusals];",
      replace: "const refusals = keptRefusals(before, result).length > 99 ? [] : result.refusals;",
      test: {
        file: "test/shared/durable/case-of-run.test.ts",
        name: "keeps Azure's no while its act is still wanted and was not tried again",
      },
    },
    {
      file: "functions/triggers/http/allow.ts",
      find: "    reason: why,\n",
      replace: '    reason: why && "allowed",\n',
      test: {
        file: "test/functions/triggers/http/operators.test.ts",
        name: "lets what was taken back be written again, and has it looked at",
      },
    },
    {
      file: "functions/triggers/http/cases.ts",
      find: "explanation: explainCase(found, now.toISOString()),",
      replace: "explanation: explainCase(found, now.toISOString()).slice(0, 0),",
      test: {
        file: "test/functions/triggers/http/operators.test.ts",
        name: "are found by id in any case and by resource in any spelling, with words and next look",
      },
    },
    {
      file: "shared/email/footer.ts",
      find: "line(why, 300)",
      replace: "line(why, 0)",
      test: {
        file: "test/shared/email/owner-digest.test.ts",
        name: "says how to get an exemption, how to pause, why you, how old, and what this is",
      },
    },
    {
      file: "shared/email/left.ts",
      find: "line(name, 80)",
      replace: "line(name, 0)",
      test: {
        file: "test/shared/email/owner-digest.test.ts",
        name: "says why in plain words, and what would allow it",
      },
    },
    {
      file: "functions/orchestrators/run.ts",
      find: 'return text.split(/ ?\\n/)[0]?.trim().slice(0, 500) || "a fault without a message";',
      replace: 'return text.slice(0, 0) || "a fault without a message";',
      test: {
        file: "test/functions/orchestrators/run.test.ts",
        name: "writes a fault into the case and looks again later",
      },
    },
    {
      file: "functions/orchestrators/doing.ts",
      find: "doing.refusals.push(changed.refusal);",
      replace: "",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "keeps Azure's no, with what would mend it, and goes on to the tags",
      },
    },
    {
      file: "functions/orchestrators/adopt.ts",
      find: "if (!shows(act, value, last.at)) continue;",
      replace: "if (!shows(act, value, last.at) || value) continue;",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "finishes the record of a change whose run died before it could",
      },
    },
  ],
};

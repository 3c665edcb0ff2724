import { readEnvironment } from "./environment.ts";
import { stageOf } from "./plan.ts";
import { policyMistakes } from "./policy-file.ts";

/** Refuses a deployment whose policy the app could not start with, naming every mistake by path. */
function check(path: string): number {
  const stage = stageOf(readEnvironment(process.env, process.cwd()));
  const mistakes = policyMistakes(path, stage);
  for (const mistake of mistakes) console.error(`guardrail.json: ${mistake}`);
  if (mistakes.length > 0) return 1;
  console.log(`guardrail.json: well formed, suffices for the stage ${stage}`);
  return 0;
}

process.exitCode = check("dist/app/guardrail.json");

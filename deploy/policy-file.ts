import { readFileSync } from "node:fs";
import { mailMistakes, readPolicy } from "../shared/policy.ts";
import { type Check, missing, ok, type Plan } from "./check.ts";

/** The deployment gives the app the sender of its own mail domain where the policy names none. */
const deployedSender = "DoNotReply@deployed.example";

/** What keeps an app with this policy from starting at this stage, each with its path in the file. */
export function policyMistakes(path: string, stage: Plan["stage"]): readonly string[] {
  const read = readPolicy(readFile(path), new Date().toISOString());
  const mistakes =
    read.kind === "invalid"
      ? read.mistakes
      : mailMistakes(
          {
            ...read.policy,
            mail: { ...read.policy.mail, from: read.policy.mail.from ?? deployedSender },
          },
          stage,
        );
  return mistakes.map((mistake) => `${mistake.path}: ${mistake.message}`);
}

/** A stage that the policy does not suffice for would leave the running app with nothing but health. */
export function checkPolicy(path: string, plan: Plan): Check[] {
  const looked = { about: null, title: "guardrail.json" };
  const mistakes = policyMistakes(path, plan.stage);
  if (mistakes.length === 0)
    return [ok(looked, `well formed, suffices for the stage ${plan.stage}`)];
  return mistakes.map((mistake) => missing(looked, mistake, "edit guardrail.json"));
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

import { readFileSync } from "node:fs";
import type { Stage } from "../../shared/domain/policy.ts";
import { mailMistakes, readPolicy } from "../../shared/policy.ts";

/**
 * Refuses a policy file that the app would refuse, before anything is started. `now` (ISO) is the day
 * on which it is to hold.
 *
 * @throws Error with a line for each mistake: the file, the path in it, what to write instead.
 */
export function checkPolicy(file: string, stage: Stage, now: string): void {
  const read = readPolicy(readFileSync(file, "utf8"), now);
  const mistakes = read.kind === "invalid" ? read.mistakes : mailMistakes(read.policy, stage);
  if (mistakes.length === 0) return;
  throw new Error(mistakes.map(({ path, message }) => `${file}: ${path}: ${message}`).join("\n"));
}

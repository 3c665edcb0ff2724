import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Arm, createArm } from "./arm.ts";
import type { Check, Plan } from "./check.ts";
import { readEnvironment } from "./environment.ts";
import { checkOwners } from "./owners.ts";
import { readPlan } from "./plan.ts";
import { checkPolicy } from "./policy-file.ts";
import { checkProviders } from "./providers.ts";
import { checkRegion } from "./region.ts";
import { describeMistakes, describePreflight } from "./report.ts";
import { checkRestrictions } from "./restrictions.ts";
import { checkRights } from "./rights.ts";
import { checkTools } from "./tools.ts";
import { checkTopics } from "./topics.ts";

const policy = join(import.meta.dirname, "..", "guardrail.json");
const { values } = parseArgs({ options: { endpoint: { type: "string" } } });
process.exitCode = await preflight(values.endpoint);

/** Looks at everything that would make a deployment fail, changes nothing; answers the exit code. */
async function preflight(endpoint: string | undefined): Promise<number> {
  const read = readPlan(readEnvironment(process.env, process.cwd()));
  if (read.kind === "invalid") {
    console.error(describeMistakes(read.mistakes));
    return 1;
  }
  const tools = checkTools();
  if (tools.state === "missing") {
    console.error(describeMistakes([{ ...tools, fix: tools.fix ?? "" }]));
    return 1;
  }
  try {
    const checks = [
      tools,
      ...checkPolicy(policy, read.plan),
      ...(await look(await createArm(endpoint), read.plan)),
    ];
    console.log(describePreflight(read.plan, checks));
    return checks.some((check) => check.state === "missing") ? 1 : 0;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split("\n");
    console.error(`Azure could not be asked: ${reason}`);
    console.error("Sign in (az login) or mend the connection, then run it again.");
    return 1;
  }
}

async function look(arm: Arm, plan: Plan): Promise<Check[]> {
  const found = await Promise.all([
    checkRegion(arm, plan),
    checkOwners(arm, plan),
    checkRights(arm, plan),
    checkProviders(arm, plan),
    checkRestrictions(arm, plan),
    checkTopics(arm, plan),
  ]);
  return found.flat();
}

import { parseArgs } from "node:util";
import { type Arm, createArm } from "./arm.ts";
import type { Check, Plan } from "./check.ts";
import { idleCost } from "./cost.ts";
import { checkOwners } from "./owners.ts";
import { readPlan } from "./plan.ts";
import { checkProviders } from "./providers.ts";
import { checkRegion } from "./region.ts";
import { checkRestrictions } from "./restrictions.ts";
import { checkRights } from "./rights.ts";
import { checkTopics } from "./topics.ts";

const { values } = parseArgs({ options: { endpoint: { type: "string" } } });
process.exitCode = await preflight(values.endpoint);

/** Looks at everything that would make a deployment fail, changes nothing; answers the exit code. */
async function preflight(endpoint: string | undefined): Promise<number> {
  const read = readPlan(process.env);
  if (read.kind === "invalid") {
    for (const mistake of read.mistakes) console.error(`MISSING  ${mistake}`);
    return 1;
  }
  const checks = await look(createArm(endpoint), read.plan);
  console.log(report(read.plan, checks));
  return checks.some((check) => check.state === "missing") ? 1 : 0;
}

async function look(arm: Arm, plan: Plan): Promise<Check[]> {
  const found = await Promise.all([
    checkRights(arm, plan),
    checkProviders(arm, plan),
    checkRegion(arm, plan),
    checkTopics(arm, plan),
    checkRestrictions(arm, plan),
    checkOwners(arm, plan),
  ]);
  return found.flat();
}

function report(plan: Plan, checks: readonly Check[]): string {
  const cost = idleCost(plan);
  const marks = { ok: "ok      ", missing: "MISSING ", unknown: "unknown " };
  return [
    "Container Guardrail preflight: reads only, nothing is changed.",
    "",
    ...checks.flatMap((check) => [
      `${marks[check.state]} ${check.title}: ${check.detail}`,
      ...(check.fix ? [`         mend it: ${check.fix}`] : []),
    ]),
    "",
    `Will be created in ${plan.hub}, ${plan.location}: resource group rg-${plan.environmentName} with an identity, a`,
    "function app (Flex Consumption), a storage account, an event hub, Communication Services email, a workspace,",
    "Application Insights, alert rules and a workbook.",
    ...plan.watched.map(
      (id) =>
        `Will be created in ${id}: resource group rg-guardrail-spoke, two event topics, Defender's export, role "${plan.level}".`,
    ),
    ...(plan.managementGroup
      ? [
          `Run infra/rollout on the management group ${plan.managementGroup} after this: docs/operations.md.`,
        ]
      : []),
    "",
    `Idle cost, estimated with list prices of ${cost.asOf}: $${cost.total.toFixed(0)} a month`,
    ...cost.lines.map((line) => `  $${line.dollars.toFixed(2).padStart(6)}  ${line.what}`),
    "Defender plans that it enables are billed to the watched subscriptions; the policy's limit starts at 0.",
  ].join("\n");
}

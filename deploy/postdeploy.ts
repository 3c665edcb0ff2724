import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { az } from "./command.ts";
import { readEnvironment } from "./environment.ts";
import { startScan } from "./first-scan.ts";

const Deployed = z.object({
  AZURE_ENV_NAME: z.string(),
  AZURE_SUBSCRIPTION_ID: z.string(),
  AZURE_LOCATION: z.string(),
  GUARDRAIL_RESOURCE_GROUP: z.string(),
  GUARDRAIL_FUNCTION_APP: z.string(),
  GUARDRAIL_URL: z.url(),
  GUARDRAIL_DEAD_LETTER_STORAGE: z.string(),
  GUARDRAIL_ACTION_GROUP: z.string(),
  GUARDRAIL_WATCHED: z.string(),
  GUARDRAIL_AUTH_CLIENT_ID: z.string(),
  GUARDRAIL_RESOURCE_TOPICS: z.string().default(""),
  GUARDRAIL_POLICY_TOPICS: z.string().default(""),
});

type Deployed = z.infer<typeof Deployed>;

const template = join(import.meta.dirname, "..", "infra", "events.bicep");

/**
 * Connects every watched subscription's topics to the functions, now that their code is there, and
 * starts the first scan, whose report shows on day one whether mail works. Can be run again.
 */
async function connect(deployed: Deployed, pauseSeconds: number): Promise<void> {
  for (const id of deployed.GUARDRAIL_WATCHED.split(",").filter(Boolean)) {
    az(
      "deployment",
      "sub",
      "create",
      "--subscription",
      id,
      "--name",
      `guardrail-events-${deployed.AZURE_ENV_NAME}`,
      "--location",
      deployed.AZURE_LOCATION,
      "--template-file",
      template,
      "--parameters",
      ...Object.entries(parametersOf(deployed, id)).map(([name, value]) => `${name}=${value}`),
    );
    console.log(`${id}: events are delivered`);
  }
  const address = deployed.GUARDRAIL_URL;
  console.log(
    await startScan({ address, clientId: deployed.GUARDRAIL_AUTH_CLIENT_ID, pauseSeconds }),
  );
}

function parametersOf(deployed: Deployed, id: string): Readonly<Record<string, string>> {
  const group = `/subscriptions/${deployed.AZURE_SUBSCRIPTION_ID}/resourceGroups/${deployed.GUARDRAIL_RESOURCE_GROUP}`;
  return {
    functionAppId: `${group}/providers/Microsoft.Web/sites/${deployed.GUARDRAIL_FUNCTION_APP}`,
    deadLetterStorageId: deployed.GUARDRAIL_DEAD_LETTER_STORAGE,
    actionGroupId: deployed.GUARDRAIL_ACTION_GROUP,
    ...topicOf(deployed.GUARDRAIL_RESOURCE_TOPICS, id, "resourceTopic"),
    ...topicOf(deployed.GUARDRAIL_POLICY_TOPICS, id, "policyTopic"),
  };
}

/** Where a subscription had its topic before, this is the one. */
function topicOf(topics: string, id: string, parameter: string): Readonly<Record<string, string>> {
  const topic = topics
    .split(",")
    .map((one) => one.trim().split("/"))
    .find((parts) => parts[2]?.toLowerCase() === id.toLowerCase());
  if (!topic) return {};
  return { [parameter]: topic.at(-1) ?? "", [`${parameter}Group`]: topic[4] ?? "" };
}

const { values } = parseArgs({ options: { pause: { type: "string", default: "10" } } });
const read = Deployed.safeParse(readEnvironment(process.env, process.cwd()));
try {
  if (!read.success) {
    const names = read.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new Error(`The azd environment has no ${names}: run azd provision first`);
  }
  await connect(read.data, Number(values.pause));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

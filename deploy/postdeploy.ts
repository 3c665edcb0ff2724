import { z } from "zod";
import { az } from "./command.ts";

const Environment = z.object({
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
  GUARDRAIL_EXISTING_TOPICS: z.string().default(""),
});

type Environment = z.infer<typeof Environment>;

const Topics = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Connects every watched subscription's topics to the functions, now that their code is there, and
 * starts the first scan, whose report shows on day one whether mail works. Can be run again.
 */
async function connect(environment: Environment): Promise<void> {
  const app = `/subscriptions/${environment.AZURE_SUBSCRIPTION_ID}/resourceGroups/${environment.GUARDRAIL_RESOURCE_GROUP}/providers/Microsoft.Web/sites/${environment.GUARDRAIL_FUNCTION_APP}`;
  const topics = Topics.parse(JSON.parse(environment.GUARDRAIL_EXISTING_TOPICS || "{}"));
  for (const id of environment.GUARDRAIL_WATCHED.split(",").filter(Boolean)) {
    const parameters = {
      functionAppId: app,
      deadLetterStorageId: environment.GUARDRAIL_DEAD_LETTER_STORAGE,
      actionGroupId: environment.GUARDRAIL_ACTION_GROUP,
      ...topics[id],
    };
    az(
      "deployment",
      "sub",
      "create",
      "--subscription",
      id,
      "--name",
      `guardrail-events-${environment.AZURE_ENV_NAME}`,
      "--location",
      environment.AZURE_LOCATION,
      "--template-file",
      "infra/events.bicep",
      "--parameters",
      ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
    );
    console.log(`${id}: events are delivered`);
  }
  await startScan(environment);
}

async function startScan(environment: Environment): Promise<void> {
  const resource = environment.GUARDRAIL_AUTH_CLIENT_ID;
  const token = z
    .object({ accessToken: z.string() })
    .parse(az("account", "get-access-token", "--resource", `api://${resource}`));
  const response = await fetch(`${environment.GUARDRAIL_URL}/api/scan`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.accessToken}`, "content-length": "0" },
  });
  if (response.ok) console.log("The first scan runs; its report goes to the operators.");
  else {
    console.log(
      `The first scan was not started (HTTP ${response.status}): it runs by itself within a minute of the first sweep.`,
    );
  }
}

await connect(Environment.parse(process.env));

import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Topics = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      properties: z.object({ topicType: z.string(), source: z.string().nullish() }),
    }),
  ),
});

const kinds = [
  { type: "microsoft.resources.subscriptions", resource: "resourceTopic" },
  { type: "microsoft.policyinsights.policystates", resource: "policyTopic" },
];

/**
 * Azure allows one system topic per source and kind: one that is there already must be named, or
 * making ours fails. Source: Azure documentation, Event Grid, "System topics in Azure Event Grid".
 */
export async function checkTopics(arm: Arm, plan: Plan): Promise<Check[]> {
  return Promise.all(plan.watched.map((id) => checkSubscription(arm, id)));
}

async function checkSubscription(arm: Arm, id: string): Promise<Check> {
  const title = `event topics of ${id}`;
  const answer = await arm.get(
    `/subscriptions/${id}/providers/Microsoft.EventGrid/systemTopics`,
    "2025-02-15",
  );
  const parsed = Topics.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(title, `could not be read (HTTP ${answer.status})`);
  }
  const taken = kinds.flatMap((kind) => {
    const topic = parsed.data.value.find(
      (one) =>
        one.properties.topicType.toLowerCase() === kind.type &&
        (one.properties.source ?? "").toLowerCase() === `/subscriptions/${id}`.toLowerCase() &&
        !one.name.startsWith("guardrail-"),
    );
    return topic ? [{ ...topic, resource: kind.resource }] : [];
  });
  if (taken.length === 0) return ok(title, "none in the way");
  const settings = Object.fromEntries(
    taken.flatMap((topic) => [
      [topic.resource, topic.name],
      [`${topic.resource}Group`, topic.id.split("/")[4] ?? ""],
    ]),
  );
  return missing(
    title,
    `${taken.map((topic) => topic.name).join(", ")} must be used, Azure allows no second`,
    `azd env set GUARDRAIL_EXISTING_TOPICS '${JSON.stringify({ [id]: settings })}'`,
  );
}

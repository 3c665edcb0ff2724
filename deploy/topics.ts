import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Topics = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      identity: z.object({ type: z.string() }).nullish(),
      properties: z.object({ topicType: z.string(), source: z.string().nullish() }),
    }),
  ),
});

type Topic = z.infer<typeof Topics>["value"][number];

const kinds = [
  {
    title: "topic, resources",
    type: "microsoft.resources.subscriptions",
    setting: "GUARDRAIL_RESOURCE_TOPICS",
    given: (plan: Plan) => plan.existingTopics.resource,
  },
  {
    title: "topic, policies",
    type: "microsoft.policyinsights.policystates",
    setting: "GUARDRAIL_POLICY_TOPICS",
    given: (plan: Plan) => plan.existingTopics.policy,
  },
];

/**
 * Azure allows one system topic per source and kind: one that is there already must be named, or
 * making ours fails. Source: Azure documentation, Event Grid, "System topics in Azure Event Grid".
 */
export async function checkTopics(arm: Arm, plan: Plan): Promise<Check[]> {
  return (await Promise.all(plan.watched.map((id) => checkSubscription(arm, plan, id)))).flat();
}

async function checkSubscription(arm: Arm, plan: Plan, id: string): Promise<Check[]> {
  const answer = await arm.get(
    `/subscriptions/${id}/providers/Microsoft.EventGrid/systemTopics`,
    "2025-02-15",
  );
  const parsed = Topics.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    const looked = { about: id, title: "event topics" };
    return [unknown(looked, `could not be read (HTTP ${answer.status})`)];
  }
  return kinds.map(({ title, type, setting, given }) => {
    const looked = { about: id, title };
    const topic = parsed.data.value.find((one) => isForeign(one, type, id));
    if (!topic) return ok(looked, "none in the way, ours is made");
    const named = given(plan).some((one) => one.toLowerCase() === topic.id.toLowerCase());
    if (!named) {
      return missing(
        looked,
        `"${topic.name}" is there already and must be used, Azure allows no second`,
        `azd env set ${setting} ${[...given(plan), topic.id].join(",")}`,
      );
    }
    if (/SystemAssigned/i.test(topic.identity?.type ?? "")) {
      return ok(looked, `"${topic.name}" is used`);
    }
    return missing(
      looked,
      `"${topic.name}" needs an identity, to keep events that cannot be delivered`,
      `az eventgrid system-topic update --name ${topic.name} --resource-group ${topic.id.split("/")[4]} --subscription ${id} --identity systemassigned`,
    );
  });
}

const isForeign = (topic: Topic, type: string, id: string): boolean =>
  topic.properties.topicType.toLowerCase() === type &&
  (topic.properties.source ?? "").toLowerCase() === `/subscriptions/${id}`.toLowerCase() &&
  !topic.name.startsWith("guardrail-");

import { z } from "zod";
import { stages } from "../shared/domain/policy.ts";
import type { Plan } from "./check.ts";
import type { Environment } from "./environment.ts";
import { isGuid, parseScope } from "./scope.ts";

const anyHub = "00000000-0000-0000-0000-000000000000";

/** A text that is right, or else the same words whether it is wrong or not there. */
const text = (isRight: (value: string) => boolean, words: string) =>
  z.string(words).refine(isRight, words);

const upToFive = "a number from 0 to 5";

const topics = text(
  (ids) => listOf(ids).every((id) => /\/Microsoft\.EventGrid\/systemTopics\//i.test(id)),
  "ids of Event Grid system topics, with commas between them",
)
  .default("")
  .transform(listOf);

const Stage = z.enum(stages, stages.join(", ")).default("watch");

const Known = z.object({
  AZURE_ENV_NAME: text(
    (name) => /^[a-z0-9-]{1,32}$/i.test(name),
    "the environment's name: 1 to 32 letters, digits or hyphens",
  ),
  AZURE_SUBSCRIPTION_ID: text(
    isGuid,
    "the id of the subscription that the guardrail itself goes to",
  ),
  AZURE_LOCATION: text(
    (name) => /^[a-z0-9]+$/.test(name),
    "the short name of the guardrail's region, such as westeurope",
  ),
  GUARDRAIL_OPERATORS: z.email(
    "the mail address of the operators, such as platform-security@example.com",
  ),
  GUARDRAIL_SCOPE: text(
    (scope) => parseScope(scope, anyHub) !== null,
    'what to watch: "hub" for the guardrail\'s own subscription, ids of subscriptions, or managementGroup:<id>; commas between several',
  ),
  GUARDRAIL_STAGE: Stage,
  GUARDRAIL_LEVEL: z
    .enum(["observe", "act", "extensions"], "observe, act or extensions")
    .default("observe"),
  GUARDRAIL_MAIL_DOMAIN: z.string().default(""),
  GUARDRAIL_ALWAYS_READY: z.coerce
    .number(upToFive)
    .int(upToFive)
    .min(0, upToFive)
    .max(5, upToFive)
    .default(1),
  GUARDRAIL_RESOURCE_TOPICS: topics,
  GUARDRAIL_POLICY_TOPICS: topics,
});

/** A setting that is missing or wrong, and the command that mends it. */
export interface Mistake {
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
}

const noEnvironment: Mistake = {
  title: "azd environment",
  detail: "none is selected in this folder",
  fix: "azd env new guardrail",
};

/** Reads what azd knows, or lists every mistake with the command that mends it. */
export function readPlan(
  environment: Environment,
): { kind: "ok"; plan: Plan } | { kind: "invalid"; mistakes: readonly Mistake[] } {
  if (!environment["AZURE_ENV_NAME"]) return { kind: "invalid", mistakes: [noEnvironment] };
  const parsed = Known.safeParse(environment);
  if (!parsed.success) {
    const wrong = new Map(
      parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]),
    );
    const mistakes = [...wrong].map(([name, words]) => mistakeOf(name, environment[name], words));
    return { kind: "invalid", mistakes };
  }
  const read = parsed.data;
  const scope = parseScope(read.GUARDRAIL_SCOPE, read.AZURE_SUBSCRIPTION_ID);
  return {
    kind: "ok",
    plan: {
      environmentName: read.AZURE_ENV_NAME,
      location: read.AZURE_LOCATION,
      hub: read.AZURE_SUBSCRIPTION_ID,
      watched: scope?.subscriptions ?? [],
      managementGroups: scope?.managementGroups ?? [],
      operators: read.GUARDRAIL_OPERATORS,
      stage: read.GUARDRAIL_STAGE,
      level: read.GUARDRAIL_LEVEL,
      mailDomain: read.GUARDRAIL_MAIL_DOMAIN || null,
      alwaysReady: read.GUARDRAIL_ALWAYS_READY,
      existingTopics: {
        resource: read.GUARDRAIL_RESOURCE_TOPICS,
        policy: read.GUARDRAIL_POLICY_TOPICS,
      },
    },
  };
}

/**
 * The stage that is deployed.
 *
 * @throws Error where the setting names none.
 */
export function stageOf(environment: Environment): Plan["stage"] {
  const read = Stage.safeParse(environment["GUARDRAIL_STAGE"]);
  if (read.success) return read.data;
  throw new Error(
    `GUARDRAIL_STAGE must be one of ${stages.join(", ")}: azd env set GUARDRAIL_STAGE watch`,
  );
}

function listOf(ids: string): string[] {
  return ids.split(",").flatMap((id) => id.trim() || []);
}

function mistakeOf(name: string, value: string | undefined, words: string): Mistake {
  return {
    title: name,
    detail: value ? `is "${value}", but must be ${words}` : `not set: ${words}`,
    fix: `azd env set ${name} VALUE`,
  };
}

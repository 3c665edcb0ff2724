import { z } from "zod";
import type { Plan } from "./check.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const Environment = z.object({
  AZURE_ENV_NAME: z.string().regex(/^[a-z0-9-]{1,32}$/i, "1 to 32 letters, digits or hyphens"),
  AZURE_LOCATION: z.string().regex(/^[a-z0-9]+$/, "the short name of a region, such as westeurope"),
  AZURE_SUBSCRIPTION_ID: z.string().regex(guid, "the id of the subscription that holds the hub"),
  GUARDRAIL_OPERATORS: z.email("one mail address of the operators"),
  GUARDRAIL_SUBSCRIPTIONS: z
    .string()
    .default("")
    .transform(parseList)
    .refine((ids) => ids?.every((id) => guid.test(id)) ?? false, {
      error: 'a JSON list of subscription ids, such as ["11111111-1111-1111-1111-111111111111"]',
    }),
  GUARDRAIL_MANAGEMENT_GROUP: z.string().default(""),
  GUARDRAIL_LEVEL: z
    .enum(["observe", "act", "extensions"], "observe, act or extensions")
    .default("observe"),
  GUARDRAIL_MAIL_DOMAIN: z.string().default(""),
  GUARDRAIL_ALWAYS_READY: z.coerce.number().int().min(0).max(5).default(1),
});

function parseList(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text || "[]");
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : null;
  } catch {
    return null;
  }
}

/** Reads what azd knows from its environment, or lists every mistake with the command that mends it. */
export function readPlan(
  environment: Readonly<Record<string, string | undefined>>,
): { kind: "ok"; plan: Plan } | { kind: "invalid"; mistakes: readonly string[] } {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    return {
      kind: "invalid",
      mistakes: parsed.error.issues.map((issue) => {
        const name = issue.path.join(".");
        return `${name}: expected ${issue.message}; set it with: azd env set ${name} VALUE`;
      }),
    };
  }
  const read = parsed.data;
  const listed = read.GUARDRAIL_SUBSCRIPTIONS ?? [];
  const managementGroup = read.GUARDRAIL_MANAGEMENT_GROUP || null;
  const hub = read.AZURE_SUBSCRIPTION_ID;
  return {
    kind: "ok",
    plan: {
      environmentName: read.AZURE_ENV_NAME,
      location: read.AZURE_LOCATION,
      hub,
      watched: listed.length === 0 && !managementGroup ? [hub] : listed,
      managementGroup,
      operators: read.GUARDRAIL_OPERATORS,
      level: read.GUARDRAIL_LEVEL,
      mailDomain: read.GUARDRAIL_MAIL_DOMAIN || null,
      alwaysReady: read.GUARDRAIL_ALWAYS_READY,
    },
  };
}

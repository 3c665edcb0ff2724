import { z } from "zod";
import { PolicySchema } from "../shared/policy-schema.ts";

/** The published JSON schema of `guardrail.json`, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(PolicySchema, { io: "input" });
  return {
    ...schema,
    $id: "guardrail.schema.json",
    title: "Container Guardrail policy",
    description: "What an organization asks of its subscriptions and clusters; see docs/policy.md.",
  };
}

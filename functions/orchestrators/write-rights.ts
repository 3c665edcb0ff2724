import { fixForRegistration } from "../../shared/decisions/registration.ts";
import type { Refusal } from "../../shared/domain/refusal.ts";
import type { Work } from "./work.ts";

/** What a run decided under: the activity compares it with what rules when it writes. */
export const underOf = ({ taken }: Pick<Work, "taken">) => ({
  hash: taken.inForce.hash,
  stage: taken.inForce.stage,
});

/** What mends a refused write, where that is known. */
export function fixForWrite(
  { code, status, message }: Pick<Refusal, "code" | "status" | "message">,
  { base }: Pick<Work, "base">,
): string | null {
  switch (code.toLowerCase()) {
    case "scopelocked":
      return "Remove the lock for the time of the change, or exempt the resource.";
    case "requestdisallowedbypolicy":
      return "Exempt the resource from the denying Azure Policy assignment.";
    case "linkedauthorizationfailed":
      return "Grant the guardrail's identity the right that the message names.";
    case "authorizationfailed":
      return "Grant the guardrail's identity the role Container Guardrail Remediator (level act) here.";
    case "missingsubscriptionregistration":
      return fixForRegistration(message, base.subscriptionId);
    default:
      return status === 403
        ? "Grant the guardrail's identity the right that the message names."
        : null;
  }
}

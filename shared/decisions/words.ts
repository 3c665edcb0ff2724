import type { LeaveReason } from "../domain/decision.ts";
import type { RuleName } from "../domain/policy.ts";

/** What a rule is about, in people's words. */
export const ruleWords: Readonly<Record<RuleName, string>> = {
  addon: "Azure Policy add-on",
  plans: "Defender plans",
  legacyPlans: "Older Defender plans",
  servers: "Defender for Servers",
  sensor: "Defender sensor",
  compliance: "Tags",
  images: "Images",
};

/** Why something was left as it is; the end of a sentence. */
export const reasonWords: Readonly<Record<LeaveReason, string>> = {
  compliant: "it is as it should be",
  "not-required": "nothing asks for it",
  exempt: "an exemption covers it",
  paused: "the tag guardrail-pause-until asks for a pause",
  stage: "we may not change it yet, only tell",
  limit: "a limit set by the operators is reached",
  stopped: "the cluster is stopped",
  busy: "Azure is working on it",
  young: "it is less than an hour old",
  "would-block": "it would start blocking deployments",
  "azure-policy-remediates": "Azure Policy puts it right by itself",
  "taken-back": "somebody took it back after we had set it",
  unreadable: "we cannot read what we must know first",
  "not-registered": "a resource provider is not registered",
  "no-policy-reports": "no policy reports on it",
  "not-scanned": "nothing is known of its images",
  "stopped-by-operator": "all changes are stopped",
};

/** The plan that an act switches on, or null. */
export const planOf = (act: string): string | null =>
  act.startsWith("enable-plan:") ? act.slice("enable-plan:".length) : null;

/** What an act is about, in people's words; the names of plans and unknown acts stay untrusted. */
export function actWords(act: string): string {
  if (act === "enable-addon") return ruleWords.addon;
  if (act === "enable-sensor") return ruleWords.sensor;
  if (act === "write-tags") return "Tags";
  const plan = planOf(act);
  return plan === null ? act : `Defender plan ${plan}`;
}

import type { ActName, LeaveReason } from "../domain/decision.ts";
import type { RuleName } from "../domain/policy.ts";
import { line } from "./plain.ts";

/** What an act is about, in people's words. */
export function actWords(act: ActName | string): string {
  if (act === "enable-addon") return "Azure Policy add-on";
  if (act === "enable-sensor") return "Defender sensor";
  if (act === "write-tags") return "Tags";
  const plan = planOf(act);
  return plan ? `Defender plan ${line(plan, 60)}` : line(act, 80);
}

/** What an act does, for lists. */
export function doingWords(act: ActName | string): string {
  return act === "write-tags" ? "write tags" : `switch on: ${actWords(act)}`;
}

/** The plan that an act switches on, or null. */
export const planOf = (act: string): string | null =>
  act.startsWith("enable-plan:") ? act.slice("enable-plan:".length) : null;

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

const reasonWords: Readonly<Record<LeaveReason, string>> = {
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

/** Why something was left as it is, with the names that matter; one sentence without its end. */
export function leftWords(reason: LeaveReason, detail: string): string {
  const names = line(detail, 400).replace(/\.$/, "");
  return `${reasonWords[reason]}${names ? `: ${names}` : ""}`;
}

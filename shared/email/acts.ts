import type { ActName } from "../domain/decision.ts";
import type { RuleName } from "../domain/policy.ts";
import { line } from "./plain.ts";

/** What an act is about, in people's words. */
export function actWords(act: ActName | string): string {
  if (act === "enable-addon") return "Azure Policy add-on";
  if (act === "enable-sensor") return "Defender sensor";
  if (act === "write-tags") return "Tags of the cluster";
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
  compliance: "Tags of the cluster",
};

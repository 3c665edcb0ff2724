import type { Case } from "../domain/case.ts";
import type { ActName, LeaveReason } from "../domain/decision.ts";
import type { Finding } from "../domain/finding.ts";
import { prose, type Row } from "./document.ts";
import { line } from "./plain.ts";

/** What a reader must know or do before the same change can work for them; the rest is our own brake. */
const words: Partial<Record<LeaveReason, (detail: string) => string>> = {
  "would-block": (detail) =>
    `This would start to refuse deployments (${detail}). Put right what it would refuse, or have that effect set to Audit.`,
  stopped: () => "Start it: Azure changes nothing on what is stopped.",
  busy: (detail) => `Wait until Azure has ended its work on it (${detail}).`,
  young: () => "Wait until Azure has set it up.",
  "not-registered": (detail) => `Register the resource provider ${detail}`,
  "azure-policy-remediates": (detail) => `Wait: Azure Policy puts it right by itself (${detail}).`,
};

/** Refusals that meet everybody; all others are about rights of our own. */
const meetsAll = ["scopelocked", "requestdisallowedbypolicy", "missingsubscriptionregistration"];

/** What stands in the way of the change that a fix asks for, as the case knows it. */
export function obstacleRows({ decisions, refusals }: Case, { key }: Finding): readonly Row[] {
  const act = actOf(key);
  if (!act) return [];
  const refused = refusals.find(
    (one) => one.act === act && meetsAll.includes(one.code.toLowerCase()),
  );
  if (refused) {
    const fix = refused.fix ? ` ${line(refused.fix, 300)}` : "";
    return [prose("First", `Azure refused this to us (${line(refused.code, 80)}).${fix}`)];
  }
  const left = decisions.find((one) => one.act === act);
  const say = left?.kind === "leave" ? words[left.reason] : undefined;
  return left && say ? [prose("First", say(line(left.detail, 300)))] : [];
}

/** The act that would put a finding of our own right. */
function actOf(key: string): ActName | null {
  if (key === "addon") return "enable-addon";
  if (key === "sensor") return "enable-sensor";
  return key.startsWith("plan:") ? `enable-plan:${key.slice("plan:".length)}` : null;
}

import type { Exemption, GuardrailPolicy, RuleName } from "../domain/policy.ts";
import { canonicalId } from "../domain/resource-id.ts";
import { after } from "./time.ts";

/** The tag by which owners ask that nothing is written to their cluster for some days. */
export const pauseTag = "guardrail-pause-until";

/** How far ahead a pause may reach. */
export const longestPauseDays = 14;

/** Whether an exemption counts on the day of `now` (in UTC; `until` is its last day). */
export const isInEffect = (exemption: Pick<Exemption, "until">, now: string): boolean =>
  now.slice(0, 10) <= exemption.until;

/** The exemption that excuses a subject from a rule now, or null; the one that ends last. */
export function exemptionFor(
  policy: Pick<GuardrailPolicy, "exemptions">,
  { subject, rule }: { readonly subject: string; readonly rule: RuleName },
  now: string,
): Exemption | null {
  const found = policy.exemptions
    .filter((one) => one.rule === rule && isInEffect(one, now) && covers(one.scope, subject))
    .sort((one, other) => other.until.localeCompare(one.until));
  return found[0] ?? null;
}

/** Whether a scope is the subject or lies above it. */
function covers(scope: string, subject: string): boolean {
  const above = canonicalId(scope);
  return above !== "" && `${canonicalId(subject)}/`.startsWith(`${above}/`);
}

/**
 * The last day (`YYYY-MM-DD`, in UTC) of a pause that the tags of a cluster ask for, or null. A day
 * further ahead than 14 days is no pause: nobody can switch the guardrail off for good by a tag.
 */
export function pausedUntil(tags: Readonly<Record<string, string>>, now: string): string | null {
  const until = pauseAsked(tags);
  if (until === null || !isDay(until)) return null;
  const lastDay = after(now, { days: longestPauseDays }).slice(0, 10);
  return until >= now.slice(0, 10) && until <= lastDay ? until : null;
}

/** What the pause tag says, whether it counts or not; null when there is none. */
export function pauseAsked(tags: Readonly<Record<string, string>>): string | null {
  const found = Object.entries(tags).find(([name]) => name.toLowerCase() === pauseTag);
  return found ? found[1].trim() : null;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

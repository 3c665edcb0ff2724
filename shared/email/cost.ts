import { isOpenFinding } from "../decisions/findings.ts";
import { estimatesOf } from "../decisions/kept-estimates.ts";
import { planOf } from "../decisions/words.ts";
import type { Case, Estimate } from "../domain/case.ts";
import type { MailRules, Prices } from "../domain/policy.ts";
import type { CaseView } from "./case-view.ts";
import { type Section, section } from "./document.ts";
import { line } from "./plain.ts";
import { dateInWords, dayOf } from "./when.ts";

/**
 * What the plans that a mail tells of cost a month, as estimates that say what they rest on: those
 * that are off, and those that it says we switched on.
 */
export function costSection(view: CostView, prices: Prices, mail: MailRules): readonly Section[] {
  const told = estimatesOf(view.case.facts).filter((estimate) => isTold(view, estimate));
  if (told.length === 0) return [];
  const lines = [
    ...told.flatMap((estimate) => [
      sentence(estimate),
      `Price entered ${dateInWords(estimate.asOf)}. Billed to ${billedTo(view.case)}.`,
      ...scans(estimate, prices),
      ...trial(estimate, mail),
    ]),
    'Real figure: Cost Management, service "Microsoft Defender for Cloud".',
  ];
  return section("Cost", null, [{ kind: "lines", lines }]);
}

/** `$140` or `140 EUR`; whole numbers without cents. */
export function money(amount: number, currency: string): string {
  const rounded = Math.round(amount * 100) / 100;
  const figure = Number.isInteger(rounded) ? String(rounded) : rounded.toFixed(2);
  const grouped = figure.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
  return currency === "USD" ? `$${grouped}` : `${grouped} ${line(currency, 12)}`;
}

type CostView = Pick<CaseView, "case" | "changes">;

function isTold({ case: one, changes }: CostView, { plan, switchedOn }: Estimate): boolean {
  const name = plan.toLowerCase();
  if (switchedOn) return changes.some(({ act }) => planOf(act)?.toLowerCase() === name);
  const keys = [`plan:${name}`, ...(name === "containers" ? ["legacy-plans"] : [])];
  return one.findings.some((each) => isOpenFinding(each) && keys.includes(each.key.toLowerCase()));
}

function sentence(estimate: Estimate): string {
  const plan = `Defender plan ${line(estimate.plan, 60)}`;
  const { perMonth, currency } = estimate;
  if (perMonth === null) {
    return `${plan}: no estimate. ${line(estimate.unknown ?? "The size is not known.", 300)}`;
  }
  const would = estimate.switchedOn ? "" : "it would cost ";
  return `${plan}: ${would}about ${money(perMonth, currency)} a month, an estimate: ${line(estimate.basis, 300)}.`;
}

const billedTo = ({ subscriptionName, subscriptionId }: Case): string =>
  `subscription ${subscriptionName ? line(subscriptionName, 80) : line(subscriptionId, 64)}`;

function scans({ plan }: Estimate, { imageScan, currency }: Prices): string[] {
  if (plan.toLowerCase() !== "containers") return [];
  const further =
    imageScan === null
      ? "further ones are not priced here"
      : `further ones ${money(imageScan, currency)} each`;
  return [`20 image scans a vCore are included; ${further}.`];
}

function trial({ trialEnds }: Estimate, mail: MailRules): string[] {
  return trialEnds ? [`Free trial until ${dayOf(mail, trialEnds)}, as Azure says.`] : [];
}

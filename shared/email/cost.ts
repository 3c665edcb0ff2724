import { planOf } from "../decisions/words.ts";
import type { Case, Estimate } from "../domain/case.ts";
import type { MailRules, Prices } from "../domain/policy.ts";
import { type Section, section } from "./document.ts";
import { line } from "./plain.ts";
import { dateInWords, dayOf } from "./when.ts";

/** What the plan of this case costs a month, as an estimate that says what it rests on. */
export function costSection(one: Case, prices: Prices, mail: MailRules): readonly Section[] {
  const { estimate } = one.facts;
  if (!estimate) return [];
  const lines = [
    sentence(one, estimate),
    `Price entered ${dateInWords(estimate.asOf)}. Billed to ${billedTo(one)}.`,
    ...scans(estimate, prices),
    ...trial(estimate, mail),
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

function sentence(one: Case, estimate: Estimate): string {
  const plan = `Defender plan ${line(estimate.plan, 60)}`;
  const { perMonth, currency } = estimate;
  if (perMonth === null) {
    return `${plan}: no estimate. ${line(estimate.unknown ?? "The size is not known.", 300)}`;
  }
  const would = isOn(one, estimate) ? "" : "it would cost ";
  return `${plan}: ${would}about ${money(perMonth, currency)} a month, an estimate: ${line(estimate.basis, 300)}.`;
}

const isOn = ({ history }: Case, { plan }: Estimate): boolean =>
  history.some(
    ({ kind, act }) => kind === "change" && planOf(act)?.toLowerCase() === plan.toLowerCase(),
  );

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

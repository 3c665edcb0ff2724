import type {
  ChangedLine,
  LeftLine,
  OperatorsReport,
  RefusedLine,
  ReportSubject,
} from "../domain/operators-report.ts";
import type { MailRules } from "../domain/policy.ts";
import { actLine, leftWords } from "./acts.ts";
import { money } from "./cost.ts";
import { type Card, firstOf, linked, prose, type Row } from "./document.ts";
import { portalLink } from "./links.ts";
import { capital, line } from "./plain.ts";
import { afterOf } from "./plan-value.ts";
import { clockOf, momentsIn, shortDayOf } from "./when.ts";

/** What a card of the operators' mail rests on, besides its line. */
interface Telling {
  readonly report: OperatorsReport;
  readonly mail: MailRules;
}

/** A subscription is called by its name, not once more as its own place. */
export function subjectOf({ subject, name, subscriptionName, caseId }: ReportSubject): string {
  const isSubscription = /^\/subscriptions\/[^/]+$/i.test(subject);
  const place = subscriptionName && !isSubscription ? `, ${line(subscriptionName, 80)}` : "";
  return `${isSubscription ? "subscription " : ""}${line(name, 80)}${place} (case ${caseId})`;
}

const portalRow = ({ subject }: ReportSubject): readonly Row[] =>
  linked("Where", "Open in the Azure portal", portalLink(subject));

/** What was changed, and what it costs. */
export function changedCard(one: ChangedLine, { report, mail }: Telling): Card {
  const cost = one.addedCost === null || one.addedCost === 0 ? [] : [one.addedCost];
  return {
    kind: "card",
    mark: `${shortDayOf(mail, one.at)} ${clockOf(mail, one.at)}`,
    severity: null,
    title: `${actLine(one.act)}: ${line(one.before ?? "not set", 120)} → ${line(afterOf(one) ?? "not set", 120)}`,
    body: subjectOf(one),
    rows: [
      ...cost.map((amount) =>
        prose("Cost", `about ${money(Math.round(amount), report.currency)} a month, an estimate`),
      ),
      ...portalRow(one),
    ],
  };
}

/** Everything that is left for one reason. */
interface LeftForOneReason {
  readonly words: string;
  readonly subjects: readonly string[];
}

/** One entry a reason: what applies to many is told once. */
export function byReason({ report, mail }: Telling): readonly LeftForOneReason[] {
  const wordsOf = ({ reason, detail }: LeftLine): string =>
    capital(momentsIn(mail, leftWords(reason, detail)));
  const groups = Map.groupBy(report.left, wordsOf);
  return [...groups]
    .map(([words, lines]) => ({ words, subjects: [...new Set(lines.map(subjectOf))] }))
    .sort((one, other) => other.subjects.length - one.subjects.length);
}

const mostNames = 10;

/** What is left for one reason, and where. */
export const leftCard = ({ words, subjects }: LeftForOneReason): Card => {
  const { shown, rest } = firstOf(subjects, mostNames);
  return {
    kind: "card",
    mark: null,
    severity: null,
    title: `${words}.`,
    body: `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`,
    rows: [],
  };
};

/** What Azure refused, and what would allow it. */
export const refusedCard = (one: RefusedLine, { mail }: Telling): Card => ({
  kind: "card",
  mark: shortDayOf(mail, one.at),
  severity: null,
  title: `${actLine(one.act)}, ${subjectOf(one)}`,
  body: `${line(one.code, 80)}: ${line(one.message, 300)}`,
  rows: [...(one.fix ? [prose("To allow it", line(one.fix, 300))] : []), ...portalRow(one)],
});

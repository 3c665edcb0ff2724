import { ruleWords } from "../decisions/words.ts";
import type { Case } from "../domain/case.ts";
import type { Decision, RefusedAct } from "../domain/decision.ts";
import type { PartName } from "../domain/finding.ts";
import type { MailRules } from "../domain/policy.ts";
import { actLine, leftWords } from "./acts.ts";
import { type Card, code, cut, firstOf, prose, type Section, section } from "./document.ts";
import { capital, line } from "./plain.ts";
import { momentOf, momentsIn, shortDayOf } from "./when.ts";

type Left = Extract<Decision, { kind: "leave" }>;

/** What is not as it should be and stays so, and what Azure refused; each with its reason. */
export function leftSection(one: Case, mail: MailRules, limit: number): readonly Section[] {
  const { shown, rest } = firstOf(cardsOf(one, mail), limit);
  return section("Not changed, and why", null, [...shown, ...cut([], 0, rest)]);
}

/** The same, a line each. */
export const leftLines = (one: Case, mail: MailRules): readonly string[] =>
  cardsOf(one, mail).map(({ title, body }) => line(`${title}. ${body ?? ""}`, 240));

const cardsOf = (one: Case, mail: MailRules): readonly Card[] => [
  ...one.refusals.map((refusal) => refusalCard(refusal, mail)),
  ...leftOf(one).map((decision) => leftCard(decision, mail)),
];

/** Decisions to leave something that does not hold. */
export const leftOf = ({ decisions }: Case): readonly Left[] =>
  decisions.filter(
    (decision): decision is Left =>
      decision.kind === "leave" &&
      decision.reason !== "compliant" &&
      decision.reason !== "not-required",
  );

function leftCard(decision: Left, mail: MailRules): Card {
  const { rule, act, reason, detail, lookAgain } = decision;
  return {
    kind: "card",
    mark: null,
    severity: null,
    title: act ? actLine(act) : ruleWords[rule],
    body: `${capital(momentsIn(mail, leftWords(reason, detail)))}.`,
    rows: [
      ...(reason === "taken-back" && act === "enable-addon"
        ? [code("Terraform", ["azure_policy_enabled = true"])]
        : []),
      ...(lookAgain ? [prose("Next look", momentOf(mail, lookAgain))] : []),
    ],
  };
}

function refusalCard({ act, at, code: name, message, fix }: RefusedAct, mail: MailRules): Card {
  return {
    kind: "card",
    mark: null,
    severity: null,
    title: `${actLine(act)}: refused by Azure, ${shortDayOf(mail, at)}`,
    body: `${line(name, 80)}: ${line(message, 400)}`,
    rows: fix ? [prose("To allow it", line(fix, 300))] : [],
  };
}

const partWords: Readonly<Record<PartName, string>> = {
  "audit-log": "Alerts from the audit log",
  node: "Alerts from nodes and running containers",
  configuration: "Configuration",
  workload: "Configuration of the workloads",
  plans: "Defender plans",
  images: "Images",
};

/** Parts of the case that could not be read: nothing is claimed about them. */
export function unreadSection({ parts }: Case): readonly Section[] {
  const unread = parts.filter(({ status }) => status === "unreadable");
  if (unread.length === 0) return [];
  const lines = unread.map(
    ({ name, why }) => `${partWords[name]}: ${line(why ?? "no reason given", 300)}`,
  );
  return section("Not readable", "we cannot say whether all is well there", [
    { kind: "lines", lines },
  ]);
}

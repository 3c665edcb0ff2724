import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { Message } from "../domain/notice.ts";
import type { MailRules } from "../domain/policy.ts";
import { parseResourceId } from "../domain/resource-id.ts";
import { alertCard, alertLine } from "./alert-card.ts";
import { byWorst } from "./case-view.ts";
import { firstOf, type Item, type MailPage, type Said, type Section, section } from "./document.ts";
import { type Detail, fitted } from "./fit.ts";
import { fixLine, fixOf } from "./fixes.ts";
import { shortFooter } from "./footer.ts";
import { portalLink } from "./links.ts";
import { counted, line } from "./plain.ts";
import { subjectLine } from "./subject-line.ts";

/** What an urgent mail about one resource is made of. */
export interface AlertMailInput {
  readonly to: readonly string[];
  /** Why these people: `recipients.why`. */
  readonly why: string;
  /** ISO time. */
  readonly now: string;
  readonly mail: MailRules;
  /** The case of the resource; null where there is none yet. */
  readonly case: Case | null;
  /** At least one. */
  readonly alerts: readonly DefenderAlert[];
  /** How many there are in this hour, those that are not in `alerts` included. */
  readonly count: number;
}

/** The mail that goes out at once: a Defender alert with Defender's own steps. */
export function alertMail(input: AlertMailInput): Message {
  const alerts = input.alerts.toSorted(testsLast);
  return fitted({ to: input.to, subject: alertSubject(input, alerts) }, (detail) =>
    page(input, alerts, detail),
  );
}

const testsLast = (left: DefenderAlert, right: DefenderAlert): number =>
  Number(left.test) - Number(right.test) || byWorst(left, right);

function alertSubject(input: AlertMailInput, [first]: readonly DefenderAlert[]): string {
  const where = line(nameOf(input), 30);
  if (!first) return subjectLine("Alert: ", where, "");
  const level = first.test ? "Test alert: " : `${first.severity.toUpperCase()} alert: `;
  return subjectLine(level, first.title, `, ${where.replace(/[!！]+/gu, "")}`);
}

function nameOf({ case: one, alerts: [first] }: AlertMailInput): string {
  if (one) return one.name;
  return first ? (parseResourceId(first.subject)?.name ?? first.subject) : "your resource";
}

function page(input: AlertMailInput, alerts: readonly DefenderAlert[], detail: Detail): MailPage {
  const { case: one, mail } = input;
  const resource = one?.resourceId ?? alerts[0]?.subject ?? "";
  const [you, ...others] = lead(alerts);
  return {
    title: line(nameOf(input), 120),
    href: portalLink(resource),
    aside: one ? `case ${one.id}` : "",
    preheader: you?.text ?? "",
    lead: [...(you ? [you] : []), ...others],
    blocks: [
      {
        heading: null,
        sections: [...alertSection(input, alerts, detail), ...openSection(one, detail)],
      },
    ],
    footer: shortFooter({ cases: one ? [one] : [], why: input.why, mail, now: input.now }),
  };
}

function lead(alerts: readonly DefenderAlert[]): Said[] {
  if (alerts.every(({ test }) => test)) {
    return [
      { label: "You", text: "nothing to do: this is a test, made to see that alerts arrive." },
      { label: "We", text: "passed it on and changed nothing." },
      { label: "If you do nothing", text: "nothing comes of it." },
    ];
  }
  return [
    { label: "You", text: "look into it now; Defender's own steps are below." },
    {
      label: "We",
      text: "passed it on and changed nothing because of it. We look at the resource again.",
    },
    {
      label: "If you do nothing",
      text: "Defender keeps the alert; we write again when there is a new one, at most once an hour.",
    },
  ];
}

function alertSection(
  { count, mail }: AlertMailInput,
  alerts: readonly DefenderAlert[],
  detail: Detail,
): readonly Section[] {
  const { shown } = firstOf(alerts, detail.cards);
  const short = firstOf(alerts.slice(shown.length).map(alertLine), detail.lines);
  const rest = Math.max(count, alerts.length) - shown.length - short.shown.length;
  const more = [...short.shown, ...(rest > 0 ? [`and ${rest} more on this resource`] : [])];
  const cards = shown.map((alert, place) => alertCard(alert, `${place + 1}.`, mail));
  const items: Item[] = more.length > 0 ? [{ kind: "lines", lines: more }] : [];
  const total = Math.max(count, alerts.length);
  const aside = total > 1 ? `${counted(total, "alert")} within an hour, in one mail` : null;
  return section("From Microsoft Defender for Cloud", aside, [...cards, ...items]);
}

/** What is open anyway may be how an intruder came in. */
function openSection(one: Case | null, detail: Detail): readonly Section[] {
  if (!one) return [];
  const open = one.findings
    .filter(({ resolvedAt, rule }) => resolvedAt === null && rule !== "alerts")
    .toSorted(byWorst)
    .map((finding) => fixLine(fixOf(one, finding)));
  if (open.length === 0) return [];
  const { shown, rest } = firstOf(open, detail.lines);
  const lines = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
  return section("Also open on this resource", "its steps come with the regular mail", [
    { kind: "lines", lines },
  ]);
}

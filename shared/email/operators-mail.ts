import type { Message } from "../domain/notice.ts";
import type { NextStage, OperatorsReport, VerdictCounts } from "../domain/operators-report.ts";
import type { MailRules, Stage } from "../domain/policy.ts";
import { doingWords } from "./acts.ts";
import { money } from "./cost.ts";
import {
  type Card,
  firstOf,
  type Item,
  linked,
  type MailPage,
  prose,
  type Row,
  type Said,
  type Section,
  section,
} from "./document.ts";
import { type Detail, fitted } from "./fit.ts";
import { aboutLink } from "./links.ts";
import { byReason, changedCard, leftCard, refusedCard, subjectOf } from "./operators-cards.ts";
import { counted, joined, line } from "./plain.ts";
import { clockOf, dateInWords, dayOf, momentOf, zoneOf } from "./when.ts";

const stageWords: Readonly<Record<Stage, string>> = {
  off: "off: nothing is written, nothing mailed",
  watch: "watch: everything is judged, nothing is written",
  tell: "tell: clusters and registries are tagged, owners mailed",
  "fix-new": "fix-new: new resources are put right, the rest is told",
  "fix-all": "fix-all: everything is put right within the limits",
};

/** The operators' mail: how far the guardrail sees, what it did, what it could not, what comes next. */
export function operatorsMail(report: OperatorsReport, mail: MailRules, now: string): Message {
  const head = { to: mail.operators, subject: "Operators' report: clusters and Defender plans" };
  return fitted(head, (detail) => page({ report, mail, now, detail }));
}

interface Told {
  readonly report: OperatorsReport;
  readonly mail: MailRules;
  readonly now: string;
  readonly detail: Detail;
}

function page(told: Told): MailPage {
  const { report, mail, now } = told;
  const lead = leadOf(report);
  return {
    title: "Operators' report",
    href: null,
    aside: `${dayOf(mail, now)}, stage ${stageWords[report.stage]}`,
    preheader: lead[0]?.text ?? "",
    lead,
    blocks: [{ heading: null, sections: sections(told) }],
    footer: footer(told),
  };
}

function leadOf(report: OperatorsReport): Said[] {
  const { changed, left, refused } = report;
  const ownerless = report.untold.filter(({ who }) => who === "owner").length;
  const todo = [
    ...(report.stopped ? ["resume the writes, or find out why they stopped"] : []),
    ...(report.subscriptions.readable < report.subscriptions.expected
      ? ["give back the rights on what cannot be read"]
      : []),
    ...(report.silentFeeds.length > 0 ? ["see why a feed is silent"] : []),
    ...(refused.length > 0 ? [`clear ${counted(refused.length, "refusal")}`] : []),
    ...(ownerless > 0 ? [`name ${counted(ownerless, "owner")}`] : []),
    ...(report.untold.length > ownerless ? ["let the guardrail read the security contacts"] : []),
  ];
  const counts = `${changed.length} changed, ${left.length} left, ${refused.length} refused`;
  return [
    { label: "You", text: todo.length > 0 ? `${joined(todo)}.` : "nothing to do." },
    { label: "We", text: `${counts}${report.stopped ? "; all writes are stopped" : ""}.` },
    {
      label: "If you do nothing",
      text: report.stopped
        ? "nothing is written until an operator resumes."
        : `the guardrail goes on as it is, at stage ${report.stage}.`,
    },
  ];
}

function sections(told: Told): Section[] {
  const { report, detail } = told;
  return [
    ...stopSection(told),
    ...reachSection(told),
    ...section(
      "Changed",
      sinceOf(told),
      cards(report.changed, detail, (one) => changedCard(one, told)),
    ),
    ...section("Left as it is", null, cards(byReason(told), detail, leftCard)),
    ...section(
      "Refused by Azure",
      null,
      cards(report.refused, detail, (one) => refusedCard(one, told)),
    ),
    ...section(
      "Not told",
      null,
      lines(
        report.untold.map((one) => `${subjectOf(one)}: ${line(one.why, 200)}`),
        detail,
      ),
    ),
    ...section(
      "Faults, tried again",
      null,
      lines(
        report.faults.map(
          (one) => `${subjectOf(one)}: ${counted(one.count, "time")}, ${line(one.message, 200)}`,
        ),
        detail,
      ),
    ),
    ...nextSection(told),
    ...loadSection(told),
  ];
}

function stopSection({ report: { stopped }, mail }: Told): readonly Section[] {
  if (!stopped) return [];
  const text = `Since ${momentOf(mail, stopped.at)}, by ${line(stopped.by, 120)}: ${line(stopped.why, 300)}`;
  return section("All writes are stopped", null, [{ kind: "lines", lines: [text] }]);
}

function reachSection({ report, mail, detail }: Told): readonly Section[] {
  const { subscriptions, clusters, registries, silentFeeds, quarantined } = report;
  const { shown, rest } = firstOf(subscriptions.unreadable, detail.lines);
  const gone = shown.map(({ id, name }) =>
    name ? `${line(name, 80)} (${line(id, 64)})` : line(id, 64),
  );
  return section("What we see", null, [
    {
      kind: "lines",
      lines: [
        `Subscriptions: ${subscriptions.readable} readable of ${subscriptions.expected} expected.`,
        ...(gone.length > 0
          ? [`Not readable: ${gone.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}.`]
          : []),
        `Clusters: ${countsIn(clusters)}.`,
        `Registries: ${countsIn(registries)}.`,
        ...silentFeeds.map(
          ({ name, lastEvent }) =>
            `Silent feed: ${line(name, 80)}, ${lastEvent ? `nothing since ${dayOf(mail, lastEvent)}` : "nothing ever arrived"}.`,
        ),
        ...(quarantined > 0
          ? [
              `Kept because it could not be read: ${counted(quarantined, "event")}, to be looked at and replayed.`,
            ]
          : []),
      ],
    },
  ]);
}

const sinceOf = ({ report: { since }, mail }: Told): string | null =>
  since ? `since ${momentOf(mail, since)}` : null;

function cards<T>(all: readonly T[], detail: Detail, card: (one: T) => Card): Item[] {
  const { shown, rest } = firstOf(all, detail.cards);
  const more: Item[] = rest > 0 ? [{ kind: "lines", lines: [`and ${rest} more`] }] : [];
  return [...shown.map(card), ...more];
}

function lines(all: readonly string[], detail: Detail): Item[] {
  const { shown, rest } = firstOf(all, detail.lines);
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return all.length > 0 ? [{ kind: "lines", lines: [...shown, ...more] }] : [];
}

function nextSection({ report: { nextStage }, detail }: Told): readonly Section[] {
  if (!nextStage) return [];
  const acts = nextStage.acts.map(({ act, count, names }) => {
    const { shown, rest } = firstOf(names, 5);
    const more = Math.max(rest, count - shown.length);
    const list = shown.map((name) => line(name, 63)).join(", ");
    return `${doingWords(act)}: ${count} (${list}${more > 0 ? `, and ${more} more` : ""})`;
  });
  const mails =
    nextStage.ownersMailed > 0 ? [`mail ${counted(nextStage.ownersMailed, "owner")}`] : [];
  const all = [...acts, ...mails];
  return section(`Next stage: ${nextStage.stage}`, "what it would do on what is known today", [
    ...lines(all.length > 0 ? all : ["nothing more than today"], detail),
    { kind: "lines", lines: costLines(nextStage) },
  ]);
}

function costLines({ addedCost, unpriced }: NextStage): string[] {
  const { perMonth, currency, asOf } = addedCost;
  const { shown, rest } = firstOf(unpriced, 5);
  const unknown = shown.map(({ name, why }) => `${line(name, 80)} (${line(why, 120)})`).join(", ");
  return [
    `Added cost: about ${money(perMonth, currency)} a month, an estimate with prices of ${dateInWords(asOf)}.`,
    ...(unpriced.length > 0
      ? [`Not in it, as it cannot be estimated: ${unknown}${rest > 0 ? `, and ${rest} more` : ""}.`]
      : []),
  ];
}

/** `120 owners, 8 sends an hour: 15 hours`. */
function loadSection({ report: { mailLoad, stage } }: Told): readonly Section[] {
  const { owners, sendsAnHour } = mailLoad;
  if (owners === 0) return [];
  const time =
    sendsAnHour > 0
      ? counted(Math.ceil(owners / sendsAnHour), "hour")
      : "no end: nothing may be sent";
  const when = stage === "watch" || stage === "off" ? "At the stage tell" : "At this stage";
  return section("Mails to owners", "every owner once, as the quota allows", [
    {
      kind: "lines",
      lines: [
        `${when}: ${counted(owners, "owner")}, ${counted(sendsAnHour, "send")} an hour: ${time}.`,
      ],
    },
  ]);
}

function footer({ report, mail, now }: Told): Row[] {
  const href = aboutLink(mail.aboutUrl);
  return [
    prose("Stage:", `${report.stage} since ${dayOf(mail, report.stageSince)}.`),
    prose("Written:", `${dayOf(mail, now)}, ${clockOf(mail, now)} (${zoneOf(mail, now)}).`),
    ...linked("About this service:", href ?? "", href),
  ];
}

const countsIn = ({ total, compliant, noncompliant, unknown }: VerdictCounts): string =>
  `${total}; ${compliant} compliant, ${noncompliant} not, ${unknown} unknown`;

import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { Message, Notice } from "../domain/notice.ts";
import type { MailRules, Prices, Stage } from "../domain/policy.ts";
import { parseResourceId } from "../domain/resource-id.ts";
import { alertCard, alertLine } from "./alert-card.ts";
import { type CaseView, caseViews, homeless, type Parts, toFix } from "./case-view.ts";
import { costSection } from "./cost.ts";
import {
  type Block,
  type Card,
  code,
  cut,
  firstOf,
  type Item,
  type MailPage,
  type Section,
  section,
} from "./document.ts";
import { doneSection } from "./done.ts";
import { type Detail, fitted } from "./fit.ts";
import { fixCard, fixedLines, fixLine, fixOf, sinceLine } from "./fixes.ts";
import { ownerFooter } from "./footer.ts";
import { credentials } from "./guide/cluster.ts";
import { imageSections } from "./image-sections.ts";
import { type LeadFacts, leadOf, preheaderOf } from "./lead.ts";
import { leftSection, unreadSection } from "./left.ts";
import { portalLink } from "./links.ts";
import { line } from "./plain.ts";
import { restOfCases } from "./rest-of-cases.ts";
import { subjectLine } from "./subject-line.ts";
import { targetOf } from "./target.ts";

/** What an owner's mail is made of. */
export interface OwnerDigestInput {
  readonly to: readonly string[];
  /** Why these people: `recipients.why`. */
  readonly why: string;
  /** ISO time. */
  readonly now: string;
  readonly mail: MailRules;
  readonly policyPrices: Prices;
  readonly cases: readonly Case[];
  readonly parts: Parts;
  readonly alerts: readonly DefenderAlert[];
  /** Images of these readers by the subject of their registry. */
  readonly images?: ReadonlyMap<string, readonly KeptImage[]>;
  readonly stage: Stage;
  /** ISO time; null = none comes. */
  readonly nextReminder: string | null;
}

/** The mail that tells owners what to fix, what we changed, and what happens otherwise. */
export function ownerDigest(input: OwnerDigestInput): Message {
  const views = caseViews(input.cases, input.parts, input);
  const head = { to: input.to, subject: digestSubject(views) };
  return fitted(head, (detail) => page(input, views, detail));
}

function digestSubject(views: readonly CaseView[]): string {
  const [only, second] = views.map((view) => view.case);
  if (!only) return "Security findings";
  if (!second) return subjectLine("", only.name, `: security findings (case ${only.id})`);
  const clusters = views.every((view) => view.case.kind === "cluster");
  return `${views.length} ${clusters ? "clusters" : "resources"}: security findings`;
}

function page(input: OwnerDigestInput, views: readonly CaseView[], detail: Detail): MailPage {
  const facts: LeadFacts = { ...input, views };
  const { shown } = firstOf(views, detail.cases);
  const [only, second] = views;
  const numbers = counter();
  const blocks = shown.map((view) => block({ input, view, detail, numbers }, views.length > 1));
  return {
    title: only && !second ? line(only.case.name, 120) : digestTitle(views),
    href: only && !second ? portalLink(only.case.resourceId) : null,
    aside: only && !second ? asideOf(only.case) : "",
    preheader: preheaderOf(facts),
    lead: leadOf(facts),
    blocks: [
      ...blocks,
      ...restOfCases(views.slice(shown.length), { ...input, detail }),
      ...homelessBlock(input),
    ],
    footer: ownerFooter({ ...input, cases: views.map((view) => view.case) }),
  };
}

const digestTitle = (views: readonly CaseView[]): string =>
  views.length === 0 ? "Security findings" : digestSubject(views);

const asideOf = ({ id, kind, subscriptionName, subscriptionId, facts }: Case): string =>
  [
    `case ${id}`,
    kindWords[kind],
    ...(facts.resourceGroup ? [`resource group ${line(facts.resourceGroup, 90)}`] : []),
    ...(kind === "subscription"
      ? []
      : [`subscription ${line(subscriptionName ?? subscriptionId, 80)}`]),
  ].join(", ");

const kindWords: Readonly<Record<Case["kind"], string>> = {
  cluster: "AKS cluster",
  registry: "container registry",
  subscription: "subscription",
};

const counter = () => {
  let count = 0;
  return () => `${++count}.`;
};

interface Told {
  readonly input: OwnerDigestInput;
  readonly view: CaseView;
  readonly detail: Detail;
  readonly numbers: () => string;
}

function block(told: Told, headed: boolean): Block {
  const { input, view, detail } = told;
  const { mail, policyPrices } = input;
  const one = view.case;
  const href = portalLink(one.resourceId);
  return {
    heading: headed ? { title: line(one.name, 120), href, aside: asideOf(one) } : null,
    sections: [
      ...newSection(told),
      ...openSection(told),
      ...imageSections({ ...told, ...input, case: one, images: view.images }),
      ...fixedSection(view, detail),
      ...(one.gone ? [goneSection] : []),
      ...doneSection(one, view.changes, { mail, detail, policyPrices }),
      ...leftSection(one, mail, detail.lines),
      ...unreadSection(one),
      ...costSection(view, policyPrices, mail),
    ],
  };
}

const goneSection: Section = {
  title: "Gone",
  aside: null,
  items: [{ kind: "lines", lines: ["Azure does not know this resource any more."] }],
};

function newSection({ input, view, detail, numbers }: Told): readonly Section[] {
  const alerts = firstOf(view.alerts, detail.cards);
  const room = Math.max(1, detail.cards - alerts.shown.length);
  const alertCards = alerts.shown.map((alert): Card => alertCard(alert, numbers(), input.mail));
  const cards = fixItems({ input, view, detail, numbers }, view.fresh, { room, since: false });
  const bare = firstOf(view.bare, detail.lines);
  return section("New", whereToChange(view, view.fresh), [
    ...alertCards,
    ...cut(view.alerts.slice(alerts.shown.length).map(alertLine), detail.lines),
    ...cards,
    ...cut([...bare.shown.map(({ title }) => line(title, 160))], detail.lines, bare.rest),
    ...closing(view),
  ]);
}

function openSection(told: Told): readonly Section[] {
  const { view, detail } = told;
  const room = Math.max(1, detail.cards - view.fresh.length);
  const items = fixItems(told, view.open, { room, since: true });
  const last = view.fresh.length > 0 || view.open.length === 0 ? [] : closing(view);
  return section("Still open", whereToChange(view, view.open), [...items, ...last]);
}

function fixItems(
  { input, view, detail, numbers }: Told,
  findings: CaseView["fresh"],
  { room, since }: { room: number; since: boolean },
): Item[] {
  const fixes = findings.map((finding) => fixOf(view.case, finding));
  const { shown } = firstOf(fixes, room);
  return [
    ...shown.map((fix) =>
      fixCard(fix, numbers(), since ? sinceLine(input.mail, fix.finding, input.now) : null),
    ),
    ...cut(fixes.slice(shown.length).map(fixLine), detail.lines),
  ];
}

function whereToChange(view: CaseView, findings: CaseView["fresh"]): string | null {
  const sources = findings.map((finding) => fixOf(view.case, finding).guide.source);
  if (sources.length > 0 && sources.every((source) => source === "manifest")) {
    return "to fix in your manifests or chart (a live edit is lost at your next deployment)";
  }
  if (sources.includes("manifest")) {
    return "to fix in your manifests, charts and templates (a live edit is lost at the next deployment)";
  }
  return sources.length > 0 ? "to fix at the source, so that the next deployment keeps it" : null;
}

function closing(view: CaseView): Item[] {
  const findings = toFix(view);
  const inferred = findings.some((finding) => fixOf(view.case, finding).place.workloads.length > 0);
  if (findings.length === 0) return [];
  const target = targetOf(view.case);
  const hint = inferred ? "Workloads are inferred from pod names. " : "";
  const lines = [`${hint}Fixes usually show within an hour; you then get one closing line.`];
  const access = inferred && target.resourceGroup ? [credentials(target)] : [];
  return [
    ...(access.length > 0 ? [{ kind: "rows" as const, rows: [code("Connect", access)] }] : []),
    { kind: "lines", lines },
  ];
}

const fixedSection = (view: CaseView, detail: Detail): readonly Section[] =>
  section("Fixed", "thank you", cut(fixedLines(view), detail.lines));

function homelessBlock({ cases, parts }: OwnerDigestInput): Block[] {
  const lines = homeless(cases, parts).map(({ subject, title }: Notice) =>
    line(`${parseResourceId(subject)?.name ?? subject}: ${title}`, 160),
  );
  const sections = section("Also", null, cut(lines, 10));
  return sections.length > 0 ? [{ heading: null, sections }] : [];
}

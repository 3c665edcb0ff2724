import { imageName } from "../decisions/image-findings.ts";
import { aboutOf, imageKey } from "../decisions/image-grouping.ts";
import { planOf, ruleWords } from "../decisions/words.ts";
import { caseSeverityOf } from "../domain/image-finding.ts";
import type { MailRules, Stage } from "../domain/policy.ts";
import { actLine, leftWords } from "./acts.ts";
import { type CaseView, severitiesToFix, toFix, toRebuild } from "./case-view.ts";
import type { Said } from "./document.ts";
import { type Fix, fixOf } from "./fixes.ts";
import { leftOf } from "./left.ts";
import { capital, counted, joined, line } from "./plain.ts";
import { dayOf, momentsIn, shortDayOf } from "./when.ts";

/** What the first screen of a mail rests on. */
export interface LeadFacts {
  readonly views: readonly CaseView[];
  readonly stage: Stage;
  readonly mail: MailRules;
  readonly now: string;
  readonly nextReminder: string | null;
}

/** The first screen: what you do, what we did, what happens otherwise. */
export function leadOf(facts: LeadFacts): Said[] {
  return [
    { label: "You", text: `${youText(facts)}.` },
    { label: "We", text: weText(facts) },
    { label: "If you do nothing", text: otherwiseText(facts) },
  ];
}

/** `3 things to fix, 1 high. Change 6 workloads, the high one first.` */
export function preheaderOf(facts: LeadFacts): string {
  const things = facts.views.flatMap(severitiesToFix);
  const you = `${capital(youText(facts))}.`;
  if (things.length === 0) return you;
  const high = things.filter((severity) => severity === "High").length;
  return `${counted(things.length, "thing")} to fix${high > 0 ? `, ${high} high` : ""}. ${you}`;
}

const allFixes = ({ views }: LeadFacts): Fix[] =>
  views.flatMap((view) => toFix(view).map((finding) => fixOf(view.case, finding)));

function youText(facts: LeadFacts): string {
  const fixes = allFixes(facts);
  const alerts = facts.views.flatMap((view) => view.alerts).filter(({ test }) => !test);
  const work = [...imageWork(facts), ...manifestWork(facts), ...settingWork(fixes)];
  const look =
    alerts.length > 0
      ? [`look into ${alerts.length === 1 ? "the alert" : `the ${alerts.length} alerts`} first`]
      : [];
  const change = work.length > 0 ? [`${joined(work)}${order(facts)}`] : [];
  const all = [...look, ...change];
  if (all.length === 0) return "nothing to do";
  return all.join("; then ");
}

/** An image with packages to raise and a secret in it is rebuilt once. */
function imageWork({ views }: LeadFacts): string[] {
  const found = views.flatMap((view) =>
    toRebuild(view).map(({ finding }) => ({ ...finding, subject: view.case.subject })),
  );
  const images = new Map(found.map((one) => [`${one.subject} ${imageKey(one.image)}`, one]));
  const leaking = found.filter((finding) => aboutOf(finding) === "secret").length;
  const [only, second] = images.values();
  if (!only) return [];
  if (second) {
    const secrets = leaking > 0 ? [`revoke the secrets in ${counted(leaking, "image")}`] : [];
    return [...secrets, `rebuild ${counted(images.size, "image")}`];
  }
  const name = line(imageName(only.image), 100);
  return leaking > 0 ? [`revoke the secrets in ${name}`, "rebuild it"] : [`rebuild ${name}`];
}

/** Distinct workloads over all findings: one workload with three findings is changed once. */
function manifestWork({ views }: LeadFacts): string[] {
  const names = new Set<string>();
  const other = new Set<string>();
  let more = false;
  for (const view of views) {
    for (const finding of toFix(view)) {
      const { place, guide } = fixOf(view.case, finding);
      if (guide.source !== "manifest" && guide.source !== "image") continue;
      more ||= finding.cutOff || finding.componentCount > finding.components.length;
      for (const { namespace, kind, name } of place.workloads) {
        names.add(JSON.stringify([view.case.subject, namespace, kind, name]));
      }
      for (const { namespace, type, name } of place.others) {
        other.add(JSON.stringify([view.case.subject, namespace, type, name]));
      }
    }
  }
  const least = more ? "at least " : "";
  return [
    ...(names.size > 0 ? [`change ${least}${counted(names.size, "workload")}`] : []),
    ...(other.size > 0 ? [`change ${least}${counted(other.size, "object")} of the cluster`] : []),
  ];
}

function settingWork(fixes: readonly Fix[]): string[] {
  const settings = fixes.filter(
    ({ guide, place }) =>
      (guide.source !== "manifest" && guide.source !== "image") ||
      place.workloads.length + place.others.length === 0,
  );
  return settings.length > 0 ? [`put right ${counted(settings.length, "setting")}`] : [];
}

/** Secrets come before everything else, however they are rated. */
function order({ views }: LeadFacts): string {
  const things = views.flatMap((view) => [
    ...toFix(view).map(({ severity }) => severity),
    ...toRebuild(view).flatMap(({ finding }) =>
      aboutOf(finding) === "secret" ? [] : [caseSeverityOf(finding.severity)],
    ),
  ]);
  const high = things.filter((severity) => severity === "High").length;
  if (high === 0 || high === things.length) return "";
  return high === 1 ? ", the high one first" : `, the ${high} high ones first`;
}

function weText(facts: LeadFacts): string {
  const changes = facts.views.flatMap((view) => view.changes);
  if (changes.length === 0) return unchanged(facts);
  const on = changes.filter(({ act }) => act !== "write-tags");
  const tags = changes.length - on.length;
  const did = [
    ...(on.length > 0 ? [`switched on ${counted(on.length, "protection")}`] : []),
    ...(tags > 0 ? [`wrote the tags of ${counted(tags, "resource")}`] : []),
  ];
  return `${joined(did)}${today(facts)}. ${sideEffects(facts)}`.trim();
}

function today({ views, mail, now }: LeadFacts): string {
  const days = new Set(views.flatMap(({ changes }) => changes.map(({ at }) => dayOf(mail, at))));
  const [day] = days;
  if (days.size !== 1 || !day) return "";
  return day === dayOf(mail, now) ? " today" : ` on ${day}`;
}

/** Only what the acts are known for, and only where the case says which policies apply. */
function sideEffects({ views }: LeadFacts): string {
  const acts = views.flatMap(({ changes }) => changes.map(({ act }) => act));
  const gentle = acts.every(
    (act) => act === "enable-addon" || act === "write-tags" || planOf(act) !== null,
  );
  const withAddon = views.filter(({ changes }) =>
    changes.some(({ act }) => act === "enable-addon"),
  );
  const policies = withAddon.map((view) => view.case.facts.inClusterPolicies);
  const free =
    withAddon.length > 0 &&
    policies.every((one) => one && !one.deny && !one.change && !one.unknown);
  const blocks = policies.reduce((sum, one) => sum + (one?.deny ?? 0), 0);
  const said = [
    ...(gentle ? ["no workload was restarted"] : []),
    ...(free ? ["nothing is blocked"] : []),
    ...(blocks > 0
      ? [`${blocks === 1 ? "1 policy" : `${blocks} policies`} can now block deployments`]
      : []),
  ];
  return said.length > 0 ? `${capital(said.join("; "))}.` : "";
}

function unchanged({ views, stage, mail }: LeadFacts): string {
  const [refused] = views.flatMap((view) => view.case.refusals);
  if (refused) {
    return `changed nothing: Azure refused "${actLine(refused.act)}" (${line(refused.code, 60)}).`;
  }
  if (stage === "watch") return "changed nothing: so far this service only watches.";
  if (stage === "tell") return "changed nothing else: so far this service tags and tells.";
  const [left] = views.flatMap((view) => leftOf(view.case));
  if (!left) return "changed nothing new.";
  const what = left.act ? actLine(left.act) : ruleWords[left.rule];
  return `changed nothing new. ${what}: ${line(momentsIn(mail, leftWords(left.reason, left.detail)), 160)}.`;
}

function otherwiseText({ views, mail, nextReminder }: LeadFacts): string {
  const open = views.some((view) => severitiesToFix(view).length > 0);
  const tagged = views.some(({ case: one }) => isTagged(one.facts.tags));
  const said = [
    ...(tagged ? ["the tag guardrail-compliance=noncompliant stays"] : []),
    ...(open && !tagged ? ["what is listed here stays open"] : []),
    ...(open && nextReminder ? [`we remind you on ${shortDayOf(mail, nextReminder)}`] : []),
  ];
  return said.length > 0 ? `${said.join("; ")}.` : "nothing more comes of this mail.";
}

const isTagged = (tags: Readonly<Record<string, string>>): boolean =>
  Object.entries(tags).some(
    ([name, value]) =>
      name.toLowerCase() === "guardrail-compliance" && value.toLowerCase() === "noncompliant",
  );

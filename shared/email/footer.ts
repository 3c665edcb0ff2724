import type { Case } from "../domain/case.ts";
import type { MailRules } from "../domain/policy.ts";
import { code, linked, prose, type Row } from "./document.ts";
import { aboutLink } from "./links.ts";
import { line } from "./plain.ts";
import { shellWord } from "./shell-word.ts";
import { targetOf } from "./target.ts";
import { clockOf, dayOf, isoDayAfter, zoneOf } from "./when.ts";

/** What stands under each mail to owners. */
export interface FooterFacts {
  readonly cases: readonly Case[];
  readonly why: string;
  readonly mail: MailRules;
  readonly now: string;
}

/** How to get out of it, why you, how old it is, what this service is. */
export function ownerFooter(facts: FooterFacts): Row[] {
  return [
    exemption(facts),
    ...pause(facts),
    whyYou(facts.why),
    readAt(facts),
    ...about(facts.mail),
  ];
}

/** When it was read, and what this service is. */
export const shortFooter = (facts: FooterFacts): Row[] => [
  whyYou(facts.why),
  readAt(facts),
  ...about(facts.mail),
];

function exemption({ cases: [first, second] }: FooterFacts): Row {
  const keep = first && !second ? ` Keep "case ${first.id}" in the subject.` : " Name the case.";
  return prose(
    "Cannot fix?",
    `Reply with what, why, until when (at most 180 days).${first ? keep : ""}`,
  );
}

function pause({ cases, mail, now }: FooterFacts): Row[] {
  const clusters = cases.filter(({ kind, gone }) => kind === "cluster" && !gone);
  const [only] = clusters;
  if (!only) return [];
  const tag = `guardrail-pause-until=${isoDayAfter(mail, now, 7)}`;
  const text = `Tag the cluster ${tag} (at most 14 days ahead): we change nothing on it, findings still come.`;
  const command = `az tag update --resource-id ${shellWord(targetOf(only).resourceId)} --operation Merge --tags ${tag}`;
  return [
    prose("Release or incident?", text),
    ...(clusters.length === 1 ? [code("", [command])] : []),
  ];
}

function whyYou(why: string): Row {
  const reason = line(why, 300) || "not known";
  if (reason.startsWith("policy: ")) {
    return prose(
      "Why you:",
      `${reason}. Wrong team? Reply, and we change that line of the policy.`,
    );
  }
  const wrong = /^tag\b/i.test(reason)
    ? "Wrong team? Change that tag."
    : 'Wrong team? Set the tag "owner" on the resource or its resource group.';
  return prose("Why you:", `${reason}. ${wrong}`);
}

function readAt({ cases, mail, now }: FooterFacts): Row {
  const times = cases.map(({ updatedAt }) => updatedAt).sort();
  const [first, last] = [times[0] ?? now, times.at(-1) ?? now];
  const day = dayOf(mail, last) === dayOf(mail, now) ? "" : `${dayOf(mail, last)}, `;
  const span =
    first.slice(0, 16) === last.slice(0, 16)
      ? clockOf(mail, last)
      : `between ${moment(mail, first, last)} and ${clockOf(mail, last)}`;
  return prose("Read from Azure:", `${day}${span} (${zoneOf(mail, last)}).`);
}

const moment = (mail: MailRules, first: string, last: string): string =>
  dayOf(mail, first) === dayOf(mail, last)
    ? clockOf(mail, first)
    : `${dayOf(mail, first)} ${clockOf(mail, first)}`;

function about({ aboutUrl }: MailRules): Row[] {
  const href = aboutLink(aboutUrl);
  return [
    ...linked("About this service:", href ?? "", href),
    prose("", "It never asks you to sign in or for a password."),
  ];
}

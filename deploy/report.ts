import type { Check, Plan } from "./check.ts";
import { idleCost } from "./cost.ts";
import type { Mistake } from "./plan.ts";

const words = { ok: "ok", missing: "MISSING", unknown: "unknown" };
const widest = Math.max(...Object.values(words).map((word) => word.length));

const levels = {
  observe: "may read only",
  act: "may read, enable plans and add-ons, write tags",
  extensions: "may read, act and assign roles (Owner-like)",
};

const stages = {
  off: "nothing is written, nothing mailed",
  watch: "nothing is written; one report a day to the operators",
  tell: "tags and mails to owners; nothing else is changed",
  "fix-new": "tags, mails, and changes on new resources",
  "fix-all": "tags, mails, and changes everywhere",
};

/** The preflight as a person reads it: by scope, one line a check, below it what mends it. */
export function describePreflight(plan: Plan, checks: readonly Check[]): string {
  const titles = widestTitle(checks);
  const scopes = [null, ...new Set([plan.hub, ...plan.watched]), ...groupsOf(plan)];
  return [
    `Container Guardrail preflight of the environment "${plan.environmentName}". It only reads: nothing is changed.`,
    ...scopes.flatMap((about) => {
      const found = checks.filter((check) => check.about === about);
      return found.length === 0 ? [] : ["", heading(plan, about), ...table(found, titles)];
    }),
    "",
    ...creation(plan),
    "",
    ...cost(plan),
    "",
    verdict(checks),
  ].join("\n");
}

/** What is missing before anything can be looked at. */
export function describeMistakes(mistakes: readonly Mistake[]): string {
  const checks = mistakes.map((mistake) => ({
    ...mistake,
    about: null,
    state: "missing" as const,
  }));
  return [
    "Container Guardrail preflight: nothing was looked at yet.",
    "",
    ...table(checks, widestTitle(checks)),
    "",
    verdict(checks),
  ].join("\n");
}

const groupsOf = (plan: Plan): string[] =>
  plan.managementGroups.map((id) => `managementGroup:${id}`);

function heading(plan: Plan, about: string | null): string {
  if (about === null) return "The deployment";
  if (about.startsWith("managementGroup:"))
    return `Management group ${about.split(":")[1]}, watched`;
  const roles = [
    ...(about === plan.hub ? ["the guardrail's own"] : []),
    ...(plan.watched.includes(about) ? ["watched"] : []),
  ];
  return `Subscription ${about}, ${roles.join(" and ")}`;
}

const widestTitle = (checks: readonly Check[]): number =>
  Math.max(...checks.map(({ title }) => title.length));

function table(checks: readonly Check[], titles: number): string[] {
  return checks.flatMap(({ state, title, detail, fix }) => [
    `  ${words[state].padEnd(widest)}  ${title.padEnd(titles)}  ${detail}`,
    ...(fix === null ? [] : [`  ${" ".repeat(widest)}  mend it: ${fix}`]),
  ]);
}

function creation(plan: Plan): string[] {
  return [
    `Will be created in ${plan.location}`,
    `  ${plan.hub}: group rg-${plan.environmentName} with an identity, a function app (Flex Consumption),`,
    "    storage, an event hub, mail (Communication Services), logs, alert rules, a workbook",
    ...plan.watched.map(
      (id) =>
        `  ${id}: group rg-guardrail-spoke with two event topics and Defender's export; roles`,
    ),
    ...plan.managementGroups.map(
      (id) => `  ${id}: nothing yet; infra/rollout is run after this, see docs/operations.md`,
    ),
    `Level ${plan.level}: it ${levels[plan.level]}. Stage ${plan.stage}: ${stages[plan.stage]}.`,
    `Operators: ${plan.operators}. Mail comes from ${plan.mailDomain ?? "a domain managed by Azure"}.`,
  ];
}

function cost(plan: Plan): string[] {
  const { asOf, lines, total } = idleCost(plan);
  return [
    `Idle cost: about $${total.toFixed(0)} a month (list prices of ${asOf}, an estimate)`,
    ...lines.map(({ what, dollars }) => `  $${dollars.toFixed(2).padStart(6)}  ${what}`),
    "  Defender plans that it may enable are billed to the watched subscription; the policy's limit starts at 0.",
  ];
}

function verdict(checks: readonly Check[]): string {
  const count = checks.filter(({ state }) => state === "missing").length;
  if (count === 0) return "Nothing is missing.";
  const what = count === 1 ? "1 thing is" : `${count} things are`;
  return `${what} to be mended first. npm run preflight looks again without deploying.`;
}

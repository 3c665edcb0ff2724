import { planOf } from "../decisions/words.ts";
import type { Case } from "../domain/case.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { MailRules, Prices } from "../domain/policy.ts";
import { actLine } from "./acts.ts";
import { money } from "./cost.ts";
import {
  type Card,
  code,
  cut,
  firstOf,
  prose,
  type Row,
  type Section,
  section,
} from "./document.ts";
import type { Detail } from "./fit.ts";
import { aks, aksUpdate } from "./guide/azure-cli.ts";
import { planInTemplates } from "./guide/plans.ts";
import { capital, line } from "./plain.ts";
import { afterOf, planParts } from "./plan-value.ts";
import { shellWord } from "./shell-word.ts";
import { type Target, targetOf } from "./target.ts";
import { clockOf, dayOf, shortDayOf } from "./when.ts";

/** What telling of changes needs besides them. */
export interface Telling {
  readonly mail: MailRules;
  readonly detail: Detail;
  readonly policyPrices: Prices;
}

/** The changes we made: when, from what to what, what they bring along, how to keep or undo them. */
export function doneSection(
  one: Case,
  made: readonly LedgerEntry[],
  telling: Telling,
): readonly Section[] {
  const { mail, detail } = telling;
  const changes = made.map(asItIs);
  const days = new Set(changes.map(({ at }) => dayOf(mail, at)));
  const [only] = days;
  const sameDay = days.size === 1 && only ? only : null;
  const time = ({ at }: LedgerEntry) =>
    sameDay ? clockOf(mail, at) : `${shortDayOf(mail, at)} ${clockOf(mail, at)}`;
  const short = firstOf(changes.slice(detail.cards), detail.lines);
  return section("Done by us", sameDay, [
    ...changes
      .slice(0, detail.cards)
      .map((change) =>
        changeCard(one, change, { time: time(change), prices: telling.policyPrices }),
      ),
    ...changesInShort(
      short.shown.map((change) => ({ one, change })),
      telling,
    ),
    ...cut([], 0, short.rest),
  ]);
}

/** A change and whose it is. */
export interface Made {
  readonly one: Case;
  readonly change: LedgerEntry;
}

/** Changes in short: one card for all that are alike, with where and when, and the way back of each. */
export function changesInShort(
  made: readonly Made[],
  { mail, policyPrices: { currency } }: Telling,
): readonly Card[] {
  const changes = made.map(({ one, change }) => ({ one, change: asItIs(change) }));
  const groups = Map.groupBy(changes, ({ change }) => titleOf(change));
  return [...groups].map(([title, alike]) => {
    const undo = new Set(alike.flatMap(({ one, change }) => undoCommand(one, change) ?? []));
    const where = alike.map(({ one, change: { at, addedCost } }) => {
      const cost = addedCost ? `, about ${perMonth(addedCost, currency)}` : "";
      return `${line(one.name, 63)}, ${shortDayOf(mail, at)} ${clockOf(mail, at)}${cost}`;
    });
    return {
      ...{ kind: "card", mark: null, severity: null, title },
      body: `${where.join("; ")}.`,
      rows: undo.size > 0 ? [code("Undo", [...undo])] : [],
    };
  });
}

const asItIs = (change: LedgerEntry): LedgerEntry => ({ ...change, after: afterOf(change) });

const titleOf = ({ act, before, after }: LedgerEntry): string =>
  `${actLine(act)}: ${inShort(before)} → ${inShort(after)}, read back`;

function changeCard(
  one: Case,
  change: LedgerEntry,
  { time, prices }: { readonly time: string; readonly prices: Prices },
): Card {
  const undo = undoCommand(one, change);
  return {
    kind: "card",
    mark: time,
    severity: null,
    title: titleOf(change),
    body: null,
    rows: [
      ...inFull("Before", change.before),
      ...inFull("After", change.after),
      ...(change.reason
        ? [prose("Why", `${capital(line(change.reason, 300)).replace(/\.$/, "")}.`)]
        : []),
      ...effects(one, change),
      ...costOf(change, prices),
      ...keep(change),
      ...(undo
        ? [code("Undo", [undo]), prose("", "We then leave it for 7 days. Reply and tell us why.")]
        : []),
    ],
  };
}

/** What stands before the details of a value, such as `on` of `on: this, that`. */
const inShort = (value: string | null): string =>
  line(line(value ?? "not set", 200).split(/[:;]\s/)[0] ?? "", 60);

const inFull = (label: string, value: string | null): readonly Row[] =>
  value !== null && line(value, 400) !== inShort(value) ? [prose(label, line(value, 400))] : [];

function effects(one: Case, { act, before, after }: LedgerEntry): readonly Row[] {
  if (act === "enable-addon") {
    return [
      prose(
        "Effect",
        "New pods in gatekeeper-system and kube-system. No workload is restarted.",
        blocking(one),
      ),
    ];
  }
  if (act === "enable-sensor") {
    return [prose("Effect", "The sensor's own pods start on each node and take CPU and memory.")];
  }
  if (act === "write-tags") return [prose("Effect", "Tags only: nothing restarts.")];
  if (!planOf(act)) return [];
  const sensor =
    after?.includes("ContainerSensor") && !before?.includes("ContainerSensor")
      ? [" Its extension ContainerSensor lets Defender start pods of its own on nodes."]
      : [];
  return [
    prose("Effect", `Azure bills it from now on. No workload is restarted.${sensor.join("")}`),
  ];
}

/** What the change adds to the bill; what that rests on stands with the estimates. */
const costOf = ({ addedCost }: LedgerEntry, { currency }: Prices): readonly Row[] =>
  addedCost ? [prose("Cost", `About ${perMonth(addedCost, currency)}, an estimate.`)] : [];

const perMonth = (amount: number, currency: string): string =>
  `${money(Math.round(amount), currency)} a month`;

/** Whether the policies that apply in the cluster block deployments, as far as the case knows. */
export function blocking({ facts: { inClusterPolicies: policies } }: Case): string {
  if (!policies) return "Which policies apply in this cluster is not known to us.";
  if (policies.total === 0) return "No policy applies in this cluster yet.";
  const apply = policies.total === 1 ? "1 policy applies" : `${policies.total} policies apply`;
  const { deny, change = 0, unknown = 0 } = policies;
  const said = [
    ...(deny > 0 ? [`${deny} of them can block a deployment that violates them`] : []),
    ...(change > 0 ? [`${change} of them can change what is deployed`] : []),
    ...(unknown > 0 ? [`what ${unknown} of them can block is not known to us`] : []),
  ];
  return `${apply} here; ${said.join("; ") || "none of them blocks a deployment"}.`;
}

function keep({ act, after }: LedgerEntry): readonly Row[] {
  if (act === "enable-addon") {
    return [
      code("Terraform", ["azure_policy_enabled = true"]),
      code("Bicep", ["addonProfiles: { azurepolicy: { enabled: true } }"]),
      prose("", "Without that line your next apply switches it off again."),
    ];
  }
  if (act === "enable-sensor") {
    return [
      code("Terraform", ["microsoft_defender { log_analytics_workspace_id = var.workspace_id }"]),
      code("Bicep", [
        "securityProfile: { defender: { logAnalyticsWorkspaceResourceId: workspaceId, securityMonitoring: { enabled: true } } }",
      ]),
    ];
  }
  if (act === "write-tags") {
    return [
      code("Terraform", [
        'lifecycle { ignore_changes = [tags["guardrail-compliance"], tags["guardrail-since"]] }',
      ]),
    ];
  }
  const plan = planOf(act);
  if (!plan) return [];
  const { subPlan, extensions } = planParts(after);
  return planInTemplates(plan, subPlan, extensions).map(({ label, lines }) => code(label, lines));
}

function undoCommand(one: Case, { act, before, after }: LedgerEntry): string | null {
  const target = targetOf(one);
  const plan = planOf(act);
  if (plan) return undoPlan(line(plan, 60), { before, after }, target);
  if (act === "write-tags") return undoTags(target, { before, after });
  if (!target.resourceGroup) return null;
  if (act === "enable-addon") return aks("disable-addons", target, "-a azure-policy");
  return act === "enable-sensor" ? aksUpdate(target, "--disable-defender") : null;
}

type Values = Pick<LedgerEntry, "before" | "after">;

/** Off again, or, where the plan was on before, as it was: what we added off, all else named as on. */
function undoPlan(plan: string, { before, after }: Values, { subscriptionId }: Target): string {
  const command = `az security pricing create -n ${shellWord(plan)}`;
  const scope = `--subscription ${shellWord(subscriptionId)}`;
  if (!before?.startsWith("on")) return `${command} --tier free ${scope}`;
  const { subPlan, extensions } = planParts(before);
  const each = planParts(after).extensions.map(
    (name) =>
      ` --extensions name=${name} isEnabled=${extensions.includes(name) ? "True" : "False"}`,
  );
  return `${command} --tier standard${subPlan ? ` --subplan ${subPlan}` : ""}${each.join("")} ${scope}`;
}

/** Only tags of ours: back to their earlier values, or gone where there were none. */
function undoTags({ resourceId }: Target, { before, after }: Values): string | null {
  const ours = (value: string | null) =>
    value?.match(/guardrail-(?:compliance|since)=[\w-]+/g)?.join(" ") ?? "";
  const [earlier, now] = [ours(before), ours(after)];
  if (!now) return null;
  const operation = earlier ? `Merge --tags ${earlier}` : `Delete --tags ${now}`;
  return `az tag update --resource-id ${shellWord(resourceId)} --operation ${operation}`;
}

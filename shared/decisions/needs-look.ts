import type { EstateCluster } from "../azure/ports.ts";
import type { Case } from "../domain/case.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Finding } from "../domain/finding.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import { subscriptionSubject } from "../domain/resource-id.ts";
import { exemptionFor } from "./exemptions.ts";
import { isOpenFinding } from "./findings.ts";
import { legacyOn } from "./legacy-plans.ts";
import { isReadDirectly } from "./own-reading.ts";
import { planGap } from "./plan-gap.ts";
import { planNamed } from "./plan-objections.ts";
import { ownTags } from "./tagging.ts";

/**
 * Why a scan puts a cluster on the agenda, or null when its row says nothing that its case does not
 * say already.
 */
export function needsLook(
  row: EstateCluster,
  known: Case | null,
  inForce: InForce,
  now: string,
): string | null {
  const isExempt = (rule: RuleName) =>
    exemptionFor(inForce.policy, { subject: row.id, rule }, now) !== null;
  const lacks = gapsOf(row).filter(({ rule }) => !isExempt(rule));
  if (!known) {
    const [gap] = lacks;
    if (gap) return gap.title;
    return saysNoncompliant(row) ? "its tag says noncompliant" : null;
  }
  return (
    decidedAnew(known, inForce, isExempt) ??
    startedAgain(row, known) ??
    differs(lacks, known) ??
    tagsDiffer(row, known)
  );
}

interface Gap {
  readonly key: string;
  readonly rule: RuleName;
  readonly title: string;
}

function gapsOf(row: EstateCluster): readonly Gap[] {
  const violated = row.nonCompliant
    .filter((one) => !isReadDirectly(one))
    .map((definition) => ({
      key: `policy:${definition.toLowerCase()}`,
      rule: "compliance" as const,
      title: `it violates ${definition}`,
    }));
  return [
    ...(row.addonOn ? [] : [{ key: "addon", rule: "addon" as const, title: "add-on off" }]),
    ...(row.sensorOn ? [] : [{ key: "sensor", rule: "sensor" as const, title: "sensor off" }]),
    ...violated,
  ];
}

const saysNoncompliant = ({ tags }: EstateCluster): boolean =>
  Object.entries(tags).some(
    ([name, value]) => name.toLowerCase() === ownTags.verdict && value === "noncompliant",
  );

/** What rules has changed since the case was decided. */
export function decidedAnew(
  known: Case,
  { hash, stage, stopped }: InForce,
  isExempt: (rule: RuleName) => boolean,
): string | null {
  if (known.gone) return "it is back";
  if (known.policyHash !== hash) return "the policy has changed";
  if (known.stage !== stage) return "the stage has changed";
  const leftFor = (reason: string) =>
    known.decisions.filter((one) => one.kind === "leave" && one.reason === reason);
  if (!stopped && leftFor("stopped-by-operator").length > 0) return "changes are no longer stopped";
  if (leftFor("exempt").some(({ rule }) => !isExempt(rule))) return "an exemption has ended";
  return null;
}

function startedAgain({ powerState }: EstateCluster, known: Case): string | null {
  const wasStopped = known.decisions.some(
    (one) => one.kind === "leave" && one.reason === "stopped",
  );
  return wasStopped && powerState.toLowerCase() === "running" ? "it runs again" : null;
}

/** What the row shows and the case does not, or the other way round. */
function differs(lacks: readonly Gap[], known: Case): string | null {
  const open = known.findings.filter(isOpenFinding);
  const fresh = lacks.find(({ key }) => !open.some((finding) => finding.key === key));
  if (fresh) return fresh.title;
  const over = open.filter(isInRow).find(({ key }) => !lacks.some((gap) => gap.key === key));
  return over ? `perhaps fixed: ${over.title}` : null;
}

/** The same for a resource of which a row shows only the policies that it violates. */
export function settingsDiffer(
  violated: readonly { readonly key: string; readonly title: string }[],
  known: Pick<Case, "findings">,
): string | null {
  const open = known.findings.filter(
    (finding) => isOpenFinding(finding) && finding.key.startsWith("policy:"),
  );
  const fresh = violated.find(({ key }) => !open.some((finding) => finding.key === key));
  if (fresh) return fresh.title;
  const over = open.find(({ key }) => !violated.some((gap) => gap.key === key));
  return over ? `perhaps fixed: ${over.title}` : null;
}

/** What is found inside a cluster shows in a row only in part. */
const isInRow = ({ key, part }: Finding): boolean =>
  key === "addon" || key === "sensor" || (key.startsWith("policy:") && part === "configuration");

/** Our tags, as we wrote them, are gone, and that is not yet noted. */
export function tagsDiffer(
  { tags }: Pick<EstateCluster, "tags">,
  { writes }: Pick<Case, "writes">,
): string | null {
  const write = writes.find(({ act }) => act === "write-tags");
  if (!write || (write.takenBackAt !== null && write.takenBackAt >= write.at)) return null;
  const present = new Set(
    Object.entries(tags).map(([name, value]) => `${name.toLowerCase()}=${value}`),
  );
  const gone = write.value.split(", ").some((tag) => tag !== "" && !present.has(tag));
  return gone ? "our tags are gone" : null;
}

/** One subscription as a scan sees it. */
export interface EstateSubscription {
  readonly id: string;
  readonly plans: readonly DefenderPlan[];
  /** Clusters, registries and Arc clusters in it. */
  readonly resources: number;
  /** Those of them that have nodes: all but registries. */
  readonly clusters: number;
}

/** Why a scan puts a subscription on the agenda, or null. */
export function subscriptionNeedsLook(
  row: EstateSubscription,
  known: Case | null,
  inForce: InForce,
  now: string,
): string | null {
  const isExempt = (rule: RuleName) =>
    exemptionFor(inForce.policy, { subject: subscriptionSubject(row.id), rule }, now) !== null;
  const lacks = planGapsOf(row, inForce).filter(({ rule }) => !isExempt(rule));
  if (!known) return lacks[0]?.title ?? null;
  const anew = decidedAnew(known, inForce, isExempt);
  if (anew) return anew;
  const open = known.findings.filter(isOpenFinding);
  const fresh = lacks.find((gap) => isNews(gap, known));
  if (fresh) return fresh.title;
  const over = open
    .filter(({ part }) => part === "plans")
    .find(({ key }) => !lacks.some((gap) => gap.key === key));
  return over ? `perhaps fixed: ${over.title}` : null;
}

/** A gap that the case neither holds as a finding nor has decided to leave as not required. */
function isNews({ key, rule }: Gap, known: Case): boolean {
  const isOpen = known.findings.some((one) => one.key === key && isOpenFinding(one));
  const plan = key.replace(/^plan:/, "");
  const isSettled = known.decisions.some(
    (one) =>
      one.kind === "leave" &&
      one.rule === rule &&
      (one.act === `enable-plan:${plan}` || one.act === null) &&
      ["not-required", "compliant"].includes(one.reason),
  );
  return !isOpen && !isSettled;
}

function planGapsOf(
  { plans, resources, clusters }: EstateSubscription,
  { policy }: InForce,
): readonly Gap[] {
  const { rules } = policy;
  const always = rules.plans.when === "always";
  if (!always && resources === 0) return [];
  const legacy = legacyOn({ kind: "known", value: plans }).length > 0;
  const baseline = Object.entries(rules.plans.baseline)
    .filter(([name, wanted]) => planGap(planNamed(plans, name), wanted) !== null)
    .map(([name]) => ({ key: `plan:${name}`, rule: "plans" as const, title: `plan ${name}` }));
  const servers = planGap(planNamed(plans, "VirtualMachines"), {
    subPlan: rules.servers.subPlan,
    extensions: [],
  });
  return [
    ...baseline,
    ...(legacy
      ? [{ key: "legacy-plans", rule: "legacyPlans" as const, title: "an older plan" }]
      : []),
    ...(servers && (always || clusters > 0)
      ? [{ key: "plan:VirtualMachines", rule: "servers" as const, title: "plan VirtualMachines" }]
      : []),
  ];
}

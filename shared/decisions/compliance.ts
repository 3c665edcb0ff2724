import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import { type Cluster, readiness } from "../domain/cluster.ts";
import type { Decision } from "../domain/decision.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Finding, Part } from "../domain/finding.ts";
import type { InForce } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import type { Compliance } from "../domain/violation.ts";
import { alertFindings, isAlertFinding, isOutdated } from "./alerts.ts";
import { clusterFindings, isExcused } from "./cluster-findings.ts";
import { clusterParts } from "./cluster-parts.ts";
import { type FindingToBe, isOpenFinding, mergeFindings } from "./findings.ts";
import { isNoReports, noReports } from "./no-reports.ts";
import { after, hasPassed } from "./time.ts";
import { nextUnknownLook, type UnknownLook } from "./unknown-looks.ts";

/** What was read of a cluster, after what could be put right was. */
export interface ClusterFacts {
  readonly cluster: Cluster;
  /** What was decided about the add-on, or became of it. */
  readonly addon: Decision;
  readonly sensor: Decision;
  /** What Azure Policy says of the cluster's own settings. */
  readonly control: Known<Compliance>;
  /** What it says of things inside the cluster. */
  readonly workload: Known<Compliance>;
  readonly plans: Known<readonly DefenderPlan[]>;
  readonly alerts: readonly DefenderAlert[];
  /** When we switched the add-on on; null = it was not us, or it is off. */
  readonly addonOnSince: string | null;
  readonly case: Case | null;
  readonly now: string;
}

/** Whether a cluster is as it should be; unknown when something that decides it cannot be seen. */
export type Verdict = "compliant" | "noncompliant" | "unknown";

/** What a look at a cluster comes to. */
export interface ClusterJudgement {
  readonly findings: readonly Finding[];
  readonly parts: readonly Part[];
  readonly verdict: Verdict;
  readonly unknownLooks: number;
  readonly lookAgain: Case["lookAgain"];
}

/** How long an add-on that just came on may take for its first whole report. */
export const firstReport = { minutes: 45 };

/**
 * Judges a cluster by what could be seen of it. A missing report never counts as a good one, and
 * findings that this look could not see stay as they were.
 */
export function judgeCluster(facts: ClusterFacts, inForce: InForce): ClusterJudgement {
  const darkness = darknessOf(facts);
  const again = lookAgainAt(facts, darkness);
  const findings = mergeFindings(facts.case?.findings ?? [], {
    seen: [
      ...clusterFindings({ ...facts, workload: workloadSeen(facts) }, inForce),
      ...alertFindings(facts.alerts, facts.case?.findings ?? [], facts.now),
      ...unreported(darkness, again),
    ],
    isClear: (finding) => isClear(finding, darkness, facts.now),
    isExcused: ({ rule }) => isExcused(rule, facts, inForce),
    now: facts.now,
  });
  return {
    findings,
    parts: clusterParts({ findings, plans: facts.plans, cluster: facts.cluster, darkness }),
    verdict: verdictOf(findings, darkness),
    ...again,
  };
}

interface Darkness {
  readonly configuration: string | null;
  readonly workload: string | null;
  /** Whether reports are missing that should come by themselves. */
  readonly reportsMissing: boolean;
}

function darknessOf(facts: ClusterFacts): Darkness {
  const { cluster, control, workload } = facts;
  const configuration = notConclusive(control);
  const inside = insideNotConclusive(facts);
  const wouldReport = readiness(cluster) !== "stopped";
  const silent = configuration !== null || (cluster.addon.on && notConclusive(workload) !== null);
  return { configuration, workload: inside, reportsMissing: wouldReport && silent };
}

/** Without the add-on nothing inside is judged; what Azure still shows is old. */
function insideNotConclusive(facts: ClusterFacts): string | null {
  if (!facts.cluster.addon.on) {
    return "the Azure Policy add-on is off: nothing inside the cluster is judged";
  }
  const silence = notConclusive(facts.workload);
  if (!isSettling(facts)) return silence;
  return "the Azure Policy add-on has just come on: its first whole report takes 45 minutes";
}

const isSettling = ({ cluster, addonOnSince, now }: ClusterFacts): boolean =>
  cluster.addon.on && addonOnSince !== null && !hasPassed(addonOnSince, firstReport, now);

const workloadSeen = ({ cluster, workload }: ClusterFacts): Known<Compliance> | null =>
  cluster.addon.on ? workload : null;

/** Why the absence of violations proves nothing; null = it does. */
export function notConclusive(compliance: Known<Compliance>): string | null {
  if (compliance.kind === "unreadable") return compliance.why;
  const { violations, compliant, undecided } = compliance.value;
  const open = Object.entries(undecided).filter(([, count]) => count > 0);
  if (open.length > 0) {
    const list = open.map(([state, count]) => `${count} ${state}`).join(", ");
    return `Azure Policy could not decide everything: ${list}`;
  }
  return violations.length === 0 && compliant === 0 ? "Azure Policy has no report on it" : null;
}

/** Whether a finding that is not seen any more is over. */
function isClear(finding: Finding, darkness: Darkness, now: string): boolean {
  if (isAlertFinding(finding)) return isOutdated(finding, now);
  if (finding.rule === "addon" || finding.rule === "sensor") return true;
  if (isNoReports(finding)) return !darkness.reportsMissing;
  return finding.part === "workload" ? darkness.workload === null : darkness.configuration === null;
}

function verdictOf(findings: readonly Finding[], darkness: Darkness): Verdict {
  const open = findings.filter((finding) => isOpenFinding(finding) && countsAgainst(finding));
  if (open.length > 0) return "noncompliant";
  return darkness.configuration === null && darkness.workload === null ? "compliant" : "unknown";
}

/** Alerts are told, but they do not make a cluster noncompliant; nor does what is not known. */
const countsAgainst = (finding: Finding): boolean =>
  !isAlertFinding(finding) && !isNoReports(finding);

function unreported(darkness: Darkness, again: UnknownLook): readonly FindingToBe[] {
  if (!darkness.reportsMissing) return [];
  const part = darkness.configuration === null ? "workload" : "configuration";
  return noReports({ noun: "cluster", part }, again);
}

function lookAgainAt(facts: ClusterFacts, darkness: Darkness): UnknownLook {
  const { addonOnSince } = facts;
  if (isSettling(facts) && addonOnSince !== null) {
    const at = after(addonOnSince, { ...firstReport, seconds: 1 });
    return { unknownLooks: 0, lookAgain: { at, why: "the add-on's first report is due by then" } };
  }
  return nextUnknownLook(facts.case, darkness.reportsMissing, facts.now);
}

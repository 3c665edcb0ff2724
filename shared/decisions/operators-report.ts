import type { SeenSubscription } from "../azure/table-ports.ts";
import type { Case } from "../domain/case.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type {
  ChangedLine,
  FaultLine,
  LeftLine,
  MailLoad,
  OperatorsReport,
  RefusedLine,
  ReportSubject,
  SilentFeed,
  SubscriptionReach,
  UntoldLine,
  VerdictCounts,
} from "../domain/operators-report.ts";
import type { InForce } from "../domain/policy.ts";
import { isAlertFinding } from "./alerts.ts";
import { isOpenFinding } from "./findings.ts";
import { expectedIds, isExpected } from "./in-scope.ts";
import { nextStage, ownersOf } from "./next-stage.ts";
import { isNoReports } from "./no-reports.ts";
import { hasPassed } from "./time.ts";

/** What the operators' report is made of. */
export interface OperatorsFacts {
  readonly inForce: InForce;
  readonly now: string;
  /** ISO time of the report before; null = this is the first. */
  readonly since: string | null;
  /** ISO time at which the last scan began; null = none has. */
  readonly lastScan: string | null;
  /** Subscriptions ever seen. */
  readonly subscriptions: readonly Omit<SeenSubscription, "firstSeen">[];
  /** Feeds that events come from, by a name for people; null = never an event. */
  readonly feeds: Readonly<Record<string, string | null>>;
  /** All cases. */
  readonly cases: readonly Case[];
  /** Clusters in the estate, with a case or without. */
  readonly clusters: number;
  /** Registries in the estate, with a case or without. */
  readonly registries: number;
  readonly quarantined: number;
  readonly mailsAnHour: number;
}

const silentAfter = { days: 7 };
/** Share of the mail quota that is kept for urgent mails. */
const keptForUrgent = 0.2;

/** What the operators are told: how far we see, what was done, what was not, and what comes next. */
export function operatorsReport(facts: OperatorsFacts): OperatorsReport {
  const { inForce, since } = facts;
  const left = new Set(
    facts.subscriptions.filter(({ outOfScope }) => outOfScope).map(({ id }) => id.toLowerCase()),
  );
  const cases = facts.cases.filter(({ gone, subscriptionId: id }) => {
    const outOfScope = left.has(id.toLowerCase());
    return !gone && isExpected(inForce.policy, { id, outOfScope });
  });
  return {
    stage: inForce.stage,
    stageSince: inForce.stageSince,
    stopped: inForce.stopped,
    since,
    subscriptions: reachOf(facts),
    clusters: countsOf(cases, { kind: "cluster", total: facts.clusters }),
    registries: countsOf(cases, { kind: "registry", total: facts.registries }),
    silentFeeds: silentFeeds(facts),
    changed: cases.flatMap((one) => changedLines(one, since)),
    left: cases.flatMap(leftLines),
    refused: cases.flatMap(refusedLines),
    untold: [...cases.flatMap(untoldLines), ...cases.flatMap(missedLines)],
    faults: cases.flatMap(faultLines),
    quarantined: facts.quarantined,
    nextStage: nextStage(cases, inForce),
    currency: inForce.policy.prices.currency,
    mailLoad: mailLoad(cases, facts.mailsAnHour),
  };
}

/** How far the last scan saw. */
function reachOf({ subscriptions, inForce, lastScan }: OperatorsFacts): SubscriptionReach {
  const seen = new Map(subscriptions.map((one) => [one.id.toLowerCase(), one]));
  const expected = expectedIds(inForce.policy, subscriptions);
  const isReadable = (id: string) => {
    const lastSeen = seen.get(id)?.lastSeen;
    return lastScan !== null && lastSeen !== undefined && lastSeen >= lastScan;
  };
  const missing = expected.filter((id) => !isReadable(id));
  return {
    expected: expected.length,
    readable: expected.length - missing.length,
    unreadable: missing.map((id) => ({ id, name: seen.get(id)?.name ?? null })),
  };
}

function countsOf(
  cases: readonly Case[],
  { kind, total }: { readonly kind: Case["kind"]; readonly total: number },
): VerdictCounts {
  const own = cases.filter((one) => one.kind === kind);
  const noncompliant = own.filter(isNoncompliant).length;
  const unknown = own.filter((one) => !isNoncompliant(one) && isDark(one)).length;
  const all = Math.max(total, own.length);
  return { total: all, compliant: all - noncompliant - unknown, noncompliant, unknown };
}

const isNoncompliant = ({ findings }: Case): boolean =>
  findings.some((one) => isOpenFinding(one) && !isAlertFinding(one) && !isNoReports(one));

const isDark = ({ parts }: Case): boolean =>
  parts.some(
    ({ name, status }) =>
      status === "unreadable" && ["configuration", "workload", "images"].includes(name),
  );

const silentFeeds = ({ feeds, now }: OperatorsFacts): readonly SilentFeed[] =>
  Object.entries(feeds)
    .filter(([, last]) => last === null || hasPassed(last, silentAfter, now))
    .map(([name, lastEvent]) => ({ name, lastEvent }));

const subjectOf = ({ id, subject, name, subscriptionName }: Case): ReportSubject => ({
  caseId: id,
  subject,
  name,
  subscriptionName,
});

const changedLines = (one: Case, since: string | null): readonly ChangedLine[] =>
  one.history
    .filter((entry) => entry.kind === "change" && isAfter(entry, since))
    .map(({ at, act, before, after, addedCost }) => ({
      ...subjectOf(one),
      at,
      act,
      before,
      after,
      addedCost,
    }));

const isAfter = ({ at }: Pick<LedgerEntry, "at">, since: string | null): boolean =>
  since === null || Date.parse(at) > Date.parse(since);

const fine = ["compliant", "not-required"];

const leftLines = (one: Case): readonly LeftLine[] =>
  one.decisions.flatMap((decision) =>
    decision.kind === "leave" && !fine.includes(decision.reason)
      ? [{ ...subjectOf(one), reason: decision.reason, detail: decision.detail }]
      : [],
  );

const refusedLines = (one: Case): readonly RefusedLine[] =>
  one.refusals.map(({ at, act, code, message, fix }) => ({
    ...subjectOf(one),
    at,
    act,
    code,
    message,
    fix,
  }));

function untoldLines(one: Case): readonly UntoldLine[] {
  const { recipients, findings, closedAt } = one;
  const hasNews = closedAt === null && findings.some(isOpenFinding);
  if (!hasNews || (recipients && recipients.to.length > 0)) return [];
  const dropped = recipients?.dropped.map(({ address, why }) => `${address}: ${why}`) ?? [];
  const why = [recipients?.why ?? "nobody was looked for yet", ...dropped].join("; ");
  return [{ ...subjectOf(one), who: "owner", why }];
}

function missedLines(one: Case): readonly UntoldLine[] {
  const count = one.missedByContact?.length ?? 0;
  if (count === 0) return [];
  const alerts = count === 1 ? "1 alert" : `${count} alerts`;
  const why = `the security contact cannot be read, and has not heard of ${alerts}`;
  return [{ ...subjectOf(one), who: "security contact", why }];
}

const faultLines = (one: Case): readonly FaultLine[] =>
  one.fault ? [{ ...subjectOf(one), ...one.fault }] : [];

function mailLoad(cases: readonly Case[], mailsAnHour: number): MailLoad {
  return {
    owners: ownersOf(cases),
    sendsAnHour: Math.max(1, mailsAnHour - Math.ceil(mailsAnHour * keptForUrgent)),
  };
}

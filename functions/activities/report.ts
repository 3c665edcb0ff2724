import type { Gateways } from "../../shared/azure/ports.ts";
import { operatorsReport } from "../../shared/decisions/operators-report.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { Digest } from "../../shared/domain/notice.ts";
import { systemSubjects } from "../../shared/domain/subject.ts";
import { operatorsMail } from "../../shared/email/operators-mail.ts";
import { operatorsKey } from "./delivery.ts";
import type { InForceSource } from "./in-force.ts";
import type { MailQuota } from "./pace.ts";

/** Feeds by the name of the function that takes them in, as people call them. */
const feedNames = {
  defenderEvents: "Defender alerts and findings",
  resourceChanges: "Changes of resources",
  policyStates: "Azure Policy states",
} as const;

/** Two reports of scans that were asked for within a day would be one too many. */
const pause = 20 * 3_600_000;

type Parts = Pick<Gateways, "digests" | "cases" | "system" | "quarantine" | "agenda">;

/** What a report is about. */
export interface ReportInput {
  readonly subject: string;
  /** Operation id of the mail: a repeat freezes the same one. */
  readonly operationId: string;
  /** ISO time at which the scan began. */
  readonly at: string;
  /** Clusters that the scan read. */
  readonly clusters: number;
  /** Registries that the scan read. */
  readonly registries: number;
}

/** The operators' report. Tables: digests, cases, system, quarantine, agenda. */
export const reportActivities = (
  parts: Parts,
  source: InForceSource,
  facts: { readonly quota: MailQuota; now(): string },
) => ({
  /** Freezes the report of a scan for the operators, one a day. */
  reportToOperators: async (input: ReportInput) => {
    const inForce = await source.recent();
    const { mail } = inForce.policy;
    if (inForce.stage === "off" || mail.operators.length === 0 || mail.from === null) {
      return { kind: "nobody" as const };
    }
    const now = facts.now();
    const reports = await earlierReports(parts, input.operationId);
    const [last] = reports;
    if (last && Date.parse(now) - Date.parse(last.frozenAt) < pause) {
      return { kind: "told-today" as const };
    }
    const [subscriptions, feeds, cases, quarantined] = await Promise.all([
      parts.system.subscriptions(),
      parts.system.feeds(),
      allCases(parts),
      parts.quarantine.list(),
    ]);
    const report = operatorsReport({
      inForce,
      now,
      since: reports.find(({ status }) => status === "sent")?.frozenAt ?? null,
      lastScan: input.at,
      subscriptions,
      feeds: named(feeds),
      cases,
      clusters: input.clusters,
      registries: input.registries,
      quarantined: quarantined.length,
      mailsAnHour: facts.quota.perHour,
    });
    await parts.digests.freeze(operatorsKey, {
      id: input.operationId,
      recipients: mail.operators,
      urgent: false,
      notices: [],
      message: operatorsMail(report, mail, now),
      status: "sending",
      frozenAt: now,
      sentAt: null,
      attempts: 0,
      outcome: null,
    });
    const { delivery } = systemSubjects;
    await parts.agenda.mark({ subject: delivery, kind: "delivery", at: now });
    return { kind: "frozen" as const };
  },
});

/** The reports before this one, newest first; one of the same id is this one, frozen by an attempt that was killed. */
async function earlierReports({ digests }: Parts, operationId: string): Promise<readonly Digest[]> {
  const reports = await digests.ofOwners(operatorsKey);
  return reports.filter(({ id }) => id !== operationId);
}

async function allCases({ cases }: Parts): Promise<readonly Case[]> {
  const all: Case[] = [];
  let next: string | null = null;
  do {
    const page: { rows: readonly Case[]; next: string | null } = await cases.list({}, next);
    all.push(...page.rows);
    next = page.next;
  } while (next !== null);
  return all;
}

const named = (feeds: Readonly<Record<string, string>>): Readonly<Record<string, string | null>> =>
  Object.fromEntries(Object.entries(feedNames).map(([feed, name]) => [name, feeds[feed] ?? null]));

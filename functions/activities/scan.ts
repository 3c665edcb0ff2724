import type { EstateCluster, Gateways } from "../../shared/azure/ports.ts";
import type { AgendaGateway } from "../../shared/azure/table-ports.ts";
import { inScope } from "../../shared/decisions/in-scope.ts";
import { needsLook, subscriptionNeedsLook } from "../../shared/decisions/needs-look.ts";
import { after, before } from "../../shared/decisions/time.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Page } from "../../shared/domain/page.ts";
import type { Wait } from "../../shared/domain/refusal.ts";
import { canonicalId, isRegistryId, subscriptionSubject } from "../../shared/domain/resource-id.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import { isWait } from "../../shared/durable/patience.ts";
import type { InForceSource } from "./in-force.ts";

/** What one page of the scan came to. */
export interface ScannedPage {
  readonly kind: "page";
  /** Rows read. */
  readonly read: number;
  /** Subjects put on the agenda. */
  readonly marked: number;
  readonly next: string | null;
}

/** One page of the scan: what to read, and since when the scan runs. */
export interface ScanPage {
  readonly subject: string;
  readonly next: string | null;
  /** ISO time at which the scan began. */
  readonly at: string;
}

/**
 * The scan, one activity a page: query Azure, read that page's cases, decide, put on the agenda what
 * needs a look. Azure actions: Microsoft.ResourceGraph/resources/read and the reads of the types asked
 * for. Tables: cases, alerts, agenda, system.
 */
export const scanActivities = (
  gateways: Pick<Gateways, "estate" | "cases" | "alerts" | "agenda" | "system">,
  source: InForceSource,
  now: () => string,
) => ({
  /** Notes which subscriptions that can be read are in scope; what follows looks into these. */
  scanSubscriptions: async (input: ScanPage): Promise<ScannedPage | Wait> => {
    const page = await gateways.estate.subscriptions(input.next);
    if (isWait(page)) return page;
    const { policy } = await source.recent();
    const isIn = ({ id, managementGroups }: (typeof page.rows)[number]) =>
      inScope(policy, { subscriptionId: id, managementGroups });
    const watched = page.rows.filter(isIn).map(({ id, name }) => ({ id, name }));
    const outside = page.rows.filter((row) => !isIn(row)).map(({ id }) => id);
    await gateways.system.noteSubscriptions(watched, input.at, outside);
    return scanned(page, { read: watched.length, marked: 0 });
  },

  /**
   * Holds each subscription's plans against what it has to protect. One step for the whole estate: a
   * subscription's plans can stand on two pages, and one without any stands on none.
   */
  scanPlans: async (input: ScanPage): Promise<ScannedPage | Wait> => {
    const [plans, protects] = [
      await allPages((next) => gateways.estate.plans(next)),
      await allPages((next) => gateways.estate.protectedKinds(next)),
    ];
    if (isWait(plans)) return plans;
    if (isWait(protects)) return protects;
    const [inForce, watched] = await Promise.all([source.recent(), watchedIds(gateways, input.at)]);
    const ids = [...watched];
    const cases = await gateways.cases.findMany(ids.map(subscriptionSubject));
    const bySubject = new Map(cases.map((one) => [one.subject, one]));
    const due = ids.filter((id) => {
      const own = <T extends { readonly subscriptionId: string }>(rows: readonly T[]) =>
        rows.filter((row) => row.subscriptionId.toLowerCase() === id);
      const row = {
        id,
        plans: own(plans).map(({ plan }) => plan),
        resources: own(protects).reduce((sum, { resources }) => sum + resources, 0),
        clusters: own(protects).reduce((sum, { clusters }) => sum + clusters, 0),
      };
      const known = bySubject.get(subscriptionSubject(id)) ?? null;
      return subscriptionNeedsLook(row, known, inForce, now()) !== null;
    });
    const marks = due.map((id) => ({
      subject: subscriptionSubject(id),
      kind: "subscription" as const,
    }));
    await markAll(gateways.agenda, marks, now());
    return { kind: "page", read: ids.length, marked: marks.length, next: null };
  },

  scanClusters: async (input: ScanPage): Promise<ScannedPage | Wait> => {
    const page = await gateways.estate.clusters(input.next);
    if (isWait(page)) return page;
    const [inForce, watched] = await Promise.all([source.recent(), watchedIds(gateways, input.at)]);
    const rows = page.rows.filter((row) => watched.has(row.subscriptionId.toLowerCase()));
    const subjects = rows.map((row) => canonicalId(row.id));
    const cases = await gateways.cases.findMany(subjects);
    const bySubject = new Map(cases.map((one) => [one.subject, one]));
    const due = rows.filter((row: EstateCluster) => {
      const known = bySubject.get(canonicalId(row.id)) ?? null;
      return needsLook(row, known, inForce, now()) !== null;
    });
    const marks = due.map((row) => ({ subject: canonicalId(row.id), kind: "cluster" as const }));
    await markAll(gateways.agenda, marks, now());
    return scanned(page, { read: rows.length, marked: marks.length });
  },

  /**
   * Looks again at open cases that nobody looked at for a day. A cluster that is missing from the
   * estate's pages is among them: only its own 404 closes its case, missing rights look the same.
   */
  scanOpenCases: async (input: ScanPage): Promise<ScannedPage> => {
    const page = await gateways.cases.list({ open: true }, input.next);
    const dayAgo = before(input.at, { days: 1 });
    const watched = await watchedIds(gateways, input.at);
    const old = page.rows.filter(
      (one) => one.updatedAt < dayAgo && watched.has(one.subscriptionId.toLowerCase()),
    );
    const marks = old.map(({ subject, kind }) => ({ subject, kind }));
    await markAll(gateways.agenda, marks, now());
    return scanned(page, { read: page.rows.length, marked: marks.length });
  },

  /** Finds alerts whose event never came, and alerts that ended. */
  scanAlerts: async (input: ScanPage): Promise<ScannedPage | Wait> => {
    const page = await gateways.estate.alerts(input.next);
    if (isWait(page)) return page;
    const watched = await watchedIds(gateways, input.at);
    let marked = 0;
    for (const alert of page.rows) {
      const subscription = alert.resource.split("/")[2] ?? "";
      if (!watched.has(subscription.toLowerCase())) continue;
      if (await takeInAlert(gateways, alert, now)) marked += 1;
    }
    return scanned(page, { read: page.rows.length, marked });
  },
});

/**
 * Keeps what is new about an alert and asks for a look; false when nothing is. The mark in the near
 * future comes first: it outlives a crash between keeping the alert and asking for the look.
 */
async function takeInAlert(
  { alerts, agenda }: Pick<Gateways, "alerts" | "agenda">,
  alert: DefenderAlert,
  now: () => string,
): Promise<boolean> {
  const known = await alerts.find(alert);
  if (known ? known.status === alert.status : alert.status !== "active") return false;
  const subject = known?.subject ?? alert.subject;
  const kind = kindOf(subject);
  await agenda.mark({ subject, kind, at: after(now(), { minutes: 2 }) });
  if (known) await alerts.setStatus(known, alert.status);
  else await alerts.insert(alert);
  await agenda.mark({ subject, kind, at: now() });
  return true;
}

/** A node's or scale set's alert goes to the look that finds its cluster. */
const kindOf = (subject: string): SubjectKind => {
  if (isRegistryId(subject)) return "registry";
  return subject.includes("/providers/") ? "cluster" : "subscription";
};

/** Ids of the subscriptions that this scan found in scope. */
export async function watchedIds(
  { system }: Pick<Gateways, "system">,
  at: string,
): Promise<ReadonlySet<string>> {
  const seen = await system.subscriptions();
  return new Set(seen.filter((one) => one.lastSeen >= at).map((one) => one.id.toLowerCase()));
}

/** Puts subjects on the agenda. */
export async function markAll(
  agenda: AgendaGateway,
  marks: readonly { readonly subject: string; readonly kind: SubjectKind }[],
  at: string,
): Promise<void> {
  for (const mark of marks) await agenda.mark({ ...mark, at });
}

/** A page that was read. */
export const scanned = (
  { next }: Pick<Page<unknown>, "next">,
  counts: { readonly read: number; readonly marked: number },
): ScannedPage => ({ kind: "page", ...counts, next });

/** Every page of a bulk read. */
export async function allPages<T>(
  read: (next: string | null) => Promise<Page<T> | Wait>,
): Promise<readonly T[] | Wait> {
  const rows: T[] = [];
  let next: string | null = null;
  do {
    const page: Page<T> | Wait = await read(next);
    if (isWait(page)) return page;
    rows.push(...page.rows);
    next = page.next;
  } while (next !== null);
  return rows;
}

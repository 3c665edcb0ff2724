import type { Gateways } from "../../shared/azure/ports.ts";
import { scanningOf } from "../../shared/decisions/image-scanning.ts";
import { registryNeedsLook } from "../../shared/decisions/registry-needs-look.ts";
import { known, type Wait } from "../../shared/domain/refusal.ts";
import { canonicalId } from "../../shared/domain/resource-id.ts";
import { isWait } from "../../shared/durable/patience.ts";
import type { InForceSource } from "./in-force.ts";
import { allPages, markAll, type ScannedPage, type ScanPage, scanned, watchedIds } from "./scan.ts";

/**
 * The scan's pages of registries. Azure actions: Microsoft.ResourceGraph/resources/read,
 * Microsoft.ContainerRegistry/registries/read, Microsoft.Security/assessments/read,
 * Microsoft.Security/pricings/read. Tables: cases, agenda, system.
 */
export const scanRegistryActivities = (
  gateways: Pick<Gateways, "registries" | "estate" | "cases" | "agenda" | "system">,
  source: InForceSource,
  now: () => string,
) => ({
  /** Registries, each with whether the plans of its subscription have its images scanned. */
  scanRegistries: async (input: ScanPage): Promise<ScannedPage | Wait> => {
    const page = await gateways.registries.list(input.next);
    if (isWait(page)) return page;
    const plans = await allPages((next) => gateways.estate.plans(next));
    if (isWait(plans)) return plans;
    const [inForce, watched] = await Promise.all([source.recent(), watchedIds(gateways, input.at)]);
    const rows = page.rows.filter((row) => watched.has(row.subscriptionId.toLowerCase()));
    const subjects = rows.map((row) => canonicalId(row.id));
    const cases = await gateways.cases.findMany(subjects);
    const bySubject = new Map(cases.map((one) => [one.subject, one]));
    const plansOf = Map.groupBy(plans, ({ subscriptionId }) => subscriptionId.toLowerCase());
    const due = rows.filter((row) => {
      const own = plansOf.get(row.subscriptionId.toLowerCase()) ?? [];
      const scanning = scanningOf(known(own.map(({ plan }) => plan)));
      const before = bySubject.get(canonicalId(row.id)) ?? null;
      return registryNeedsLook({ row, scanning }, before, inForce, now()) !== null;
    });
    const marks = due.map((row) => ({ subject: canonicalId(row.id), kind: "registry" as const }));
    await markAll(gateways.agenda, marks, now());
    return scanned(page, { read: rows.length, marked: marks.length });
  },
});

import type { Gateways } from "../../shared/azure/ports.ts";
import { before } from "../../shared/decisions/time.ts";
import type { GuardrailPolicy } from "../../shared/domain/policy.ts";

/** How many of each kind of row were removed. */
export type Removed = Readonly<Record<string, number>>;

/** What Defender still lists would otherwise be removed, found and looked at again day by day. */
const alertDays = 90;

/** Tables: cases, images, alerts, notices, digests, quarantine, ledger. */
export const housekeepingActivities = (
  gateways: Pick<
    Gateways,
    "cases" | "keptImages" | "alerts" | "notices" | "digests" | "quarantine" | "ledger"
  >,
  now: () => string,
) => ({
  /** Removes what is older than the policy keeps it. */
  removeOld: async (input: {
    subject: string;
    keep: GuardrailPolicy["keep"];
  }): Promise<Removed> => {
    const ago = (days: number) => before(now(), { days });
    const { casesDays, quarantineDays, ledgerDays } = input.keep;
    return {
      alerts: await gateways.alerts.removeOlder(ago(Math.max(casesDays, alertDays))),
      notices: await gateways.notices.removeOlder(ago(casesDays)),
      mails: await gateways.digests.removeOlder(ago(casesDays)),
      quarantine: await gateways.quarantine.removeOlder(ago(quarantineDays)),
      ledger: await gateways.ledger.removeOlder(ago(ledgerDays)),
    };
  },

  /** Removes the cases of one page that were closed long ago, with the images kept beside them. */
  removeClosedCases: async (input: {
    subject: string;
    keep: GuardrailPolicy["keep"];
    next: string | null;
  }) => {
    const since = before(now(), { days: input.keep.casesDays });
    const page = await gateways.cases.list({ open: false }, input.next);
    const old = page.rows.filter((one) => one.closedAt !== null && one.closedAt < since);
    for (const { subject, kind, facts } of old) {
      // A registry that is gone names no images any more, yet a run may have died before it dropped them.
      const which = { version: facts.images?.version ?? null, current: null, now: now() };
      if (kind === "registry") await gateways.keptImages.remove(subject, which);
      await gateways.cases.remove(subject);
    }
    return { removed: old.length, next: page.next };
  },
});

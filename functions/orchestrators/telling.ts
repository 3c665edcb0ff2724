import { firstReportBy } from "../../shared/decisions/digest.ts";
import { lateAlerts, withMissed } from "../../shared/decisions/late-alerts.ts";
import { decideNotices } from "../../shared/decisions/notices.ts";
import { alertRecipients, contactsBesides } from "../../shared/decisions/recipients.ts";
import { latest } from "../../shared/decisions/time.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import type { OwnerFacts, Recipients } from "../../shared/domain/owner.ts";
import { ownersSubject } from "../../shared/domain/subject.ts";
import { later } from "../../shared/durable/patience.ts";
import { type Step, timeOf } from "../../shared/durable/steps.ts";
import type { Work } from "./work.ts";

/** What a run has to tell, and whom. */
interface News {
  readonly after: Case;
  readonly recipients: Recipients;
  readonly owners: OwnerFacts;
  readonly alerts: readonly DefenderAlert[];
  /** Changes made by this run. */
  readonly changes: readonly LedgerEntry[];
}

/** The notices of a run, and what they leave. */
interface Telling {
  /** Leave the notices. */
  readonly tell: readonly Step<unknown>[];
  /** The sets of recipients who must then read something at once; all others are on the agenda. */
  readonly urgent: readonly string[];
  /** The case with what nobody could be told of. */
  readonly after: Case;
}

/** What leaves notices: alerts for owners and security contacts, everything else for owners. */
export function tellingAll(
  work: Work,
  { after, recipients, owners, alerts, changes }: News,
): Telling {
  const { inForce } = work.taken;
  const { mail } = inForce.policy;
  const now = timeOf(work.context);
  const facts = {
    before: work.before,
    after,
    alerts,
    newChanges: changes,
    recipients,
    inForce,
    now,
  };
  const notices = decideNotices(facts);
  const late = { ...facts, owners, told: notices };
  const isAlert = (notice: Notice) => notice.kind === "alert";
  const groups = [
    { to: recipients.to, notices: notices.filter((notice) => !isAlert(notice)) },
    { to: alertRecipients(owners, mail).to, notices: notices.filter(isAlert) },
    { to: contactsBesides(owners, mail), notices: lateAlerts(late) },
  ].filter((group) => group.to.length > 0 && group.notices.length > 0);
  const since = work.before?.updatedAt ?? null;
  const notBefore = latest(gatheredBy(work), firstReportBy(after) ?? now);
  const tell = groups.map(({ to, notices: own }) => {
    const gathered = own.map((one) => (one.urgent ? one : { ...one, notBefore }));
    return work.steps.tell({ subject: work.subject, to, notices: gathered, since });
  });
  const urgent = groups
    .filter((group) => group.notices.some((notice) => notice.urgent))
    .map(({ to }) => ownersSubject(to));
  return { tell, urgent: [...new Set(urgent)], after: withMissed(late) };
}

/** What is not urgent waits ten minutes, so that a scan or a roll-out becomes one mail and not many. */
const gatheredBy = ({ context }: Work): string => later(context, 10);

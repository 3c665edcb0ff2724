import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Digest, Notice } from "../../shared/domain/notice.ts";
import { aCase, aDigest, aLedgerEntry, aNotice, anAlert } from "./builders.ts";

const subscription = "11111111-aaaa-4000-8000-000000000001";
const at = "2026-11-02T08:00:00.000Z";

/** Canonical id of a cluster in the subscription that the values below live in. */
export const clusterId = (name: string, subscriptionId = subscription): string =>
  `/subscriptions/${subscriptionId}/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/${name}`;

/** An open case about a cluster, with nothing in it. */
export function aStoredCase(subject: string, over: Partial<Case> = {}): Case {
  return aCase({
    subject,
    resourceId: subject,
    name: "prod",
    subscriptionId: subscription,
    subscriptionName: null,
    openedAt: at,
    updatedAt: at,
    ...over,
  });
}

/** An active alert about a subject. */
export function aStoredAlert(id: string, over: Partial<DefenderAlert> = {}): DefenderAlert {
  const resource = over.resource ?? clusterId("prod");
  return anAlert({ id, resource, subject: resource, seenAt: "2026-11-02T08:40:00.000Z", ...over });
}

/** A notice that waits. */
export const aStoredNotice = (key: string, over: Partial<Notice> = {}): Notice =>
  aNotice({ key, subject: clusterId("prod"), createdAt: at, ...over });

/** A mail that is being sent. */
export const aStoredDigest = (id: string, over: Partial<Digest> = {}): Digest =>
  aDigest({
    ...{ id, notices: [], status: "sending", attempts: 0, outcome: null },
    ...{ frozenAt: "2026-11-02T09:00:00.000Z", sentAt: null },
    ...over,
  });

/** A line of the ledger. */
export const aStoredEntry = (id: string, over: Partial<LedgerEntry> = {}): LedgerEntry =>
  aLedgerEntry({ id, at, subject: clusterId("prod"), ...over });

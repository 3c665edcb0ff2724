import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Digest, Notice } from "../../shared/domain/notice.ts";
import { aCase } from "./builders.ts";

const subscription = "11111111-aaaa-4000-8000-000000000001";

/** Canonical id of a cluster in the subscription that the values below live in. */
export const clusterId = (name: string, subscriptionId = subscription): string =>
  `/subscriptions/${subscriptionId}/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/${name}`;

/** An open case about a cluster, with nothing in it. */
export function aStoredCase(subject: string, over: Partial<Case> = {}): Case {
  const at = "2026-11-02T08:00:00.000Z";
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
  return {
    id,
    type: "K8S_ExposedDashboard",
    title: "Exposed dashboard",
    description: "",
    severity: "High",
    resource,
    subject: resource,
    layer: "audit-log",
    startedAt: "2026-11-02T08:00:00.000Z",
    seenAt: "2026-11-02T08:40:00.000Z",
    remediation: [],
    link: null,
    test: false,
    status: "active",
    about: [],
    ...over,
  };
}

/** A notice that waits. */
export function aStoredNotice(key: string, over: Partial<Notice> = {}): Notice {
  return {
    key,
    subject: clusterId("prod"),
    caseId: "ABCD2345",
    kind: "finding",
    severity: "Medium",
    urgent: false,
    title: "Local accounts are on",
    createdAt: "2026-11-02T08:00:00.000Z",
    notBefore: null,
    sentAt: null,
    digest: null,
    ...over,
  };
}

/** A mail that is being sent. */
export function aStoredDigest(id: string, over: Partial<Digest> = {}): Digest {
  return {
    id,
    recipients: ["owner@contoso.com"],
    urgent: false,
    notices: [],
    message: { to: ["owner@contoso.com"], subject: "prod: 1 thing to fix", text: "", html: "" },
    status: "sending",
    frozenAt: "2026-11-02T09:00:00.000Z",
    sentAt: null,
    attempts: 0,
    outcome: null,
    ...over,
  };
}

/** A line of the ledger. */
export function aLedgerEntry(id: string, over: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    at: "2026-11-02T08:00:00.000Z",
    subject: clusterId("prod"),
    caseId: "ABCD2345",
    kind: "change",
    rule: "addon",
    act: "enable-addon",
    reason: "the add-on was off",
    before: "off",
    after: "on",
    appVersion: "0.1.0",
    policyHash: "hash",
    stage: "fix-all",
    by: "guardrail",
    correlationId: null,
    addedCost: null,
    ...over,
  };
}

import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { Finding } from "../../shared/domain/finding.ts";
import { caseIdOf } from "../../shared/domain/key.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import type { OperatorsReport } from "../../shared/domain/operators-report.ts";
import type { MailRules } from "../../shared/domain/policy.ts";
import type { Component } from "../../shared/domain/violation.ts";
import type { AlertMailInput } from "../../shared/email/alert-mail.ts";
import type { OwnerDigestInput } from "../../shared/email/owner-digest.ts";
import * as builders from "./builders.ts";

export const now = "2026-11-23T09:04:00.000Z";

export const mailRules: MailRules = { ...builders.aPolicy().mail, timeZone: "Europe/Berlin" };

const subscriptionId = "7c1d4d0e-52c7-4a86-9a1b-3f0f7d1c2b11";
const clusterId = (name: string, group = "rg-shop") =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;

export const pods = (namespace: string, ...names: readonly string[]): Component[] =>
  names.map((name) => ({ type: "pod", namespace, name, reason: null }));

export function aFinding(over: Partial<Finding> = {}): Finding {
  const components = over.components ?? [];
  return builders.aFinding({
    key: `policy:${over.definition ?? "95edb821-ddaf-4404-9732-666045e056b4"}`,
    assignment: "Pod security baseline",
    components,
    componentCount: components.length,
    firstSeen: "2026-11-23T08:20:00.000Z",
    lastSeen: now,
    ...over,
  });
}

export const findings = {
  privileged: aFinding({
    components: pods("payments", "log-tail-4kx7q", "log-tail-9bzmt", "log-tail-w2hcd"),
  }),
  limits: aFinding({
    definition: "e345eecc-fa47-480f-9e88-67dcc122b164",
    severity: "Medium",
    title: "CPU and memory limits set",
    components: [
      ...pods(
        "shop",
        "cart-7d9f8b6c5d-2xk4m",
        "cart-7d9f8b6c5d-8vqzt",
        "cart-7d9f8b6c5d-bb5lw",
        "cart-7d9f8b6c5d-zk9cp",
        "search-0",
        "search-1",
        "search-2",
      ),
      ...pods("payments", "ledger-66f7d5b9c8-4hxwm", "ledger-66f7d5b9c8-q7tnd"),
    ],
  }),
  latest: aFinding({
    definition: "021f8078-41a0-40e6-81b6-c6597da9f3ee",
    severity: "Medium",
    title: "No latest tag on images",
    components: pods(
      "shop",
      "web-5b4f9cd78b-jx2vq",
      "web-5b4f9cd78b-mm6rz",
      "nightly-29394720-x7kqd",
    ),
  }),
  localAccounts: aFinding({
    definition: "993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
    part: "configuration",
    severity: "High",
    title: "Local authentication disabled",
    firstSeen: "2026-11-16T07:00:00.000Z",
  }),
  plan: aFinding({
    key: "plan:Containers",
    rule: "plans",
    part: "plans",
    severity: "High",
    definition: null,
    assignment: null,
    title: "Defender plan Containers is off",
  }),
};

export const aChange = (over: Partial<LedgerEntry> = {}): LedgerEntry =>
  builders.aLedgerEntry({
    id: "5d1e7c52-2c31-4f6a-9e0e-0a1b2c3d4e5f",
    at: "2026-11-23T08:12:00.000Z",
    subject: clusterId("aks-shop-prod").toLowerCase(),
    caseId: caseIdOf(clusterId("aks-shop-prod")),
    reason: "the Azure Policy add-on is off",
    ...over,
  });

export function aCase(over: Partial<Case> = {}): Case {
  const resourceId = over.resourceId ?? clusterId("aks-shop-prod");
  return builders.aCase({
    subject: resourceId.toLowerCase(),
    resourceId,
    subscriptionId,
    openedAt: "2026-11-23T08:00:00.000Z",
    updatedAt: now,
    parts: [
      { name: "audit-log", status: "none", why: null },
      { name: "node", status: "none", why: null },
      { name: "configuration", status: "findings", why: null },
      { name: "workload", status: "findings", why: null },
    ],
    findings: [findings.privileged, findings.limits, findings.latest, findings.localAccounts],
    history: [aChange()],
    facts: {
      location: "westeurope",
      resourceGroup: "rg-shop",
      tags: { owner: "shop-team@contoso.com", "guardrail-compliance": "noncompliant" },
      inClusterPolicies: { total: 7, deny: 0 },
      estimate: null,
    },
    ...over,
  });
}

export function aSubscriptionCase(over: Partial<Case> = {}): Case {
  const resourceId = `/subscriptions/${subscriptionId}`;
  const change = aChange({
    id: "9a0b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d",
    at: "2026-11-23T08:10:00.000Z",
    subject: resourceId,
    rule: "plans",
    act: "enable-plan:Containers",
    reason: "the Defender plan Containers is off",
    after:
      "on: AgentlessDiscoveryForKubernetes, ContainerRegistriesVulnerabilityAssessments, ContainerSensor",
    addedCost: 140,
  });
  return aCase({
    resourceId,
    kind: "subscription",
    name: "Shop",
    parts: [{ name: "plans", status: "none", why: null }],
    findings: [],
    history: [change],
    facts: {
      location: null,
      resourceGroup: null,
      tags: {},
      inClusterPolicies: null,
      estimate: null,
      estimates: [
        {
          plan: "Containers",
          perMonth: 140,
          currency: "USD",
          asOf: "2026-10-01",
          basis: "20 vCores (prod 12, test 8) x 7",
          unknown: null,
          trialEnds: "2026-12-22T08:10:00.000Z",
          switchedOn: true,
        },
      ],
    },
    ...over,
  });
}

export const aNotice = (one: Case, over: Partial<Notice> = {}): Notice =>
  builders.aNotice({
    ...{ key: "finding:addon", subject: one.subject, caseId: one.id },
    ...{ severity: "Medium", title: "A thing", createdAt: now },
    ...over,
  });

export const findingNotice = (one: Case, finding: Finding): Notice =>
  aNotice(one, {
    key: `finding:${finding.key}`,
    severity: finding.severity,
    title: finding.title,
  });

export const changeNotice = (one: Case, change: LedgerEntry): Notice =>
  aNotice(one, { key: `change:${change.id}`, kind: "change", title: change.act });

export const alertNotice = (one: Case, alert: DefenderAlert): Notice =>
  aNotice(one, { key: `alert:${alert.id}`, kind: "alert", title: alert.title });

export function anAlert(over: Partial<DefenderAlert> = {}): DefenderAlert {
  const resource = clusterId("aks-shop-prod").toLowerCase();
  return builders.anAlert({
    id: "2517_0f9e8d7c-6b5a-4433-9221-100f0e0d0c0b",
    description:
      "Kubernetes audit log analysis found that the dashboard is exposed by a LoadBalancer service.",
    resource,
    subject: resource,
    startedAt: "2026-11-23T08:05:00.000Z",
    seenAt: "2026-11-23T08:52:00.000Z",
    remediation: [
      "1. Find the exposed service.<br>2. If it is not meant to be public, change its type to <b>ClusterIP</b>.",
      'See <a href="https://evil.example/x">the guide</a> and run kubectl delete service <service-name>',
    ],
    link: "https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/2517",
    about: ["namespace kubernetes-dashboard", "service dashboard-public"],
    ...over,
  });
}

const extra = { why: "tag owner on resource group rg-shop", now, mail: mailRules };

export function aDigestInput(over: Partial<OwnerDigestInput> = {}): OwnerDigestInput {
  const cases = over.cases ?? [aCase()];
  return {
    ...extra,
    to: ["shop-team@contoso.com"],
    policyPrices: builders.aPolicy().prices,
    cases,
    parts: {
      new: cases.flatMap((one) => [
        ...one.findings
          .filter(({ firstSeen }) => firstSeen >= "2026-11-20")
          .map((finding) => findingNotice(one, finding)),
        ...one.history.map((change) => changeNotice(one, change)),
      ]),
      stillOpen: cases.flatMap((one) =>
        one.findings
          .filter(({ firstSeen }) => firstSeen < "2026-11-20")
          .map((finding) => findingNotice(one, finding)),
      ),
      fixed: [],
    },
    alerts: [],
    stage: "fix-all",
    nextReminder: "2026-11-30T08:00:00.000Z",
    ...over,
  };
}

export function anAlertInput(over: Partial<AlertMailInput> = {}): AlertMailInput {
  return {
    ...extra,
    to: ["shop-team@contoso.com", "security@contoso.com"],
    case: aCase(),
    alerts: [anAlert()],
    count: 1,
    ...over,
  };
}

export const aClusterId = clusterId;

const about = (name: string) => ({
  caseId: caseIdOf(clusterId(name)),
  subject: clusterId(name).toLowerCase(),
  name,
  subscriptionName: "Shop",
});

export function aReport(over: Partial<OperatorsReport> = {}): OperatorsReport {
  return {
    stage: "watch",
    stageSince: "2026-11-20T08:00:00.000Z",
    stopped: null,
    since: "2026-11-22T08:00:00.000Z",
    subscriptions: {
      expected: 4,
      readable: 3,
      unreadable: [{ id: "aaaaaaaa-1111-4111-8111-111111111111", name: "Payments" }],
    },
    clusters: { total: 11, compliant: 4, noncompliant: 5, unknown: 2 },
    registries: { total: 3, compliant: 1, noncompliant: 1, unknown: 1 },
    silentFeeds: [
      { name: "Defender alerts and findings", lastEvent: "2026-11-12T08:00:00.000Z" },
      { name: "Policy states", lastEvent: null },
    ],
    changed: [
      {
        ...about("aks-shop-prod"),
        at: "2026-11-23T08:12:00.000Z",
        act: "enable-addon",
        before: "off",
        after: "on",
        addedCost: null,
      },
    ],
    left: [{ ...about("aks-api-prod"), reason: "would-block", detail: '"no-privileged" is Deny' }],
    refused: [
      {
        ...about("aks-core-prod"),
        at: "2026-11-23T08:30:00.000Z",
        act: "enable-addon",
        code: "ScopeLocked",
        message: "The scope cannot perform write operation because of the lock do-not-touch.",
        fix: "Remove the ReadOnly lock do-not-touch on rg-core while it is switched on",
      },
    ],
    untold: [
      { ...about("aks-lab"), who: "owner", why: "no owner tag, no security contact, no fallback" },
    ],
    faults: [{ ...about("aks-dev"), at: now, message: "the table answered 503", count: 2 }],
    quarantined: 1,
    currency: "USD",
    nextStage: {
      stage: "tell",
      acts: [{ act: "write-tags", count: 5, names: ["aks-shop-prod", "aks-api-prod"] }],
      ownersMailed: 120,
      addedCost: { perMonth: 1_540, currency: "USD", asOf: "2026-10-01" },
      unpriced: [{ name: "Lab", why: "a VM size that cannot be read" }],
    },
    mailLoad: { owners: 120, sendsAnHour: 8 },
    ...over,
  };
}

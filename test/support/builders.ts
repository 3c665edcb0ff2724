import type { EstateCluster, Protectable, SubscriptionFacts } from "../../shared/azure/ports.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";
import type { Case, Estimate, OwnWrite } from "../../shared/domain/case.ts";
import type { Cluster } from "../../shared/domain/cluster.ts";
import type { Decision } from "../../shared/domain/decision.ts";
import type { DefenderPlan, PlanExtension } from "../../shared/domain/defender-plan.ts";
import type { Finding } from "../../shared/domain/finding.ts";
import { caseIdOf } from "../../shared/domain/key.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Digest, Notice } from "../../shared/domain/notice.ts";
import type { OwnerFacts, OwnerTag, Recipients } from "../../shared/domain/owner.ts";
import type { Exemption } from "../../shared/domain/policy.ts";
import type { PolicyAssignment } from "../../shared/domain/policy-assignment.ts";
import { canonicalId, subscriptionSubject } from "../../shared/domain/resource-id.ts";
import type { Compliance, Violation } from "../../shared/domain/violation.ts";

export { anInForce, aPolicy } from "./in-force.ts";

/** The time that the builders call now: a Monday morning. */
export const now = "2026-11-23T09:00:00.000Z";

export const subscriptionId = "11111111-1111-4111-8111-111111111111";

/** A running cluster of two pools, 12 vCores, without add-on and sensor. */
export function aCluster(over: Partial<Cluster> = {}): Cluster {
  const name = over.name ?? "aks-shop-prod";
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg-shop/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    subscriptionId,
    resourceGroup: "rg-shop",
    nodeResourceGroup: `MC_rg-shop_${name}_westeurope`,
    location: "westeurope",
    tags: {},
    provisioningState: "Succeeded",
    powerState: "Running",
    etag: null,
    addon: { on: false, key: null },
    sensor: { on: false, workspaceId: null },
    pools: [
      { name: "system", vmSize: "Standard_D2s_v5", count: 2 },
      { name: "work", vmSize: "Standard_D4s_v5", count: 2 },
    ],
    kubernetesVersion: "1.33.2",
    ...over,
  };
}

/** A cluster with everything on. */
export function aProtectedCluster(over: Partial<Cluster> = {}): Cluster {
  return aCluster({
    addon: { on: true, key: "azurepolicy" },
    sensor: { on: true, workspaceId: "/subscriptions/s/resourceGroups/r/w" },
    ...over,
  });
}

/** A row of a scan's page for a cluster that is as it should be. */
export function anEstateCluster(over: Partial<EstateCluster> = {}): EstateCluster {
  const { id, name, powerState, provisioningState, tags } = aCluster();
  return {
    id,
    name,
    subscriptionId,
    addonOn: true,
    sensorOn: true,
    powerState,
    provisioningState,
    tags,
    nonCompliant: [],
    ...over,
  };
}

/** A case of the cluster that `aCluster` builds, with nothing in it. */
export function aCase(over: Partial<Case> = {}): Case {
  const cluster = aCluster();
  const subject = over.subject ?? canonicalId(cluster.id);
  return {
    id: caseIdOf(subject),
    subject,
    kind: "cluster",
    resourceId: cluster.id,
    name: cluster.name,
    subscriptionId,
    subscriptionName: "Shop",
    openedAt: "2026-11-22T09:00:00.000Z",
    updatedAt: "2026-11-22T09:00:00.000Z",
    closedAt: null,
    gone: false,
    policyHash: "hash-1",
    stage: "fix-all",
    parts: [],
    findings: [],
    decisions: [],
    refusals: [],
    writes: [],
    history: [],
    recipients: null,
    fault: null,
    unknownLooks: 0,
    lookAgain: null,
    facts: {
      location: cluster.location,
      resourceGroup: cluster.resourceGroup,
      tags: {},
      inClusterPolicies: null,
      estimate: null,
    },
    ...over,
  };
}

/** A case of the subscription `aCluster` lives in. */
export function aSubscriptionCase(over: Partial<Case> = {}): Case {
  const subject = subscriptionSubject(subscriptionId);
  return aCase({ subject, kind: "subscription", resourceId: subject, name: "Shop", ...over });
}

/** A finding about a policy definition, open since yesterday. */
export function aFinding(over: Partial<Finding> = {}): Finding {
  return {
    key: "policy:95edb821-ddaf-4404-9732-666045e056b4",
    rule: "compliance",
    part: "workload",
    severity: "High",
    title: "No privileged containers",
    definition: "95edb821-ddaf-4404-9732-666045e056b4",
    assignment: "no-privileged",
    components: [],
    componentCount: 0,
    cutOff: false,
    firstSeen: "2026-11-22T09:00:00.000Z",
    lastSeen: "2026-11-22T09:00:00.000Z",
    resolvedAt: null,
    ...over,
  };
}

/** A decision to leave. */
export function aLeave(
  over: Partial<Extract<Decision, { kind: "leave" }>> = {},
): Extract<Decision, { kind: "leave" }> {
  return {
    kind: "leave",
    rule: "addon",
    act: "enable-addon",
    reason: "compliant",
    detail: "",
    lookAgain: null,
    ...over,
  };
}

/** The add-on switched on by us yesterday. */
export function anOwnWrite(over: Partial<OwnWrite> = {}): OwnWrite {
  return {
    act: "enable-addon",
    at: "2026-11-22T09:00:00.000Z",
    value: "on",
    before: "off",
    takenBack: 0,
    takenBackAt: null,
    takenBackBy: null,
    allowedAt: null,
    ...over,
  };
}

/** An in-cluster assignment that only audits. */
export function anAssignment(over: Partial<PolicyAssignment> = {}): PolicyAssignment {
  const name = over.name ?? "limits";
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/policyAssignments/${name}`,
    name,
    title: name,
    definition: "e345eecc-fa47-480f-9e88-67dcc122b164",
    layer: "in-cluster",
    effect: "audit",
    enforced: true,
    ...over,
  };
}

/** A definition that an in-cluster policy found violated in one pod. */
export function aViolation(over: Partial<Violation> = {}): Violation {
  return {
    definition: "95edb821-ddaf-4404-9732-666045e056b4",
    assignment: "no-privileged",
    assignmentId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/policyAssignments/no-privileged`,
    layer: "in-cluster",
    components: [{ type: "pod", namespace: "payments", name: "log-tail-x2", reason: null }],
    componentCount: 1,
    cutOff: false,
    ...over,
  };
}

/** Azure Policy's word that one thing is compliant and nothing is not. */
export function aCompliance(over: Partial<Compliance> = {}): Compliance {
  return { violations: [], compliant: 1, undecided: {}, exempt: 0, ...over };
}

/** A high alert of the audit log on the cluster of `aCluster`. */
export function anAlert(over: Partial<DefenderAlert> = {}): DefenderAlert {
  const resource = canonicalId(aCluster().id);
  return {
    id: "2517538000000000000_1111",
    type: "K8S_ExposedDashboard",
    title: "Exposed Kubernetes dashboard detected",
    description: "A dashboard is reachable from the internet.",
    severity: "High",
    resource,
    subject: resource,
    layer: "audit-log",
    startedAt: "2026-11-23T08:50:00.000Z",
    seenAt: "2026-11-23T08:55:00.000Z",
    remediation: ["Remove the public service of the dashboard."],
    link: null,
    test: false,
    status: "active",
    about: ["namespace kubernetes-dashboard"],
    ...over,
  };
}

/** The Containers plan, off. */
export function aPlan(over: Partial<DefenderPlan> = {}): DefenderPlan {
  return {
    name: "Containers",
    on: false,
    subPlan: null,
    extensions: [],
    deprecated: false,
    replacedBy: [],
    enabledAt: null,
    trialLeft: null,
    ...over,
  };
}

export function anExtension(name: string, on = true): PlanExtension {
  return { name, on, failure: null };
}

/** The Containers plan with the extensions of the shipped baseline on. */
export function aFullPlan(over: Partial<DefenderPlan> = {}): DefenderPlan {
  return aPlan({
    on: true,
    extensions: [
      anExtension("ContainerRegistriesVulnerabilityAssessments"),
      anExtension("AgentlessDiscoveryForKubernetes"),
      anExtension("ContainerSensor"),
    ],
    enabledAt: "2026-11-01T00:00:00.000Z",
    ...over,
  });
}

export function aSubscription(over: Partial<SubscriptionFacts> = {}): SubscriptionFacts {
  return {
    id: subscriptionId,
    name: "Shop",
    state: "Enabled",
    tags: {},
    providers: {
      "microsoft.security": true,
      "microsoft.policyinsights": true,
      "microsoft.containerservice": true,
    },
    ...over,
  };
}

/** One running cluster of 12 vCores, one registry, five machines. */
export function aProtectable(over: Partial<Protectable> = {}): Protectable {
  const { id, name, pools } = aCluster();
  return {
    clusters: [{ id, name, running: true, pools }],
    registries: 1,
    arcClusters: 0,
    servers: 5,
    ...over,
  };
}

export function anEstimate(over: Partial<Estimate> = {}): Estimate {
  return {
    plan: "Containers",
    perMonth: 84,
    currency: "USD",
    asOf: "2026-10-01",
    basis: "12 vCores (aks-shop-prod 12) x 7",
    unknown: null,
    ...over,
  };
}

export function anOwnerTag(over: Partial<OwnerTag> = {}): OwnerTag {
  return {
    on: "resource group",
    scopeName: "rg-shop",
    name: "owner",
    value: "shop-team@contoso.com",
    ...over,
  };
}

export function someOwnerFacts(over: Partial<OwnerFacts> = {}): OwnerFacts {
  return { tags: [anOwnerTag()], securityContacts: [], unreadable: [], ...over };
}

export function someRecipients(over: Partial<Recipients> = {}): Recipients {
  return {
    to: ["shop-team@contoso.com"],
    why: "tag owner on resource group rg-shop",
    dropped: [],
    ...over,
  };
}

/** A notice of the finding that `aFinding` builds, not sent yet. */
export function aNotice(over: Partial<Notice> = {}): Notice {
  const { id, subject } = aCase();
  return {
    key: `finding:${aFinding().key}`,
    subject,
    caseId: id,
    kind: "finding",
    severity: "High",
    urgent: false,
    title: "No privileged containers",
    createdAt: "2026-11-23T08:00:00.000Z",
    notBefore: null,
    sentAt: null,
    digest: null,
    ...over,
  };
}

/** A mail that went out. */
export function aDigest(over: Partial<Digest> = {}): Digest {
  const { key, subject } = aNotice();
  return {
    id: "00000000-0000-4000-8000-000000000001",
    recipients: ["shop-team@contoso.com"],
    urgent: false,
    notices: [{ key, subject }],
    message: { to: ["shop-team@contoso.com"], subject: "s", text: "t", html: "<p>t</p>" },
    status: "sent",
    frozenAt: "2026-11-23T08:59:00.000Z",
    sentAt: "2026-11-23T08:59:30.000Z",
    attempts: 1,
    outcome: "sent",
    ...over,
  };
}

/** The ledger's line of switching the add-on on. */
export function aLedgerEntry(over: Partial<LedgerEntry> = {}): LedgerEntry {
  const { id, subject } = aCase();
  return {
    id: "00000000-0000-4000-8000-0000000000aa",
    at: "2026-11-23T08:58:00.000Z",
    subject,
    caseId: id,
    kind: "change",
    rule: "addon",
    act: "enable-addon",
    reason: "the add-on was off",
    before: "off",
    after: "on",
    appVersion: "1.0.0",
    policyHash: "hash-1",
    stage: "fix-all",
    by: "guardrail",
    correlationId: null,
    addedCost: null,
    ...over,
  };
}

/** An exemption of the whole subscription from the add-on rule. */
export function anExemption(over: Partial<Exemption> = {}): Exemption {
  return {
    scope: `/subscriptions/${subscriptionId}`,
    rule: "addon",
    until: "2026-12-31",
    reason: "migration",
    approvedBy: "ciso@contoso.com",
    ...over,
  };
}

import type { GuardrailPolicy, InForce } from "../../shared/domain/policy.ts";

/** The shipped policy with room to act. */
export function aPolicy(over: Partial<GuardrailPolicy> = {}): GuardrailPolicy {
  return {
    version: 1,
    scope: { managementGroups: [], subscriptions: [], exclude: [] },
    rules: {
      addon: { mode: "enforce", withDeny: false },
      plans: {
        mode: "enforce",
        when: "needed",
        baseline: {
          Containers: {
            extensions: [
              "ContainerRegistriesVulnerabilityAssessments",
              "AgentlessDiscoveryForKubernetes",
              "ContainerSensor",
            ],
          },
        },
      },
      legacyPlans: { mode: "observe" },
      servers: { mode: "observe", subPlan: "P1" },
      sensor: { mode: "observe", workspaceId: null },
      compliance: { mode: "enforce" },
      images: { mode: "enforce", from: "High", fixableOnly: true, runningFirst: true },
    },
    owners: { repositories: [] },
    limits: { changesPerHour: 10, changesPerDay: 50, addedCostPerMonth: 500 },
    prices: {
      asOf: "2026-10-01",
      currency: "USD",
      containersPerVCore: 7,
      serversP1: 5,
      serversP2: 15,
      imageScan: null,
    },
    mail: {
      from: "guardrail@cloud.contoso.com",
      replyTo: "platform-security@contoso.com",
      aboutUrl: "https://wiki.contoso.com/guardrail",
      operators: ["platform-security@contoso.com"],
      fallbackOwner: "platform-security@contoso.com",
      ownerDomains: ["contoso.com"],
      timeZone: "Etc/UTC",
      digestDays: "Mon-Fri",
      digestAt: "09:00",
      remindAfterDays: 7,
    },
    alerts: { tellFrom: "Low", urgentFrom: "High", alwaysTell: ["K8S_PrivilegedContainer"] },
    exemptions: [],
    keep: { runsDays: 7, casesDays: 90, quarantineDays: 30, ledgerDays: 400 },
    ...over,
  };
}

/** What rules a run, at the stage that may change everything. */
export function anInForce(over: Partial<InForce> = {}): InForce {
  return {
    policy: aPolicy(),
    hash: "hash-1",
    stage: "fix-all",
    stageSince: "2026-11-01T00:00:00.000Z",
    stopped: null,
    ...over,
  };
}

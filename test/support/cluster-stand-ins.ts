import type { Case } from "../../shared/domain/case.ts";
import type { Cluster } from "../../shared/domain/cluster.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { known } from "../../shared/domain/refusal.ts";
import { canonicalId } from "../../shared/domain/resource-id.ts";
import { aCluster, subscriptionId } from "./builders.ts";
import type { StandIns } from "./run-orchestration.ts";
import { aTaken } from "./stand-ins.ts";

/** A cluster that stand-ins read and change, as Azure would. */
export interface StandInCluster {
  cluster: Cluster | null;
}

/** The subject of {@link aCluster}. */
export const clusterSubject = canonicalId(aCluster().id);

const nothingReported = { violations: [], compliant: 3, undecided: {}, exempt: 0 };

/** Stand-ins for a look at one cluster on which everything goes well. */
export function clusterStandIns(
  state: StandInCluster,
  taken: { case?: Case | null; inForce?: InForce; by?: string | null; isWatched?: boolean } = {},
): StandIns {
  return {
    take: () => aTaken({ subject: clusterSubject, kind: "cluster", ...taken }),
    findCluster: () =>
      state.cluster ? { kind: "found", cluster: state.cluster } : { kind: "gone" },
    createdAt: () => known("2026-01-01T00:00:00.000Z"),
    subscriptionFacts: () =>
      known({
        id: subscriptionId,
        name: "Shop",
        state: "Enabled",
        tags: {},
        providers: { "microsoft.policyinsights": true, "microsoft.security": true },
      }),
    listAssignments: () => known([]),
    recentPlans: () => known([]),
    clusterCompliance: () => ({
      kind: "read",
      settings: known(nothingReported),
      inside: known(nothingReported),
    }),
    listAlerts: () => [],
    ownerFacts: () => ({
      tags: [{ on: "resource", scopeName: "aks", name: "owner", value: "shop-team@contoso.com" }],
      securityContacts: ["soc@contoso.com"],
      unreadable: [],
    }),
    reserve: () => ({ kind: "reserved" }),
    release: () => null,
    intend: () => ({ kind: "written", etag: "case-2" }),
    enableAddon: () => {
      if (state.cluster) {
        state.cluster = { ...state.cluster, addon: { on: true, key: "azurepolicy" } };
      }
      const text = { before: "{}", after: "{}", correlationId: "corr-1" };
      return { kind: "accepted", address: "https://poll", seconds: 15, ...text };
    },
    pollOperation: () => ({ kind: "succeeded" }),
    isDueAgain: () => ({ due: false }),
    noteVerification: () => ({ failures: 0, stopped: false }),
    mergeTags: ({ tags }: { tags: Record<string, string> }) => {
      if (state.cluster)
        state.cluster = { ...state.cluster, tags: { ...state.cluster.tags, ...tags } };
      return { kind: "done", correlationId: "corr-2", before: "{}", after: "{}" };
    },
    writeLedger: () => ({ written: 1 }),
    tell: () => ({ told: 1 }),
    mark: () => ({ marked: true }),
    wake: () => ({ woken: true }),
    record: () => ({ kind: "written", etag: "case-3" }),
    noteFault: () => ({ next: "2026-11-23T08:05:00.000Z" }),
    settle: () => ({ kind: "settled" }),
  };
}

import type { Registry } from "../../shared/azure/ports.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { known } from "../../shared/domain/refusal.ts";
import { aCompliance, aFullPlan, aSubscription } from "./builders.ts";
import { clusterStandIns } from "./cluster-stand-ins.ts";
import { registrySubject } from "./image-fixtures.ts";
import type { StandIns } from "./run-orchestration.ts";
import { aTaken } from "./stand-ins.ts";

/** A registry that stand-ins read and tag, as Azure would. */
export interface StandInRegistry {
  registry: Registry | null;
}

/** What a look at images without findings answers. */
export const noImages = {
  kind: "read",
  findings: [],
  facts: {
    version: null,
    open: 0,
    running: 0,
    unknown: 0,
    leftOut: {},
    openRecommendations: 0,
    changedAt: null,
  },
  unjudged: null,
};

/** Stand-ins for a look at one registry on which everything goes well. */
export function registryStandIns(
  state: StandInRegistry,
  taken: { case?: Case | null; inForce?: InForce } = {},
): StandIns {
  return {
    ...clusterStandIns({ cluster: null }),
    take: () => aTaken({ subject: registrySubject, kind: "registry", ...taken }),
    findRegistry: () =>
      state.registry ? { kind: "found", registry: state.registry } : { kind: "gone" },
    subscriptionFacts: () => known(aSubscription()),
    recentPlans: () => known([aFullPlan()]),
    registryCompliance: () => known(aCompliance()),
    judgeImages: () => noImages,
    tellImages: () => ({ owners: 1 }),
    dropImages: () => ({ removed: 1 }),
    mergeTags: ({ tags }: { tags: Record<string, string> }) => {
      if (state.registry) {
        state.registry = { ...state.registry, tags: { ...state.registry.tags, ...tags } };
      }
      return { kind: "done", correlationId: "corr-2", before: "{}", after: "{}" };
    },
  };
}

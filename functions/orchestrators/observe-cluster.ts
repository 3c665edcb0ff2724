import type { Cluster } from "../../shared/domain/cluster.ts";
import { type Known, known, unreadable } from "../../shared/domain/refusal.ts";
import { observe } from "../../shared/durable/patience.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import type { Run } from "./run.ts";

/** The resource provider that reports what policies find. */
const policyProvider = "microsoft.policyinsights";

/** Reads, at the same time, everything that the judgements about a cluster need. */
export function* observeCluster(run: Run, cluster: Cluster) {
  const { context, steps, subject } = run;
  const { subscriptionId } = cluster;
  const { compliance, ...facts } = yield* observe(context, {
    createdAt: () => steps.createdAt({ subject }),
    subscription: () => steps.subscriptionFacts({ subscriptionId }),
    assignments: () => steps.listAssignments({ subject }),
    plans: () => steps.recentPlans({ subscriptionId }),
    compliance: () => steps.clusterCompliance({ subject }),
    alerts: () => steps.listAlerts({ subject }),
    owners: () => steps.ownerFacts({ subject, tags: cluster.tags }),
  });
  const provider = registered(facts.subscription, policyProvider);
  const [control, workload] =
    compliance.kind === "read"
      ? [compliance.settings, compliance.inside]
      : [compliance, compliance];
  return { ...facts, control, workload, provider };
}

/** What {@link observeCluster} found. */
export type ClusterObservation =
  ReturnType<typeof observeCluster> extends Orchestration<infer Found> ? Found : never;

/** Whether a resource provider is registered; a subscription that cannot be read says nothing. */
export function registered(
  subscription: Known<{ readonly providers: Readonly<Record<string, boolean>> }>,
  namespace: string,
): Known<boolean> {
  if (subscription.kind === "unreadable") return subscription;
  const state = subscription.value.providers[namespace];
  return state === undefined ? unreadable(`no answer about ${namespace}`) : known(state);
}

import {
  canonicalId,
  parseResourceId,
  subscriptionSubject,
} from "../../shared/domain/resource-id.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import type { Ending, Run } from "./run.ts";

/**
 * Hands a subject that is no cluster (a node, a scale set) with its alerts to the cluster it belongs
 * to, else to its subscription, so that nothing about it is lost.
 */
export function* redirectNode(run: Run): Orchestration<Ending> {
  const { steps, subject } = run;
  const cluster = yield* steps.clusterOfNode({ subject });
  const owner = cluster.kind === "known" ? cluster.value : null;
  const to = owner ? canonicalId(owner) : subscriptionOf(subject);
  if (!to) return { kind: "settle", next: null, outcome: "belongs to no subscription" };
  const kind: SubjectKind = owner ? "cluster" : "subscription";
  const there = { subject: to, kind };
  // First the alerts, then the mark: the look that follows must find them.
  const last = [steps.moveAlerts({ subject, to }), steps.mark(there), steps.wake(there)];
  return { kind: "settle", next: null, outcome: `handed to its ${kind}`, last };
}

function subscriptionOf(subject: string): string | null {
  const id = parseResourceId(subject);
  return id && subscriptionSubject(id.subscriptionId);
}

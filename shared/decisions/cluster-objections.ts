import type { Case } from "../domain/case.ts";
import { type Cluster, readiness } from "../domain/cluster.ts";
import type { ActName } from "../domain/decision.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known } from "../domain/refusal.ts";
import { exempt, type Objection, onceMore, paused, takenBack } from "./decide.ts";
import { after, hasPassed, millisecondsOf } from "./time.ts";

/** What is known of a cluster before something is changed on it. */
export interface ClusterBeforeChange {
  readonly cluster: Cluster;
  /** Null inside = Azure does not say. */
  readonly createdAt: Known<string | null>;
  readonly case: Case | null;
  readonly now: string;
}

/** Azure finishes a new cluster for about an hour: writes can be lost or applied in part. */
const youth = { hours: 1 };
const firstBusyLook = { minutes: 10 };
const lastBusyLook = { hours: 6 };

/** What may speak against any change on a cluster, in the order in which people want to hear it. */
export function clusterObjections(
  { rule, act }: { readonly rule: RuleName; readonly act: ActName },
  facts: ClusterBeforeChange,
  inForce: InForce,
): readonly (Objection | null)[] {
  const { cluster, now } = facts;
  return [
    exempt(rule, { subject: cluster.id, now }, inForce),
    takenBack(act, facts.case, now),
    paused(cluster.tags, now),
    notReady(cluster, { act, case: facts.case, now }),
    young(facts),
  ];
}

/** Whether the cluster was created after the stage was set; unreadable or unsaid = not new. */
export function isNewCluster(
  { createdAt }: Pick<ClusterBeforeChange, "createdAt">,
  { stageSince }: Pick<InForce, "stageSince">,
): boolean {
  if (createdAt.kind !== "known" || createdAt.value === null) return false;
  return Date.parse(createdAt.value) > Date.parse(stageSince);
}

/** A cluster that Azure takes no write for now, or only at somebody else's cost. */
export function notReady(
  cluster: Pick<Cluster, "provisioningState" | "powerState">,
  revisit: Parameters<typeof onceMore>[1],
): Objection | null {
  switch (readiness(cluster)) {
    case "stopped":
      return { reason: "stopped", detail: "looked at again when it starts" };
    case "busy":
      return {
        reason: "busy",
        detail: `its state is ${cluster.provisioningState}`,
        lookAgain: busyLook(revisit),
      };
    default:
      return null;
  }
}

/** Ten minutes at first, then twice as long each time up to six hours; after that scans are enough. */
function busyLook({ act, case: earlier, now }: Parameters<typeof onceMore>[1]): string | null {
  const last = earlier?.decisions.find((one) => one.act === act);
  if (!earlier || last?.kind !== "leave" || last.reason !== "busy")
    return after(now, firstBusyLook);
  if (last.lookAgain === null) return null;
  if (Date.parse(last.lookAgain) > Date.parse(now)) return last.lookAgain;
  const waited = Date.parse(last.lookAgain) - Date.parse(earlier.updatedAt);
  if (waited >= millisecondsOf(lastBusyLook)) return null;
  const next = Math.min(
    2 * Math.max(waited, millisecondsOf(firstBusyLook)),
    millisecondsOf(lastBusyLook),
  );
  return after(now, { seconds: next / 1_000 });
}

/** Under an hour old; a time that cannot be read does not make it so. */
function young({ createdAt, now }: ClusterBeforeChange): Objection | null {
  if (createdAt.kind !== "known" || createdAt.value === null) return null;
  if (hasPassed(createdAt.value, youth, now)) return null;
  return {
    reason: "young",
    detail: `created at ${createdAt.value}, Azure still sets it up`,
    lookAgain: after(createdAt.value, { ...youth, seconds: 1 }),
  };
}

/** An assignment of Azure Policy that puts the same right by itself. */
export function azurePolicyRemediates(
  assignments: readonly PolicyAssignment[],
  definitions: readonly string[],
  revisit: Parameters<typeof onceMore>[1],
): Objection | null {
  const found = assignments.find(
    ({ definition, effect, enforced }) =>
      enforced && remediates.includes(effect) && definitions.includes(definition.toLowerCase()),
  );
  return found
    ? {
        reason: "azure-policy-remediates",
        detail: `"${found.title}" is assigned`,
        lookAgain: onceMore("azure-policy-remediates", revisit, { hours: 24, seconds: 1 }),
      }
    : null;
}

/** An effect that could not be resolved counts: two writers on one setting would fight. */
const remediates = ["deployifnotexists", "modify", "unknown"];

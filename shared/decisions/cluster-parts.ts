import type { Cluster } from "../domain/cluster.ts";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Finding, Part, PartName } from "../domain/finding.ts";
import type { Known } from "../domain/refusal.ts";
import { isOpenFinding } from "./findings.ts";
import { planNamed } from "./plan-objections.ts";

/** What decides whether silence in a part of a cluster's case means that all is well. */
export interface PartFacts {
  readonly findings: readonly Finding[];
  readonly plans: Known<readonly DefenderPlan[]>;
  readonly cluster: Pick<Cluster, "sensor">;
  /** Why nothing can be concluded from the policy states; null = it can. */
  readonly darkness: { readonly configuration: string | null; readonly workload: string | null };
}

/** The four parts of a cluster's case: findings, none, or not readable and why. */
export function clusterParts(facts: PartFacts): readonly Part[] {
  return [
    part("audit-log", facts, noAuditAlerts(facts.plans)),
    part("node", facts, noNodeAlerts(facts)),
    part("configuration", facts, facts.darkness.configuration),
    part("workload", facts, facts.darkness.workload),
  ];
}

/** What is found is told even where more cannot be read; silence counts only where it can. */
export function part(
  name: PartName,
  { findings }: Pick<PartFacts, "findings">,
  darkness: string | null,
): Part {
  const found = findings.some((finding) => finding.part === name && isOpenFinding(finding));
  if (found) return { name, status: "findings", why: darkness };
  return { name, status: darkness === null ? "none" : "unreadable", why: darkness };
}

const isOn = (plans: readonly DefenderPlan[], name: string): boolean =>
  planNamed(plans, name)?.on === true;

function noAuditAlerts(plans: Known<readonly DefenderPlan[]>): string | null {
  if (plans.kind === "unreadable") return `the Defender plans could not be read: ${plans.why}`;
  const covered = isOn(plans.value, "Containers") || isOn(plans.value, "KubernetesService");
  return covered ? null : "Defender for Containers is off in the subscription: no alerts can come";
}

/** Alerts from nodes come from the sensor, or from the plan for machines. */
function noNodeAlerts({ plans, cluster }: PartFacts): string | null {
  if (plans.kind === "unreadable") return `the Defender plans could not be read: ${plans.why}`;
  if (isOn(plans.value, "VirtualMachines")) return null;
  const audit = noAuditAlerts(plans);
  if (audit !== null) return audit;
  return cluster.sensor.on ? null : "the Defender sensor is off: no alerts from nodes can come";
}

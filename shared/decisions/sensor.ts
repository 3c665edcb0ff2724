import type { Cluster } from "../domain/cluster.ts";
import type { Decision } from "../domain/decision.ts";
import type { InForce } from "../domain/policy.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known } from "../domain/refusal.ts";
import {
  azurePolicyRemediates,
  type ClusterBeforeChange,
  clusterObjections,
  isNewCluster,
} from "./cluster-objections.ts";
import { decide, leave, type Objection, unreadable } from "./decide.ts";

/** What is known before the Defender sensor may be switched on. */
export interface SensorFacts extends ClusterBeforeChange {
  readonly assignments: Known<readonly PolicyAssignment[]>;
}

const about = { rule: "sensor", act: "enable-sensor" } as const;

/** Built-in definition that configures the sensor. Source: Azure/azure-policy, built-in policies. */
const deploysSensor = ["64def556-fbad-4622-930e-72d1d5589bf5"];

/**
 * Whether to switch the Defender sensor on: only if the policy enforces it and names the Log
 * Analytics workspace it reports to; else its absence stays a finding with steps.
 */
export function decideSensor(facts: SensorFacts, inForce: InForce): Decision {
  if (facts.cluster.sensor.on) return leave(about, { reason: "compliant", detail: "it is on" });
  const { mode, workspaceId } = inForce.policy.rules.sensor;
  const detail = "the Defender sensor is off";
  const wish = { ...about, mode, detail, isNew: isNewCluster(facts, inForce) };
  const objections = [
    ...clusterObjections(about, facts, inForce),
    remediated(facts),
    mode === "enforce" && workspaceId === null ? noWorkspace : null,
  ];
  return decide(wish, objections, inForce);
}

const noWorkspace: Objection = {
  reason: "stage",
  detail: "the policy names no workspace (rules.sensor.workspaceId)",
};

function remediated(facts: SensorFacts): Objection | null {
  const { assignments } = facts;
  if (assignments.kind === "known") {
    return azurePolicyRemediates(assignments.value, deploysSensor, { ...facts, act: about.act });
  }
  return unreadable("what is assigned by Azure Policy", assignments.why);
}

/** The sensor of a cluster as the text that our own write is compared with. */
export const sensorText = ({ sensor }: Pick<Cluster, "sensor">): string =>
  sensor.on ? "on" : "off";

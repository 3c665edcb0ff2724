import { builtinDefinition } from "../domain/builtin-definitions.ts";
import type { Cluster } from "../domain/cluster.ts";
import type { Finding } from "../domain/finding.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import type { Compliance, Component, Violation } from "../domain/violation.ts";
import { severityOf, titleOf } from "../email/guide.ts";
import { exemptionFor } from "./exemptions.ts";
import { type FindingToBe, plainFinding } from "./findings.ts";
import { isReadDirectly } from "./own-reading.ts";

/** What a look at a cluster says of its configuration and its workloads. */
export interface ClusterLook {
  readonly cluster: Cluster;
  readonly control: Known<Compliance>;
  /** Null = nothing inside the cluster can be judged now. */
  readonly workload: Known<Compliance> | null;
  readonly now: string;
}

/** What does not hold for a cluster, besides alerts; what is exempt is left out. */
export function clusterFindings(look: ClusterLook, inForce: InForce): readonly FindingToBe[] {
  const { cluster } = look;
  const found = [
    ...(cluster.addon.on ? [] : [addonOff]),
    ...(cluster.sensor.on ? [] : [sensorOff]),
    ...policyFindings(look.control, "configuration"),
    ...(look.workload ? policyFindings(look.workload, "workload") : []),
  ];
  return found.filter(({ rule }) => !isExcused(rule, look, inForce));
}

/** Whether an exemption covers a rule for the cluster. */
export const isExcused = (
  rule: Finding["rule"],
  { cluster, now }: Pick<ClusterLook, "cluster" | "now">,
  { policy }: Pick<InForce, "policy">,
): boolean =>
  rule !== "alerts" &&
  exemptionFor(policy, { subject: cluster.id, rule: rule satisfies RuleName }, now) !== null;

const addonOff = plainFinding({
  key: "addon",
  rule: "addon",
  part: "configuration",
  severity: "Medium",
  title: "Azure Policy add-on is off",
});

const sensorOff = plainFinding({
  key: "sensor",
  rule: "sensor",
  part: "configuration",
  severity: "Medium",
  title: "Defender sensor is off",
});

/** One finding a definition, whichever assignments found it. */
export function policyFindings(
  compliance: Known<Compliance>,
  part: "configuration" | "workload",
): readonly FindingToBe[] {
  if (compliance.kind === "unreadable") return [];
  const byDefinition = new Map<string, Violation[]>();
  for (const violation of compliance.value.violations) {
    if (isReadDirectly(violation.definition)) continue;
    const found = byDefinition.get(violation.definition) ?? [];
    byDefinition.set(violation.definition, [...found, violation]);
  }
  return [...byDefinition].map(([definition, found]) => ({
    key: `policy:${definition}`,
    rule: "compliance",
    part,
    severity: severityOf(definition),
    title: titleFor(definition, found),
    definition,
    assignment: found[0]?.assignment ?? null,
    components: mergedComponents(found),
    componentCount: Math.max(...found.map(({ componentCount }) => componentCount)),
    cutOff: found.some(({ cutOff }) => cutOff),
  }));
}

function titleFor(definition: string, [first]: readonly Violation[]): string {
  const known = titleOf(definition) ?? builtinDefinition(definition)?.name;
  return known ?? `Violates the policy "${first?.assignment ?? definition}"`.slice(0, 200);
}

const mostComponents = 50;

function mergedComponents(found: readonly Violation[]): readonly Component[] {
  const all = found.flatMap(({ components }) => components);
  const unique = new Map(
    all.map((one) => [`${one.type}/${one.namespace ?? ""}/${one.name}`.toLowerCase(), one]),
  );
  return [...unique.values()].slice(0, mostComponents);
}

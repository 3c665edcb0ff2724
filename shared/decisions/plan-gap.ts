import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { BaselinePlan } from "../domain/policy.ts";

/** What a plan lacks of what is wanted of it. */
export interface PlanGap {
  readonly off: boolean;
  /** Extensions that are off. */
  readonly extensions: readonly string[];
  /** Sub-plan that it must be raised to; null = the one it has is kept. */
  readonly raise: string | null;
}

/** What a plan lacks, or null when nothing; extensions compare without regard to case. */
export function planGap(plan: DefenderPlan | undefined, wanted: BaselinePlan): PlanGap | null {
  const on = new Set(
    (plan?.extensions ?? []).filter((one) => one.on).map((one) => one.name.toLowerCase()),
  );
  const off = !plan?.on;
  const extensions = unique(wanted.extensions).filter((name) => off || !on.has(name.toLowerCase()));
  const raise = plan?.on && isLower(plan.subPlan, wanted.subPlan) ? wanted.subPlan : null;
  return off || extensions.length > 0 || raise ? { off, extensions, raise: raise ?? null } : null;
}

/** Servers have two sub-plans of which one holds the other; all others stand side by side. */
const isLower = (present: string | null, wanted: string | undefined): boolean =>
  present?.toUpperCase() === "P1" && wanted?.toUpperCase() === "P2";

/**
 * What a plan shall become: all wanted extensions as Azure spells them, with the sub-plan that is in
 * use unless it is raised.
 */
export function targetOf(
  { name, wanted }: { readonly name: string; readonly wanted: BaselinePlan },
  plan: DefenderPlan | undefined,
  gap: PlanGap,
): PlanTarget {
  const spelled = new Map(
    (plan?.extensions ?? []).map((one) => [one.name.toLowerCase(), one.name]),
  );
  const inUse = plan?.on ? plan.subPlan : null;
  return {
    name: plan?.name ?? name,
    subPlan: gap.raise ?? inUse ?? wanted.subPlan ?? plan?.subPlan ?? null,
    extensions: unique(wanted.extensions).map((one) => spelled.get(one.toLowerCase()) ?? one),
  };
}

/** A target with what is on beyond it: a command or template that leaves it out may switch it off. */
export function wholeOf(target: PlanTarget, plan: DefenderPlan | undefined): PlanTarget {
  const on = plan?.on ? plan.extensions.filter((one) => one.on).map((one) => one.name) : [];
  return { ...target, extensions: unique([...target.extensions, ...on]) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

/** A gap in words, such as `is off`. */
export function gapInWords({ off, extensions, raise }: PlanGap): string {
  if (off) return "is off";
  const lacks = extensions.length > 0 ? `lacks ${extensions.join(", ")}` : "";
  const lower = raise ? `is below sub-plan ${raise}` : "";
  return [lacks, lower].filter(Boolean).join(" and ");
}

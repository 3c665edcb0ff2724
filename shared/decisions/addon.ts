import type { InClusterPolicies } from "../domain/case.ts";
import type { Cluster } from "../domain/cluster.ts";
import type { Decision } from "../domain/decision.ts";
import type { InForce } from "../domain/policy.ts";
import { isHarmless, type PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known } from "../domain/refusal.ts";
import {
  azurePolicyRemediates,
  type ClusterBeforeChange,
  clusterObjections,
  isNewCluster,
} from "./cluster-objections.ts";
import { decide, leave, type Objection, unreadable } from "./decide.ts";
import { notRegistered } from "./registration.ts";

/** What is known before the Azure Policy add-on may be switched on. */
export interface AddonFacts extends ClusterBeforeChange {
  /** Whether Microsoft.PolicyInsights is registered in the subscription. */
  readonly provider: Known<boolean>;
  readonly assignments: Known<readonly PolicyAssignment[]>;
}

const about = { rule: "addon", act: "enable-addon" } as const;

/** Built-in definition that deploys the add-on. Source: Azure/azure-policy, built-in policies. */
const deploysAddon = ["a8eff44f-8c92-45c3-a3fb-9880802d67a7"];

/**
 * Whether to switch the Azure Policy add-on on. That makes policies live inside the cluster, so what
 * is assigned is looked through first, and a fact that cannot be read means no.
 */
export function decideAddon(facts: AddonFacts, inForce: InForce): Decision {
  if (facts.cluster.addon.on) return leave(about, { reason: "compliant", detail: "it is on" });
  const { mode, withDeny } = inForce.policy.rules.addon;
  const wish = {
    ...about,
    mode,
    detail: "the Azure Policy add-on is off",
    isNew: isNewCluster(facts, inForce),
  };
  const objections = [
    ...clusterObjections(about, facts, inForce),
    unregistered(facts),
    ...(facts.assignments.kind === "known"
      ? assignedObjections(facts.assignments.value, facts, withDeny)
      : [unreadable("what is assigned by Azure Policy", facts.assignments.why)]),
  ];
  return decide(wish, objections, inForce);
}

function unregistered({ provider, cluster }: AddonFacts): Objection | null {
  if (provider.kind === "unreadable") {
    return unreadable("whether Microsoft.PolicyInsights is registered", provider.why);
  }
  if (provider.value) return null;
  return notRegistered("Microsoft.PolicyInsights", cluster.subscriptionId);
}

function assignedObjections(
  assignments: readonly PolicyAssignment[],
  facts: ClusterBeforeChange,
  withDeny: boolean,
): readonly (Objection | null)[] {
  return [
    azurePolicyRemediates(assignments, deploysAddon, { ...facts, act: about.act }),
    withDeny ? null : wouldBlock(assignments),
  ];
}

/** In-cluster policies that would start to refuse or change workloads once the add-on is on. */
function wouldBlock(assignments: readonly PolicyAssignment[]): Objection | null {
  const live = assignments.filter(({ layer, enforced }) => layer === "in-cluster" && enforced);
  const hard = live.filter(({ effect }) => effect !== "unknown" && !isHarmless(effect));
  if (hard.length > 0) {
    const named = hard.map(({ title, effect }) => `"${title}" is ${capital(effect)}`);
    return { reason: "would-block", detail: listed(named) };
  }
  const dark = live.filter(({ effect }) => effect === "unknown");
  if (dark.length === 0) return null;
  return unreadable(
    "the effect of what is assigned",
    listed(dark.map(({ title }) => `"${title}"`)),
  );
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const mostNamed = 5;

/** The first few names, without repeats, and how many more there are. */
function listed(names: readonly string[]): string {
  const each = [...new Set(names)];
  const more = each.length - mostNamed;
  return each.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Policies that apply inside the cluster once the add-on is on, and what those do that do not just watch. */
export function inClusterPolicies(
  assignments: Known<readonly PolicyAssignment[]>,
): InClusterPolicies | null {
  if (assignments.kind === "unreadable") return null;
  const live = assignments.value.filter(
    ({ layer, enforced }) => layer === "in-cluster" && enforced,
  );
  const hard = live.map(({ effect }) => effect).filter((effect) => !isHarmless(effect));
  const deny = hard.filter((effect) => effect === "deny").length;
  const unknown = hard.filter((effect) => effect === "unknown").length;
  const change = hard.length - deny - unknown;
  return {
    total: live.length,
    deny,
    ...(change > 0 ? { change } : {}),
    ...(unknown > 0 ? { unknown } : {}),
  };
}

/** The add-on of a cluster as the text that our own write is compared with. */
export const addonText = ({ addon }: Pick<Cluster, "addon">): string => (addon.on ? "on" : "off");

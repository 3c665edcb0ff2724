import type { Time } from "../clock.ts";
import { listAt, textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, readResourceId, subscriptionOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import type { Addons } from "./addon.ts";
import { type AssignedRule, exemptionOf, rulesOver } from "./assignments.ts";
import { type ComponentViolation, type PolicyRecord, recordKey } from "./record.ts";
import { applies, isInCluster, judge } from "./verdict.ts";

/** Judges resources by everything that is assigned over them. */
export interface Judging {
  /** Verdicts on a resource as it now stands, by key; none for one that is gone or not judged. */
  judge(id: string, at: Time): ReadonlyMap<string, PolicyRecord>;
  /** Replaces what the add-on finds inside a cluster. */
  setViolations(clusterId: string, violations: readonly ComponentViolation[]): void;
}

/** Azure keeps at most this many noncompliant components a policy and cluster. */
const mostComponents = 500;

/** Providers whose resources are attached to others and never judged themselves. */
const neverJudged = /^microsoft\.(authorization|security|policyinsights|management|insights)\//;

/** Whether Azure Policy looks at a resource of this kind at all. */
export function isJudged({ id }: Resource): boolean {
  const path = readResourceId(id);
  const isAttached = id.toLowerCase().split("/providers/").length > 2;
  if (!path?.subscriptionId || isAttached) return false;
  return path.type !== "microsoft.resources/providers" && !neverJudged.test(path.type);
}

/** Builds the judging of an estate; what is inside its clusters comes from the estate's own entries. */
export function createJudging(parts: AzureParts, addons: Addons): Judging {
  const { store, clock } = parts;
  const violations = new Map<string, readonly ComponentViolation[]>();
  for (const { cluster, violations: found } of parts.estate.violations) {
    const key = canonical(cluster);
    violations.set(key, [...(violations.get(key) ?? []), ...found]);
  }

  const inClusterRecord = (
    base: Pick<PolicyRecord, "key" | "resource" | "rule" | "at">,
  ): PolicyRecord | null => {
    const { id } = base.resource;
    if (!addons.reports(id, clock.now())) return null;
    const exempt = exemptionOf(store, base.rule, { id, now: base.at }) !== null;
    const all = violations.get(canonical(id)) ?? [];
    const components = exempt ? [] : all.filter((one) => isAbout(one, base.rule));
    const verdict = components.length > 0 ? "NonCompliant" : "Compliant";
    return {
      ...base,
      state: exempt ? "Exempt" : verdict,
      components: components.slice(0, mostComponents),
      details: {},
    };
  };

  const recordOf = (rule: AssignedRule, resource: Resource, at: Time): PolicyRecord | null => {
    const base = { key: recordKey(resource.id, rule), resource, rule, at };
    if (isInCluster(rule)) return inClusterRecord(base);
    const verdict = judge(store, rule, { resource, now: at });
    return verdict && { ...base, ...verdict, components: null };
  };

  return {
    judge(id, at) {
      const resource = store.find(id);
      if (!resource || !isJudged(resource) || !isRegistered(parts, id)) return new Map();
      const records = rulesOver(store, id)
        .filter((rule) => applies(rule, resource))
        .flatMap((rule) => recordOf(rule, resource, at) ?? []);
      return new Map(records.map((record) => [record.key, record]));
    },
    setViolations(clusterId, found) {
      violations.set(canonical(clusterId), found);
    },
  };
}

/** An unregistered subscription has no states; one that the estate does not speak of is registered. */
function isRegistered({ store }: AzureParts, id: string): boolean {
  const subscription = subscriptionOf(id);
  const provider = store.find(`/subscriptions/${subscription}/providers/Microsoft.PolicyInsights`);
  return !provider || textAt(provider, "registrationState") === "Registered";
}

function isAbout(violation: ComponentViolation, rule: AssignedRule): boolean {
  const name = (id: string) => id.slice(id.lastIndexOf("/") + 1).toLowerCase();
  if (name(violation.policyDefinitionId) !== name(rule.definitionId)) return false;
  const [namespace = "", ...rest] = violation.componentId.split("/");
  return rest.length === 0 || !listAt(rule.parameters, "excludedNamespaces").includes(namespace);
}

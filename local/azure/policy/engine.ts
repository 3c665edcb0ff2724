import type { Time } from "../clock.ts";
import { listAt, textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, readResourceId, subscriptionOf } from "../resource-id.ts";
import { type Resource, typeOf } from "../store.ts";
import { clusterType, createAddons } from "./addon.ts";
import {
  type AssignedRule,
  assignedScope,
  exemptionOf,
  reaches,
  rulesOver,
} from "./assignments.ts";
import { stateEvent } from "./event.ts";
import { type ComponentViolation, type PolicyRecord, recordKey } from "./record.ts";
import { applies, isInCluster, judge } from "./verdict.ts";

/** Azure Policy at work on the estate. */
export interface PolicyEngine {
  /** The states that hold now. */
  readonly current: () => readonly PolicyRecord[];
  /** Every verdict ever, in order. */
  readonly history: readonly PolicyRecord[];
  /** Judges everything at or below a scope after the usual delay; answers when it will be done. */
  evaluate(scope: string): Time;
  /** Replaces what the add-on finds inside a cluster; seen at its next audit. */
  setViolations(clusterId: string, violations: readonly ComponentViolation[]): void;
}

const assignmentTypes: ReadonlySet<string> = new Set(
  ["policyassignments", "policyexemptions", "policydefinitions", "policysetdefinitions"].map(
    (type) => `microsoft.authorization/${type}`,
  ),
);

/** Providers whose resources are attached to others and never judged themselves. */
const neverJudged = /^microsoft\.(authorization|security|policyinsights|management|insights)\//;

/** Azure keeps at most this many noncompliant components a policy and cluster. */
const mostComponents = 500;

/**
 * Judges the estate as it stands (those states are some hours old), then follows every change at
 * Azure's pace and raises an event for each state that comes, changes or goes.
 */
export function createPolicyEngine(parts: AzureParts): PolicyEngine {
  const { store, clock, delays, events } = parts;
  const addons = createAddons(parts);
  const violations = new Map<string, readonly ComponentViolation[]>();
  for (const { cluster, violations: found } of parts.estate.violations) {
    const key = canonical(cluster);
    violations.set(key, [...(violations.get(key) ?? []), ...found]);
  }
  const byResource = new Map<string, ReadonlyMap<string, PolicyRecord>>();
  const history: PolicyRecord[] = [];

  const componentsOf = (rule: AssignedRule, cluster: Resource): readonly ComponentViolation[] =>
    (violations.get(canonical(cluster.id)) ?? [])
      .filter((one) => sameDefinition(one.policyDefinitionId, rule.definitionId))
      .filter((one) => !isExcluded(one, rule))
      .slice(0, mostComponents);

  const recordOf = (rule: AssignedRule, resource: Resource, at: Time): PolicyRecord | null => {
    const base = { key: recordKey(resource.id, rule), resource, rule, at };
    if (!isInCluster(rule)) {
      const verdict = judge(store, rule, { resource, now: at });
      return verdict && { ...base, ...verdict, components: null };
    }
    if (!addons.reports(resource.id, clock.now())) return null;
    const exempt = exemptionOf(store, rule, { id: resource.id, now: at }) !== null;
    const components = exempt ? [] : componentsOf(rule, resource);
    const state = exempt ? "Exempt" : components.length > 0 ? "NonCompliant" : "Compliant";
    return { ...base, state, components, details: {} };
  };

  const judgeResource = (id: string, at: Time): ReadonlyMap<string, PolicyRecord> => {
    const resource = store.find(id);
    if (!resource || !isJudged(resource) || !isRegistered(resource)) return new Map();
    const records = rulesOver(store, id)
      .filter((rule) => applies(rule, resource))
      .flatMap((rule) => recordOf(rule, resource, at) ?? []);
    return new Map(records.map((record) => [record.key, record]));
  };

  const isRegistered = ({ id }: Resource): boolean => {
    const provider = store.find(`/subscriptions/${subscriptionOf(id)}/providers/${namespace}`);
    return !provider || textAt(provider, "registrationState") === "Registered";
  };

  const look = (id: string): void => {
    const key = canonical(id);
    const before = byResource.get(key) ?? new Map<string, PolicyRecord>();
    const after = judgeResource(id, clock.now());
    byResource.set(key, after);
    for (const record of after.values()) {
      history.push(record);
      const known = before.get(record.key);
      if (!known) raise("Created", record);
      else if (known.state !== record.state) raise("Changed", record);
    }
    for (const record of before.values()) {
      if (!after.has(record.key)) raise("Deleted", { ...record, at: clock.now() });
    }
  };

  const raise = (change: "Created" | "Changed" | "Deleted", record: PolicyRecord): void => {
    if (record.components === null) events.publish(stateEvent(change, record));
  };

  const lookAt = (id: string, at: Time): void => clock.schedule(at, () => look(id));

  const evaluate = (scope: string, delay = delays.policyEvaluation): Time => {
    const at = clock.now() + delay;
    const inScope = (id: string) => scope === "" || reaches(store, scope, id);
    clock.schedule(at, () => {
      for (const resource of store.all()) {
        if (isJudged(resource) && inScope(resource.id)) look(resource.id);
      }
    });
    return at;
  };

  const onChange = (id: string, after: Resource | null, before: Resource | null): void => {
    const resource = after ?? before;
    if (!resource) return;
    const type = typeOf(resource);
    if (assignmentTypes.has(type)) {
      const scope = type.endsWith("definitions") ? "" : assignedScope(resource);
      evaluate(scope, delays.assignmentEffect + delays.policyEvaluation);
    } else if (type === "microsoft.security/pricings" && subscriptionOf(id)) {
      lookAt(`/subscriptions/${subscriptionOf(id)}`, clock.now() + delays.policyEvaluation);
    } else if (isJudged(resource)) {
      lookAt(id, clock.now() + (after ? delays.policyEvaluation : 0));
      const turns = after && type === clusterType ? addons.observe(after) : [];
      for (const at of turns) lookAt(id, at);
    }
  };

  const firstLook = clock.now() - initialAge;
  for (const resource of store.all().filter(isJudged)) {
    const records = judgeResource(resource.id, firstLook);
    byResource.set(canonical(resource.id), records);
    history.push(...records.values());
  }
  store.watch(({ id, before, after }) => onChange(id, after, before));

  return {
    current: () => [...byResource.values()].flatMap((records) => [...records.values()]),
    history,
    evaluate: (scope) => evaluate(scope),
    setViolations(clusterId, found) {
      violations.set(canonical(clusterId), found);
      lookAt(clusterId, clock.now() + delays.policyEvaluation);
    },
  };
}

const namespace = "Microsoft.PolicyInsights";

/** How old the states are that the estate starts with. */
const initialAge = 3 * 3_600_000;

function isJudged({ id }: Resource): boolean {
  const path = readResourceId(id);
  const isAttached = id.toLowerCase().split("/providers/").length > 2;
  if (!path?.subscriptionId || isAttached) return false;
  return path.type !== "microsoft.resources/providers" && !neverJudged.test(path.type);
}

function sameDefinition(left: string, right: string): boolean {
  const name = (id: string) => id.slice(id.lastIndexOf("/") + 1).toLowerCase();
  return name(left) === name(right);
}

function isExcluded({ componentId }: ComponentViolation, { parameters }: AssignedRule): boolean {
  const [namespaceName = "", ...rest] = componentId.split("/");
  return rest.length > 0 && listAt(parameters, "excludedNamespaces").includes(namespaceName);
}

import { isObject, type JsonObject, objectAt, textAt } from "../json.ts";
import { resourceGroupType, subscriptionOf, subscriptionType } from "../resource-id.ts";
import { type Resource, type Store, typeOf } from "../store.ts";
import { type AssignedRule, exemptionOf } from "./assignments.ts";
import { holds, isAbout, type RuleContext, UnreadableRule } from "./rule.ts";

/** What Azure Policy says of one resource under one rule. */
export interface Verdict {
  readonly state: "Compliant" | "NonCompliant" | "Exempt";
  /** As `$expand=PolicyEvaluationDetails` shows it. */
  readonly details: JsonObject;
}

/** The mode of a definition that is judged inside of clusters. */
const dataMode = "microsoft.kubernetes.data";

/** Whether a rule is judged by the add-on inside a cluster. */
export function isInCluster(rule: AssignedRule): boolean {
  const mode = textAt(objectAt(rule.definition, "properties"), "mode");
  return mode?.toLowerCase().startsWith(dataMode) ?? false;
}

/** Whether a rule is about this resource and not switched off. */
export function applies(rule: AssignedRule, resource: Resource): boolean {
  const mode = textAt(objectAt(rule.definition, "properties"), "mode")?.toLowerCase();
  const type = typeOf(resource);
  const isContainer = type === subscriptionType || type === resourceGroupType;
  if (rule.effect.toLowerCase() === "disabled" || (mode === "indexed" && isContainer)) return false;
  return unlessUnreadable(() => isAbout(conditionOf(rule), contextOf(rule, resource))) ?? false;
}

/** The answer, or null when the rule uses something that this evaluator does not know. */
function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableRule) return null;
    throw error;
  }
}

function conditionOf(rule: AssignedRule) {
  return objectAt(objectAt(rule.definition, "properties"), "policyRule")["if"];
}

function contextOf(rule: AssignedRule, resource: Resource): RuleContext {
  return { resource, parameters: rule.parameters };
}

/** Judges a resource by its ARM properties; null = the rule uses something unknown here. */
export function judge(
  store: Store,
  rule: AssignedRule,
  { resource, now }: { resource: Resource; now: number },
): Verdict | null {
  const evaluatedExpressions: JsonObject[] = [];
  const note = (expression: JsonObject) => evaluatedExpressions.push(expression);
  return unlessUnreadable((): Verdict => {
    const hit = holds(conditionOf(rule), { ...contextOf(rule, resource), note });
    const violates = hit && !exists(store, rule, resource);
    const details = { evaluatedExpressions };
    if (exemptionOf(store, rule, { id: resource.id, now })) return { state: "Exempt", details };
    return { state: violates ? "NonCompliant" : "Compliant", details };
  });
}

/** Whether the related resource that an `...IfNotExists` effect looks for is there as wanted. */
function exists(store: Store, rule: AssignedRule, resource: Resource): boolean {
  if (!rule.effect.toLowerCase().endsWith("ifnotexists")) return false;
  const then = objectAt(objectAt(objectAt(rule.definition, "properties"), "policyRule"), "then");
  const details = objectAt(then, "details");
  const type = textAt(details, "type")?.toLowerCase();
  if (type === undefined) throw new UnreadableRule("details without a type");
  const wanted = details["existenceCondition"];
  return related(store, { type, name: textAt(details, "name"), resource }).some(
    (one) => !isObject(wanted) || holds(wanted, contextOf(rule, one)),
  );
}

function related(
  store: Store,
  { type, name, resource }: { type: string; name: string | null; resource: Resource },
): readonly Resource[] {
  if (type === typeOf(resource)) return [resource];
  const subscription = subscriptionOf(resource.id);
  if (!type.startsWith("microsoft.security/") || subscription === null) {
    throw new UnreadableRule(`a related ${type}`);
  }
  return store
    .list(type, `/subscriptions/${subscription}`)
    .filter((one) => name === null || one.id.toLowerCase().endsWith(`/${name.toLowerCase()}`));
}

import type { Time } from "../clock.ts";
import type { AzureParts } from "../parts.ts";
import { subscriptionOf } from "../resource-id.ts";
import { type Resource, type StoreChange, typeOf } from "../store.ts";
import { clusterType, createAddons } from "./addon.ts";
import { assignedScope, reaches } from "./assignments.ts";
import { stateEvent } from "./event.ts";
import { createJudging, isJudged, type Judging } from "./judging.ts";
import { createStateBook, type StateBook } from "./state-book.ts";

/** Azure Policy at work on the estate. */
export interface PolicyEngine extends Pick<StateBook, "current" | "history"> {
  /** Judges everything at or below a scope after the usual delay; answers when it will be done. */
  evaluate(scope: string): Time;
  /** Replaces what the add-on finds inside a cluster; seen at its next audit. */
  setViolations: Judging["setViolations"];
}

const assignmentTypes: ReadonlySet<string> = new Set(
  ["policyassignments", "policyexemptions", "policydefinitions", "policysetdefinitions"].map(
    (type) => `microsoft.authorization/${type}`,
  ),
);

/** How old the states are that the estate starts with. */
const initialAge = 3 * 3_600_000;

/**
 * Judges the estate as it stands (those states are some hours old), then follows every change at
 * Azure's pace and raises an event for each state that comes, changes or goes.
 */
export function createPolicyEngine(parts: AzureParts): PolicyEngine {
  const { store, clock, delays, events } = parts;
  const addons = createAddons(parts);
  const judging = createJudging(parts, addons);
  const book = createStateBook();

  const look = (id: string): void => {
    const now = clock.now();
    for (const { kind, record } of book.write(id, judging.judge(id, now))) {
      // Whether states of the inside of a cluster raise events is not documented: none do here.
      if (record.components === null) events.publish(stateEvent(kind, { ...record, at: now }));
    }
  };

  const lookAt = (id: string, at: Time): void => clock.schedule(at, () => look(id));

  const evaluate = (scope: string, delay = delays.policyEvaluation): Time => {
    const at = clock.now() + delay;
    const isMeant = ({ id }: Resource) => scope === "" || reaches(store, scope, id);
    clock.schedule(at, () => {
      for (const resource of store.all().filter(isJudged).filter(isMeant)) look(resource.id);
    });
    return at;
  };

  const follow = ({ id, before, after }: StoreChange): void => {
    const resource = after ?? before;
    if (!resource) return;
    const type = typeOf(resource);
    const subscription = `/subscriptions/${subscriptionOf(id)}`;
    if (assignmentTypes.has(type)) {
      const scope = type.endsWith("definitions") ? "" : assignedScope(resource);
      evaluate(scope, delays.assignmentEffect + delays.policyEvaluation);
    } else if (/\/providers\/microsoft\.policyinsights$/i.test(id)) {
      evaluate(subscription);
    } else if (type === "microsoft.security/pricings") {
      lookAt(subscription, clock.now() + delays.policyEvaluation);
    } else if (isJudged(resource)) {
      lookAt(id, clock.now() + (after ? delays.policyEvaluation : 0));
      const turns = after && type === clusterType ? addons.observe(after) : [];
      for (const at of turns) lookAt(id, at);
    }
  };

  for (const { id } of store.all().filter(isJudged)) {
    book.write(id, judging.judge(id, clock.now() - initialAge));
  }
  store.watch(follow);

  return {
    current: book.current,
    history: book.history,
    evaluate: (scope) => evaluate(scope),
    setViolations(clusterId, found) {
      judging.setViolations(clusterId, found);
      lookAt(clusterId, clock.now() + delays.policyEvaluation);
    },
  };
}

import { callerOf, isOwnWrite, type OwnIdentity } from "./caller.ts";
import { type GridEvent, readGridEvents, withoutResource } from "./grid-event.ts";
import { isImageEvent, readImageEvent } from "./image-event.ts";
import type { Mark, When } from "./mark.ts";
import { atOnce, lookAt, lookAtSubscription, type Place, placeOf } from "./place.ts";
import { ignoredAs, markedAs, type Reading } from "./reading.ts";
import { lineOf, memberOf, textOf } from "./untrusted.ts";

/** Our own writes are looked at this much later, by when Azure has digested them. */
const ownWriteDelay = 2;

const succeeded = /^microsoft\.resources\.resource(write|delete|action)success$/;
const notified = /^microsoft\.resourcenotifications\.resources\.(createdorupdated|deleted)$/;

/**
 * Reads what Event Grid tells of writes, deletions and actions on resources as looks at the clusters,
 * registries and subscriptions that they can matter to. What failed or was cancelled changed nothing, and the
 * event's `data.status` does not say which it was: only the type of the event does.
 */
export function readResourceChanges(body: unknown, own: OwnIdentity): Reading {
  return readGridEvents(body, (event) => {
    const change = succeeded.exec(event.type)?.[1];
    if (change) return readChange(event, change, own);
    if (isImageEvent(event)) return readImageEvent(event);
    return notified.test(event.type) ? readNotification(event) : null;
  });
}

function readChange(event: GridEvent, change: string, own: OwnIdentity): Reading {
  const id = event.subject || (textOf(event.data, "resourceUri") ?? "");
  const operation = lineOf(textOf(event.data, "operationName")?.toLowerCase() ?? "", 100);
  const place = placeOf(id);
  if (!place) return nowhere(event, id, operation);
  if (!matters(place, change === "action" ? operation : null)) {
    return ignoredAs(operation || lineOf(place.leafType ?? place.kind, 100));
  }
  return markedAs(looksFor(place, whenOf(event.data, own)));
}

function whenOf(data: unknown, own: OwnIdentity): When {
  if (!isOwnWrite(data, own)) return { delayMinutes: 0, by: callerOf(data) };
  const id = lineOf(textOf(data, "correlationId") ?? "", 100);
  return { delayMinutes: ownWriteDelay, by: null, ...(id ? { own: [id] } : {}) };
}

/**
 * Plans belong to the subscription, whatever they are set on; and the first registry in a
 * subscription is something for a plan to protect.
 */
function looksFor(place: Place, when: When): readonly Mark[] {
  if (place.leafType === plans) return [lookAtSubscription(place, when)];
  const look = lookAt(place, when);
  return place.leafType === registries ? [look, lookAtSubscription(place, when)] : [look];
}

const plans = "microsoft.security/pricings";
const registries = "microsoft.containerregistry/registries";
const aks = "microsoft.containerservice/managedclusters";

/** What is written on or below a cluster and can change a judgement about it. */
const ofClusters = new Set([
  aks,
  `${aks}/agentpools`,
  "microsoft.resources/tags",
  "microsoft.authorization/locks",
  "microsoft.authorization/policyassignments",
  "microsoft.authorization/policyexemptions",
  plans,
]);

/** What is written on a registry and can change a judgement about it. */
const ofRegistries = new Set([
  registries,
  "microsoft.resources/tags",
  "microsoft.authorization/locks",
  "microsoft.authorization/policyassignments",
  "microsoft.authorization/policyexemptions",
  plans,
]);

/** What is written elsewhere in a subscription and can change a judgement about it. */
const ofSubscriptions = new Set([
  plans,
  "microsoft.kubernetes/connectedclusters",
  "microsoft.authorization/policyassignments",
  "microsoft.authorization/policyexemptions",
]);

const clusterActions = new Set([`${aks}/start/action`, `${aks}/stop/action`]);
const registrations = new Set([
  "microsoft.containerservice/register/action",
  "microsoft.policyinsights/register/action",
  "microsoft.security/register/action",
]);

/** Every operation that is acted on, in lower case: what event subscriptions must let through. */
export const operationsActedOn: readonly string[] = [
  ...[...new Set([...ofClusters, ...ofRegistries, ...ofSubscriptions])].flatMap((type) => [
    `${type}/write`,
    `${type}/delete`,
  ]),
  ...clusterActions,
  ...registrations,
];

/** `action` is the operation's name where the change was an action, else null. */
function matters(place: Place, action: string | null): boolean {
  if (action !== null) {
    return place.kind === "cluster" ? clusterActions.has(action) : registrations.has(action);
  }
  return place.leafType !== null && typesOn(place.kind).has(place.leafType);
}

function typesOn(kind: Place["kind"]): ReadonlySet<string> {
  if (kind === "cluster") return ofClusters;
  return kind === "registry" ? ofRegistries : ofSubscriptions;
}

function readNotification(event: GridEvent): Reading {
  const id = textOf(memberOf(event.data, "resourceInfo"), "id") ?? event.subject;
  const place = placeOf(id);
  if (!place) return nowhere(event, id, event.type);
  return (place.kind === "cluster" || place.kind === "registry") && place.itself
    ? markedAs([lookAt(place, atOnce)])
    : ignoredAs(lineOf(place.leafType ?? place.kind, 100));
}

/** An id that cannot be right but speaks of a cluster must not go by unseen. */
function nowhere(event: GridEvent, id: string, what: string): Reading {
  return id === "" || id.toLowerCase().includes(`/${aks}/`)
    ? withoutResource(event)
    : ignoredAs(what || "change outside subscriptions");
}

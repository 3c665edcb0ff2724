import { type GridEvent, readGridEvents, withoutResource } from "./grid-event.ts";
import { atOnce, lookAt, placeOf } from "./place.ts";
import { ignoredAs, markedAs, type Reading } from "./reading.ts";
import { lineOf } from "./untrusted.ts";

const stateEvent = /^microsoft\.policyinsights\.policystate(created|changed|deleted)$/;

/**
 * Reads what Event Grid tells of Azure Policy's verdicts as looks at the clusters,
 * registries and subscriptions concerned, compliant as well as noncompliant: the fixed ones must be seen too.
 */
export function readPolicyStates(body: unknown): Reading {
  return readGridEvents(body, (event) => (stateEvent.test(event.type.trim()) ? read(event) : null));
}

function read(event: GridEvent): Reading {
  const { subject } = event;
  const place = placeOf(subject);
  if (!place) {
    const cluster = subject.toLowerCase().includes("/microsoft.containerservice/managedclusters/");
    return subject === "" || cluster
      ? withoutResource(event)
      : ignoredAs("state of a resource that is not watched");
  }
  const ours = ["cluster", "registry", "container-host", "subscription"].includes(place.kind);
  return ours
    ? markedAs([lookAt(place, atOnce)])
    : ignoredAs(`state of ${lineOf(place.leafType ?? place.kind, 100)}`);
}

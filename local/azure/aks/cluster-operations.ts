import type { Manner } from "../estate-entry.ts";
import type { AzureRequest, Caller, RoutedRequest } from "../exchange.ts";
import { guidOf } from "../ids.ts";
import { isObject, textAt } from "../json.ts";
import type { Ending, Operation } from "../operations.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, subscriptionOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import { deployedAddons } from "./addons.ts";
import { inState } from "./cluster-state.ts";

/** A change of a cluster that takes time. */
export interface ClusterChange {
  readonly request: RoutedRequest;
  /** Such as `Microsoft.ContainerService/managedClusters/write`. */
  readonly operation: string;
  readonly before: Resource;
  /** The cluster while the change runs. */
  readonly during: Resource;
  /** The cluster once the change is done; null = gone. */
  readonly after: (now: Resource) => Resource | null;
  readonly duration: number;
}

/** Long-running operations of clusters, one at a time for each. */
export interface ClusterOperations {
  start(change: ClusterChange): Operation;
  /** Displaces what runs on the cluster. */
  preempt(id: string, code: string, by: AzureRequest): void;
  /** The caller of what runs on the cluster, if the simulator started it. */
  runningFor(id: string): Caller | null;
}

/** Builds the cluster side of long-running operations. */
export function createClusterOperations(parts: AzureParts): ClusterOperations {
  const { store, operations, events } = parts;
  const running = new Map<string, { operation: Operation; caller: Caller }>();

  const finish = (change: ClusterChange, ending: Ending): void => {
    const { request, before, operation } = change;
    running.delete(canonical(before.id));
    const now = store.find(before.id);
    if (!now) return;
    const kind = operation.endsWith("/write")
      ? "Write"
      : operation.endsWith("/delete")
        ? "Delete"
        : "Action";
    if (ending.status === "Succeeded") {
      const after = change.after(now);
      if (after) store.put(after);
      else store.remove(before.id);
    } else {
      store.put(inState(before, ending.status));
    }
    const outcome = `${kind}${ending.status === "Succeeded" ? "Success" : "Failure"}` as const;
    events.activity({ outcome, resourceId: before.id, operation, request });
  };

  const start = (change: ClusterChange): Operation => {
    const id = canonical(change.before.id);
    store.put(change.during);
    const operation = operations.start({
      subscriptionId: subscriptionOf(id) ?? "",
      namespace: "Microsoft.ContainerService",
      location: textAt(change.before, "location") ?? "westeurope",
      ...course(change, parts),
      onEnd: (ending) => {
        finish(change, ending);
        if (ending.status === "Canceled" && ending.code === "AKSOperationPreempted") {
          anotherTakesOver(change, parts);
        }
      },
    });
    if (!operation.ended()) running.set(id, { operation, caller: change.request.caller });
    return operation;
  };

  return {
    start,
    runningFor: (id) => running.get(canonical(id))?.caller ?? null,
    preempt(id, code, by) {
      const found = running.get(canonical(id));
      parts.noteMisstep({
        caller: by.caller.name,
        resourceId: id,
        kind: "preempted-operation",
        detail: `displaced the operation of ${found?.caller.name ?? "another caller"} (${code})`,
      });
      const message = "The operation was preempted by a newer one.";
      found?.operation.end({ status: "Canceled", code, message });
    },
  };
}

/** How the operation goes: as Azure would, or as a fault of the request or the estate has it. */
function course(
  { before, duration, request }: ClusterChange,
  { manners }: AzureParts,
): { duration: number | null; ending: Ending } {
  const manner = <B extends Manner["behaviour"]>(behaviour: B) =>
    request.method === "PUT" ? manners.take(before.id, behaviour) : null;
  if (request.course === "operation-never-ends" || manner("operation-never-ends")) {
    return { duration: null, ending: { status: "Succeeded" } };
  }
  if (request.course === "operation-preempted" || manner("operation-preempted")) {
    return { duration: duration / 2, ending: preempted };
  }
  if (request.course === "operation-canceled") {
    const message = "The operation was canceled.";
    return {
      duration: duration / 2,
      ending: { status: "Canceled", code: "OperationCanceled", message },
    };
  }
  const failure = manner("operation-fails");
  if (!failure && request.course !== "operation-fails") {
    return { duration, ending: { status: "Succeeded" } };
  }
  const code = failure?.code ?? "AddonInstallationFailed";
  const message = failure?.message ?? "The add-on could not be installed.";
  return { duration, ending: { status: "Failed", code, message } };
}

const preempted: Ending = {
  status: "Canceled",
  code: "AKSOperationPreempted",
  message: "The operation was preempted by a newer operation on the same cluster.",
};

/** What displaced an operation runs for a while itself. */
function anotherTakesOver({ before, duration }: ClusterChange, { store, clock }: AzureParts): void {
  const now = store.find(before.id);
  if (!now) return;
  store.put(inState(now, "Upgrading"));
  clock.schedule(clock.now() + duration, () => {
    const later = store.find(before.id);
    if (later) store.put(inState(later, "Succeeded"));
  });
}

/** The cluster with its add-ons deployed and its state final. */
export function settled(cluster: Resource): Resource {
  const properties = cluster["properties"];
  const addonProfiles = deployedAddons(cluster);
  const had = isObject(properties) && properties["addonProfiles"] !== undefined;
  return inState(
    had ? { ...cluster, properties: { ...properties, addonProfiles } } : cluster,
    "Succeeded",
  );
}

/** Whoever holds a cluster busy from the start of the estate. */
export const somebody: Caller = {
  name: "another pipeline",
  objectId: guidOf("another pipeline"),
  appId: guidOf("another pipeline's app"),
  upn: null,
};

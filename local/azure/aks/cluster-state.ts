import { ArmFault } from "../arm-fault.ts";
import type { AzureRequest } from "../exchange.ts";
import { provisioningStateOf } from "../guards.ts";
import { isObject, type JsonObject, objectAt, textAt } from "../json.ts";
import type { Resource } from "../store.ts";

const terminal = ["", "succeeded", "failed", "canceled"];

/** Whether an operation runs on the cluster. */
export function isBusy(cluster: JsonObject): boolean {
  return !terminal.includes(provisioningStateOf(cluster));
}

/** Whether the cluster is stopped; its provisioningState says Succeeded then (Azure documentation, "Stop and start an AKS cluster"). */
export function isStopped(cluster: JsonObject): boolean {
  return textAt(objectAt(objectAt(cluster, "properties"), "powerState"), "code") === "Stopped";
}

/** 409 while another operation runs. */
export function busyFault(cluster: JsonObject): ArmFault {
  const state = textAt(objectAt(cluster, "properties"), "provisioningState");
  return new ArmFault(409, "OperationNotAllowed", {
    message: `Operation is not allowed: Another operation (${state}) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details`,
  });
}

/** 409 of a stopped cluster. */
export function stoppedFault(cluster: JsonObject, what: string): ArmFault {
  const state = textAt(objectAt(cluster, "properties"), "provisioningState");
  return new ArmFault(409, "OperationNotAllowed", {
    message: `managed cluster is in Provisioning State(${state}) and Power State(Stopped), ${what} cannot be performed`,
  });
}

/** 412 where If-Match or If-None-Match do not hold; an empty header means no check. */
export function checkPreconditions(
  { headers }: AzureRequest,
  found: { current: Resource | null; etag: string | null },
): void {
  const match = unquoted(headers["if-match"]);
  const noneMatch = unquoted(headers["if-none-match"]);
  if (match === "*" ? !found.current : match !== "" && match !== found.etag) {
    throw preconditionFailed(`The condition If-Match '${match}' does not hold.`);
  }
  if (noneMatch === "*" ? found.current : noneMatch !== "" && noneMatch === found.etag) {
    throw preconditionFailed(`The condition If-None-Match '${noneMatch}' does not hold.`);
  }
}

function preconditionFailed(message: string): ArmFault {
  return new ArmFault(412, "PreconditionFailed", { message });
}

function unquoted(header: string | undefined): string {
  return (header ?? "").trim().replace(/^"|"$/g, "");
}

/** The cluster with this provisioningState, and power state where given. */
export function inState(cluster: Resource, state: string, power?: string): Resource {
  const properties = cluster["properties"];
  const powerState = power === undefined ? {} : { powerState: { code: power } };
  return {
    ...cluster,
    properties: {
      ...(isObject(properties) ? properties : {}),
      provisioningState: state,
      ...powerState,
    },
  };
}

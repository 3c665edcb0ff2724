import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPolicyStates } from "../../shared/events/policy-state.ts";
import { operationsActedOn, readResourceChanges } from "../../shared/events/resource-change.ts";

const routes = JSON.parse(readFileSync("infra/event-routes.json", "utf8"));
const subscription = "/subscriptions/11111111-1111-4111-8111-111111111111";
const own = { principalId: "c0ffee00-0000-4000-8000-000000000002", appId: null };

/** A resource of the type that an operation is about. */
function subjectOf(operation: string): string {
  const [provider = "", ...types] = operation
    .replace(/\/(start|stop)\/action$|\/(write|delete)$/, "")
    .split("/");
  const cluster = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks`;
  if (provider === "Microsoft.Resources") return cluster;
  if (types[0] === "locks") return `${cluster}/providers/${provider}/locks/name`;
  const path = types.map((type) => `${type}/name`).join("/");
  const group = provider === "Microsoft.Security" ? "" : "/resourceGroups/rg";
  return `${subscription}${group}/providers/${provider}/${path}`;
}

function resourceEvent(operation: string, eventType: string) {
  const subject = subjectOf(operation);
  return {
    id: "1",
    topic: subscription,
    subject,
    eventType,
    eventTime: "2026-11-23T08:00:00Z",
    dataVersion: "2",
    metadataVersion: "1",
    data: { operationName: operation, resourceUri: subject, claims: {}, status: "Succeeded" },
  };
}

const typeOf = (operation: string): string => {
  if (operation.endsWith("/action")) return "Microsoft.Resources.ResourceActionSuccess";
  const verb = operation.endsWith("/delete") ? "Delete" : "Write";
  return `Microsoft.Resources.Resource${verb}Success`;
};

describe("event routes", () => {
  it.each(routes.resources.operations as string[])(
    "%s is one that the trigger acts on",
    (operation) => {
      const { marks } = readResourceChanges([resourceEvent(operation, typeOf(operation))], own);
      const isRegistry = operation.startsWith("Microsoft.ContainerRegistry/");
      expect(marks).toHaveLength(isRegistry ? 2 : 1);
    },
  );

  it.each([
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Storage/storageAccounts/write",
  ])("%s would be left, so it need not be delivered", (operation) => {
    const { marks } = readResourceChanges([resourceEvent(operation, typeOf(operation))], own);
    expect(marks).toEqual([]);
  });

  it.each(routes.policyStates.eventTypes as string[])(
    "%s is one that the trigger acts on",
    (type) => {
      for (const part of routes.policyStates.subjectContains) {
        const provider = part === "/registries/" ? "ContainerRegistry" : "ContainerService";
        const event = {
          id: "1",
          topic: subscription,
          subject: `${subscription}/resourceGroups/rg/providers/Microsoft.${provider}${part}name`,
          eventType: type,
          eventTime: "2026-11-23T08:00:00Z",
          dataVersion: "1",
          metadataVersion: "1",
          data: {
            timestamp: "2026-11-23T08:00:00Z",
            policyAssignmentId: `${subscription}/providers/microsoft.authorization/policyassignments/a`,
            policyDefinitionId: "/providers/microsoft.authorization/policydefinitions/b",
            policyDefinitionReferenceId: "",
            complianceState: "Compliant",
            subscriptionId: subscription.split("/")[2],
            complianceReasonCode: "",
          },
        };
        expect(readPolicyStates([event]).marks).toHaveLength(1);
      }
    },
  );

  it("lets through every operation that the trigger acts on, and none else", () => {
    const listed = routes.resources.operations.map((name: string) => name.toLowerCase());
    expect(listed.toSorted()).toEqual(operationsActedOn.toSorted());
  });

  it("stays within the 25 filter values that Event Grid allows", () => {
    expect(routes.resources.operations.length).toBeLessThanOrEqual(25);
  });
});

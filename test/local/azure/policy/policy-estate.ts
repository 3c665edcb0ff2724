import { createVirtualClock, type VirtualClock } from "../../../../local/azure/clock.ts";
import type { Estate } from "../../../../local/azure/estate.ts";
import type { Answer } from "../../../../local/azure/exchange.ts";
import {
  createSimulatedAzure,
  type SimulatedAzure,
  type SimulatedAzureOptions,
} from "../../../../local/azure/index.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  listAt,
  objectAt,
} from "../../../../local/azure/json.ts";
import type { Resource } from "../../../../local/azure/store.ts";

export const subscription = "/subscriptions/11111111-1111-4111-8111-111111111111";
export const otherSubscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
export const clusterId = `${subscription}/resourceGroups/rg-one/providers/Microsoft.ContainerService/managedClusters/one`;
export const registryId = `${subscription}/resourceGroups/rg-one/providers/Microsoft.ContainerRegistry/registries/images`;
export const start = Date.parse("2026-11-23T08:00:00Z");
export const minute = 60_000;

export const definition = (guid: string): string =>
  `/providers/Microsoft.Authorization/policyDefinitions/${guid}`;
export const addonPolicy = "0a15ec92-a229-4763-bb14-0ea34a568f8d";
export const localAuthPolicy = "993c2fcd-2b29-49d2-9eb0-df2c3a730c32";
export const privilegedPolicy = "95edb821-ddaf-4404-9732-666045e056b4";
export const baseline =
  "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d";

/** A cluster; its properties over a running one without add-on. */
export function aCluster(properties: JsonObject = {}, id = clusterId): Resource {
  return {
    id,
    name: id.slice(id.lastIndexOf("/") + 1),
    type: "Microsoft.ContainerService/ManagedClusters",
    location: "West Europe",
    tags: { team: "one" },
    properties: { provisioningState: "Succeeded", powerState: { code: "Running" }, ...properties },
  };
}

export const addonOn: JsonObject = { addonProfiles: { azurepolicy: { enabled: true } } };

/** An assignment of one built-in definition, at a scope. */
export function anAssignment(
  name: string,
  policy: string,
  more: { scope?: string; properties?: JsonObject } = {},
): Resource {
  const scope = more.scope ?? subscription;
  return {
    id: `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`,
    name,
    properties: {
      policyDefinitionId: policy.startsWith("/") ? policy : definition(policy),
      scope,
      parameters: {},
      ...more.properties,
    },
  };
}

export function aSubscription(id = subscription): Resource {
  return {
    id,
    displayName: "One",
    state: "Enabled",
    tenantId: "33333333-3333-4333-8333-333333333333",
  };
}

export function aViolation(policy: string, component: string) {
  return {
    policyDefinitionId: definition(policy),
    componentType: "Pod",
    componentId: component,
    componentName: component.slice(component.indexOf("/") + 1),
    reason: `${component} is not allowed`,
  };
}

/** An Azure with this estate on a virtual clock. */
export interface Lab {
  readonly azure: SimulatedAzure;
  readonly clock: VirtualClock;
  readonly post: (path: string, body?: Json) => Promise<Answer>;
  /** States of a scope as the API answers them. */
  readonly states: (scope?: string, options?: string) => Promise<readonly JsonObject[]>;
  readonly components: (id?: string) => Promise<readonly JsonObject[]>;
  /** Lets this many minutes pass. */
  readonly pass: (minutes: number) => Promise<void>;
  readonly put: (resource: Resource) => void;
}

const reader = { name: "reader", objectId: "0", appId: "0", upn: null };

/** Builds the lab; resources come over a subscription. */
export function aLab(
  resources: readonly Resource[],
  more: Partial<Pick<Estate, "violations">> & Partial<SimulatedAzureOptions> = {},
): Lab {
  const clock = createVirtualClock({ start: new Date(start).toISOString() });
  const estate: Estate = {
    resources: [aSubscription(), ...resources],
    violations: more.violations ?? [],
    images: [],
    manners: [],
    faults: [],
  };
  const azure = createSimulatedAzure({ ...more, estate, clock });
  const post = (path: string, body?: Json) =>
    azure.actAs(reader, { method: "POST", path, ...(body === undefined ? {} : { body }) });
  const rows = async (path: string) => listAt((await post(path)).body, "value").filter(isObject);
  const base = (scope: string, kind: string) =>
    `${scope}/providers/Microsoft.PolicyInsights/${kind}/latest/queryResults?api-version=2024-10-01`;
  return {
    azure,
    clock,
    post,
    states: (scope = subscription, options = "") =>
      rows(`${base(scope, "policyStates")}${options}`),
    components: (id = clusterId) =>
      rows(`${base(id, "componentPolicyStates")}&$expand=PolicyEvaluationDetails`),
    pass: (minutes) => clock.passTo(clock.now() + minutes * minute),
    put: (resource) => {
      azure.store.put(resource);
    },
  };
}

/** State by definition GUID and (if any) reference. */
export function stateOf(rows: readonly JsonObject[], policy: string): unknown {
  return rows.find((row) => String(row["policyDefinitionId"]).endsWith(policy))?.[
    "complianceState"
  ];
}

/** The rows of a Resource Graph answer. */
export function graphRows(answer: Answer): readonly JsonObject[] {
  return listAt(answer.body, "data").filter(isObject);
}

/** The error of an answer. */
export function errorOf(answer: Answer): JsonObject {
  return objectAt(answer.body, "error");
}

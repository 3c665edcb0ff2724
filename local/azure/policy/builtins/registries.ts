import type { JsonObject } from "../../json.ts";
import { type Builtin, definitionOf } from "./definition.ts";

const registryType = "Microsoft.ContainerRegistry/registries";
const alias = (path: string): string => `${registryType}/${path}`;
const isNot = (path: string, value: string): JsonObject => ({
  field: alias(path),
  notEquals: value,
});

const isOrMissing = (path: string, value: string): JsonObject => ({
  anyOf: [
    { field: alias(path), exists: "false" },
    { field: alias(path), equals: value },
  ],
});

const audit = (id: string, displayName: string, violation: JsonObject): Builtin => ({
  id,
  displayName,
  category: "Container Registry",
  version: "1.0.0",
  mode: "Indexed",
  effect: "Audit",
  allowed: ["Audit", "Deny", "Disabled"],
  rule: { allOf: [{ field: "type", equals: registryType }, violation] },
});

const builtins: readonly Builtin[] = [
  audit(
    "dc921057-6b28-4fbe-9b83-f7bec05db6c2",
    "Container registries should have local admin account disabled.",
    { field: alias("adminUserEnabled"), equals: true },
  ),
  audit(
    "9f2dea28-e834-476c-99c5-3507b4728395",
    "Container registries should have anonymous authentication disabled.",
    { field: alias("anonymousPullEnabled"), equals: true },
  ),
  audit(
    "0fdf0491-d080-4575-b627-ad0e843cba0f",
    "Public network access should be disabled for Container registries",
    isNot("publicNetworkAccess", "Disabled"),
  ),
  audit(
    "d0793b48-0edc-4296-a390-4c75d1bdfd71",
    "Container registries should not allow unrestricted network access",
    {
      allOf: [
        isOrMissing("publicNetworkAccess", "Enabled"),
        isOrMissing("networkRuleSet.defaultAction", "Allow"),
      ],
    },
  ),
  audit("e8eef0a8-67cf-4eb4-9386-14b0e78733d4", "Container registries should use private link", {
    count: {
      field: alias("privateEndpointConnections[*]"),
      where: {
        field: alias("privateEndpointConnections[*].privateLinkServiceConnectionState.status"),
        equals: "Approved",
      },
    },
    less: 1,
  }),
  audit(
    "42781ec6-6127-4c30-bdfa-fb423a0047d3",
    "Container registries should have ARM audience token authentication disabled.",
    isNot("policies.azureADAuthenticationAsArmPolicy.status", "disabled"),
  ),
  audit(
    "524b0254-c285-4903-bee6-bb8126cde579",
    "Container registries should have exports disabled",
    {
      anyOf: [
        isNot("policies.exportPolicy.status", "disabled"),
        isNot("publicNetworkAccess", "Disabled"),
      ],
    },
  ),
  audit(
    "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580",
    "Container registries should be encrypted with a customer-managed key",
    isNot("encryption.status", "enabled"),
  ),
  {
    ...audit(
      "ff05e24e-195c-447e-b322-5e90c9f9f366",
      "Container registries should have repository scoped access token disabled.",
      {},
    ),
    mode: "All",
    rule: {
      allOf: [
        { field: "type", equals: `${registryType}/tokens` },
        { field: alias("tokens/status"), notEquals: "disabled" },
      ],
    },
  },
];

/**
 * Built-in definitions about the ARM properties of a registry; see clusters.ts for their source. A
 * repository token is judged as a resource of its own. Those about vulnerabilities of images read
 * assessments that are retired: they are unknown here and have no states.
 */
export const registryDefinitions = builtins.map(definitionOf);

import { isObject, type JsonObject, objectAt, textAt, without } from "./json.ts";
import { readResourceId, resourceGroupType, subscriptionType } from "./resource-id.ts";
import type { Resource } from "./store.ts";

interface Finding {
  readonly at: string;
  readonly message: string;
}

/** Some of Microsoft's own examples leave out the slash before `subscriptions`. */
const rooted = (id: string | null): string | null =>
  id?.toLowerCase().startsWith("subscriptions/") ? `/${id}` : id;

/** Holds an entry of an estate against what the simulator must know of a resource. */
export function checkResource(value: JsonObject): {
  resource: Resource | null;
  mistakes: readonly Finding[];
} {
  const id = rooted(textAt(value, "id"));
  if (id === null) {
    const message = "is missing; a resource carries its full ARM id, as GET answers it.";
    return { resource: null, mistakes: [{ at: "id", message }] };
  }
  const path = readResourceId(id);
  if (!path) {
    const message = `"${id}" is no ARM id; write it as /subscriptions/<id>/resourceGroups/<name>/providers/<namespace>/<type>/<name>.`;
    return { resource: null, mistakes: [{ at: "id", message }] };
  }
  const mistakes = [...typeMistakes(value, path.type), ...(checks[path.type]?.(value) ?? [])];
  return { resource: { ...withoutSecrets(value), id }, mistakes };
}

function typeMistakes(value: JsonObject, type: string): Finding[] {
  const given = textAt(value, "type");
  if (given === null || sameType(given.toLowerCase(), type)) return [];
  return [
    { at: "type", message: `is "${given}", but the id is one of ${type}; correct one of them.` },
  ];
}

function sameType(given: string, type: string): boolean {
  return (
    given === type || (type === resourceGroupType && given === "microsoft.resources/resourcegroups")
  );
}

const oneOf = (value: JsonObject, at: string, allowed: readonly string[]): Finding[] => {
  const [outer = "", key = ""] = at.split(".");
  const given = textAt(objectAt(value, outer), key);
  if (given !== null && allowed.includes(given)) return [];
  return [{ at, message: `must be one of ${allowed.join(", ")}.` }];
};

const objectProperties = (value: JsonObject): Finding[] =>
  isObject(value["properties"])
    ? []
    : [{ at: "properties", message: "is missing; give the whole answer of GET." }];

const location = (value: JsonObject): Finding[] =>
  textAt(value, "location") === null
    ? [{ at: "location", message: 'is missing; give the region, such as "westeurope".' }]
    : [];

const checks: Readonly<Record<string, (value: JsonObject) => Finding[]>> = {
  [subscriptionType]: (value) =>
    textAt(value, "displayName") === null
      ? [{ at: "displayName", message: "is missing; give the subscription's name." }]
      : [],
  [resourceGroupType]: location,
  "microsoft.containerservice/managedclusters": (value) => [
    ...location(value),
    ...objectProperties(value),
  ],
  "microsoft.security/pricings": (value) =>
    oneOf(value, "properties.pricingTier", ["Free", "Standard"]),
  "microsoft.authorization/locks": (value) =>
    oneOf(value, "properties.level", ["ReadOnly", "CanNotDelete"]),
  "microsoft.authorization/policyassignments": (value) =>
    textAt(objectAt(value, "properties"), "policyDefinitionId") === null
      ? [
          {
            at: "properties.policyDefinitionId",
            message: "is missing; name the definition or initiative that is assigned.",
          },
        ]
      : [],
  "microsoft.resources/providers": (value) =>
    ["Registered", "NotRegistered", "Registering", "Unregistered"].includes(
      textAt(value, "registrationState") ?? "",
    )
      ? []
      : [{ at: "registrationState", message: "must be Registered or NotRegistered." }],
};

/** Azure never answers secrets; an exported template may hold some. */
function withoutSecrets(value: JsonObject): JsonObject {
  const properties = value["properties"];
  if (!isObject(properties)) return value;
  const cleaned: Record<string, JsonObject[string]> = { ...properties };
  for (const [key, secret] of [
    ["servicePrincipalProfile", "secret"],
    ["windowsProfile", "adminPassword"],
  ] as const) {
    const profile = cleaned[key];
    if (isObject(profile)) cleaned[key] = without(profile, secret);
  }
  return { ...value, properties: cleaned };
}

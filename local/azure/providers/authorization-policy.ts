import { ArmFault, badRequest } from "../arm-fault.ts";
import { type Answer, param, queryOf, type Route, type RoutedRequest } from "../exchange.ts";
import { isObject, type JsonObject, objectAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { assignedScope, reaches } from "../policy/assignments.ts";
import { builtinsOf, findDefinition } from "../policy/catalog.ts";
import { canonical, isWithin, readResourceId, scopeOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";

type Kind = "policyAssignments" | "policyDefinitions" | "policySetDefinitions" | "policyExemptions";

const stable = ["2021-06-01", "2023-04-01", "2024-05-01", "2025-01-01", "2025-03-01"];
const versions: Readonly<Record<Kind, readonly string[]>> = {
  policyAssignments: [...stable, "2022-06-01"],
  policyDefinitions: stable,
  policySetDefinitions: stable,
  policyExemptions: ["2020-07-01-preview", "2022-07-01-preview", "2024-12-01-preview"],
};

/** Policy assignments, definitions, initiatives and exemptions, at any scope. */
export function createAuthorizationPolicyRoutes(parts: AzureParts): Route[] {
  const kinds: readonly Kind[] = [
    "policyAssignments",
    "policyDefinitions",
    "policySetDefinitions",
    "policyExemptions",
  ];
  return kinds.flatMap((kind) => routesOf(kind, parts));
}

function routesOf(kind: Kind, parts: AzureParts): Route[] {
  const list = `/{scope}/providers/Microsoft.Authorization/${kind}`;
  const one = `${list}/{name}`;
  const action = `Microsoft.Authorization/${kind}`;
  const common = { versions: versions[kind] };
  return [
    {
      ...common,
      method: "GET",
      template: list,
      action: `${action}/read`,
      handle: (request) => listAnswer(request, itemsOf(kind, request, parts), parts.pageSize),
    },
    {
      ...common,
      method: "GET",
      template: one,
      action: `${action}/read`,
      handle: (request) => ({ status: 200, body: shown(kind, find(kind, request, parts)) }),
    },
    {
      ...common,
      method: "PUT",
      template: one,
      action: `${action}/write`,
      handle: (request) => write(kind, request, parts),
    },
    {
      ...common,
      method: "DELETE",
      template: one,
      action: `${action}/delete`,
      handle: (request) => remove(kind, request, parts),
    },
  ];
}

function idOf(request: RoutedRequest): string {
  return request.path.replace(/\/+$/, "");
}

function find(kind: Kind, request: RoutedRequest, { store }: AzureParts): Resource {
  const id = idOf(request);
  const found = kind.endsWith("Definitions") ? findDefinition(store, id) : store.find(id);
  if (found) return found;
  const name = param(request, "name");
  const code = `${kind.charAt(0).toUpperCase()}${kind.slice(1, -1)}NotFound`;
  throw new ArmFault(404, code, { message: `The ${kind.slice(0, -1)} '${name}' is not found.` });
}

/** As GET answers it, also where the estate leaves name and type to the id. */
function shown(kind: Kind, resource: Resource): JsonObject {
  const name = readResourceId(resource.id)?.name ?? "";
  return { name, type: `Microsoft.Authorization/${kind}`, ...resource };
}

function itemsOf(kind: Kind, request: RoutedRequest, { store }: AzureParts): readonly JsonObject[] {
  const scope = canonical(scopeOf(idOf(request)));
  const filter = queryOf(request, "$filter") ?? "";
  const stored = store.list(`microsoft.authorization/${kind}`);
  const builtin =
    kind === "policyDefinitions" || kind === "policySetDefinitions" ? builtinsOf(kind) : [];
  const above = (item: Resource) => scope !== "" && reaches(store, placeOf(item), scope);
  const at = (item: Resource) => canonical(placeOf(item)) === scope;
  const below = (item: Resource) => scope !== "" && isWithin(scope, placeOf(item));
  const wanted = (item: Resource): boolean => {
    if (/atExactScope\(\)/i.test(filter)) return at(item);
    if (/atScope\(\)/i.test(filter) || builtin.length > 0) return above(item) || at(item);
    return above(item) || below(item);
  };
  return [...builtin, ...stored.filter(wanted)].map((item) => shown(kind, item));
}

function placeOf(item: Resource): string {
  return /\/policyassignments\//i.test(item.id) ? assignedScope(item) : scopeOf(item.id);
}

function write(kind: Kind, request: RoutedRequest, { store, events }: AzureParts): Answer {
  const id = idOf(request);
  if (!isObject(request.body) || !isObject(request.body["properties"])) {
    throw badRequest("The body must have 'properties'.");
  }
  const properties = objectAt(request.body, "properties");
  const scope =
    kind === "policyAssignments" ? { scope: scopeOf(id), enforcementMode: "Default" } : {};
  const known = store.find(id) !== null;
  const resource = store.put({
    ...request.body,
    id,
    name: param(request, "name"),
    type: `Microsoft.Authorization/${kind}`,
    properties: { ...scope, ...properties },
  });
  const operation = `Microsoft.Authorization/${kind}/write`;
  events.activity({ outcome: "WriteSuccess", resourceId: id, operation, request });
  const updated = known && (kind === "policySetDefinitions" || kind === "policyExemptions");
  return { status: updated ? 200 : 201, body: resource };
}

function remove(kind: Kind, request: RoutedRequest, { store, events }: AzureParts): Answer {
  const id = idOf(request);
  const found = store.find(id);
  if (!found) return { status: 204 };
  store.remove(id);
  const operation = `Microsoft.Authorization/${kind}/delete`;
  events.activity({ outcome: "DeleteSuccess", resourceId: id, operation, request });
  return kind === "policyExemptions" ? { status: 200 } : { status: 200, body: shown(kind, found) };
}

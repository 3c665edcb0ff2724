import { ArmFault, badRequest } from "../arm-fault.ts";
import { param, type Route, type RoutedRequest } from "../exchange.ts";
import { objectAt, textAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import type { Resource } from "../store.ts";

const type = "Microsoft.Authorization/locks";
const versions = ["2016-09-01", "2017-04-01", "2020-05-01"];
const list = `/{scope}/providers/${type}`;
const one = `${list}/{lockName}`;

/** Management locks: what holds at a scope, and setting and lifting them. */
export function createLockRoutes(parts: AzureParts): Route[] {
  const { store, events, pageSize } = parts;
  return [
    {
      ...route("GET", list, "read"),
      handle: (request) => {
        const scope = param(request, "scope");
        const above = store.locksOver(scope).map(({ id }) => id);
        const held = new Set([...above, ...store.list(type, scope).map(({ id }) => id)]);
        const locks = [...held].map((id) => store.find(id)).filter((lock) => lock !== null);
        return listAnswer(request, locks, pageSize);
      },
    },
    {
      ...route("GET", one, "read"),
      handle: (request) => ({ status: 200, body: find(request, parts) }),
    },
    {
      ...route("PUT", one, "write"),
      handle: (request) => {
        const level = textAt(objectAt(request.body, "properties"), "level");
        if (level !== "ReadOnly" && level !== "CanNotDelete") {
          throw badRequest("properties.level must be ReadOnly or CanNotDelete.");
        }
        const id = request.path;
        const known = store.find(id) !== null;
        const properties = objectAt(request.body, "properties");
        const body = store.put({ id, name: param(request, "lockName"), type, properties });
        events.activity({
          outcome: "WriteSuccess",
          resourceId: id,
          operation: `${type}/write`,
          request,
        });
        return { status: known ? 200 : 201, body };
      },
    },
    {
      ...route("DELETE", one, "delete"),
      handle: (request) => {
        const id = request.path;
        if (!store.remove(id)) return { status: 204 };
        events.activity({
          outcome: "DeleteSuccess",
          resourceId: id,
          operation: `${type}/delete`,
          request,
        });
        return { status: 200 };
      },
    },
  ];
}

function route(method: Route["method"], template: string, verb: string): Omit<Route, "handle"> {
  return { method, template, versions, action: `${type}/${verb}`, unlocked: true };
}

function find(request: RoutedRequest, { store }: AzureParts): Resource {
  const found = store.find(request.path);
  if (found) return found;
  const message = `The lock '${param(request, "lockName")}' could not be found.`;
  throw new ArmFault(404, "LockNotFound", { message });
}

import { ArmFault } from "../arm-fault.ts";
import { type Answer, param, type Route, type RoutedRequest } from "../exchange.ts";
import { type JsonObject, objectAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, scopeOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";

const type = "Microsoft.Security/locations/alerts";
const versions = ["2021-01-01", "2021-11-01", "2022-01-01"];
const inSubscription = "/subscriptions/{subscriptionId}/providers/Microsoft.Security";
const inGroup =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Security";
const states = { activate: "Active", dismiss: "Dismissed", resolve: "Resolved" } as const;

/** Defender's alerts: reading, and setting their state. */
export function createAlertRoutes(parts: AzureParts): Route[] {
  return [inSubscription, inGroup].flatMap((root) => {
    const one = `${root}/locations/{ascLocation}/alerts/{alertName}`;
    return [
      {
        ...read(`${root}/alerts`),
        action: "Microsoft.Security/alerts/read",
        handle: listIn(parts),
      },
      { ...read(`${root}/locations/{ascLocation}/alerts`), handle: listIn(parts) },
      {
        ...read(one),
        handle: (request: RoutedRequest) => ({ status: 200, body: alertOf(request, parts) }),
      },
      ...Object.entries(states).map(([verb, status]) =>
        stateRoute(`${one}/${verb}`, { verb, status, parts }),
      ),
    ];
  });
}

function read(template: string): Omit<Route, "handle"> {
  return { method: "GET", template, versions, action: `${type}/read` };
}

function listIn({ store, pageSize }: AzureParts): Route["handle"] {
  return (request) => {
    const location = request.params["ascLocation"]?.toLowerCase();
    const scope = scopeOf(request.path);
    const alerts = store
      .list(type, scope)
      .filter(
        ({ id }) => location === undefined || canonical(id).includes(`/locations/${location}/`),
      );
    return listAnswer(request, alerts, pageSize);
  };
}

function alertOf(request: RoutedRequest, { store }: AzureParts): Resource {
  const name = param(request, "alertName");
  const path = request.path.replace(/\/(activate|dismiss|resolve)$/i, "");
  const found = store.find(decodeURIComponent(path));
  if (found) return found;
  throw new ArmFault(404, "ResourceNotFound", { message: `The alert '${name}' was not found.` });
}

function stateRoute(
  template: string,
  { verb, status, parts }: { verb: string; status: string; parts: AzureParts },
): Route {
  const action = `Microsoft.Security/locations/alerts/${verb}/action`;
  return {
    method: "POST",
    template,
    versions,
    action,
    handle: (request): Answer => {
      const alert = alertOf(request, parts);
      const properties: JsonObject = { ...objectAt(alert, "properties"), status };
      parts.store.put({ ...alert, properties });
      parts.events.activity({
        outcome: "ActionSuccess",
        resourceId: alert.id,
        operation: action,
        request,
      });
      return { status: 204 };
    },
  };
}

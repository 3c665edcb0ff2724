import { ArmFault } from "../arm-fault.ts";
import { param, queryOf, type Route, type RoutedRequest } from "../exchange.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { scopeOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";

const type = "Microsoft.Security/securityContacts";
const versions = ["2017-08-01-preview", "2020-01-01-preview", "2023-12-01-preview"];
const template = `/subscriptions/{subscriptionId}/providers/${type}`;

/** Security contacts of a subscription; the estate holds them in the newest shape. */
export function createSecurityContactRoutes({ store, pageSize }: AzureParts): Route[] {
  const common = { method: "GET", versions, action: `${type}/read` } as const;
  return [
    {
      ...common,
      template,
      handle: (request) => {
        const found = store.list(type, scopeOf(request.path));
        return listAnswer(
          request,
          found.map((contact) => shown(request, contact)),
          pageSize,
        );
      },
    },
    {
      ...common,
      template: `${template}/{securityContactName}`,
      handle: (request) => {
        const name = param(request, "securityContactName");
        const found = store.find(request.path);
        if (found) return { status: 200, body: shown(request, found) };
        const message = `The security contact '${name}' was not found.`;
        throw new ArmFault(404, "ResourceNotFound", { message });
      },
    },
  ];
}

/** The first api-version has one address, a phone and two switches. */
function shown(request: RoutedRequest, contact: Resource): JsonObject {
  if (queryOf(request, "api-version") !== "2017-08-01-preview") return contact;
  const properties = objectAt(contact, "properties");
  const byRole = objectAt(properties, "notificationsByRole");
  return {
    id: contact.id,
    name: textAt(contact, "name") ?? "default",
    type,
    properties: {
      email: (textAt(properties, "emails") ?? "").split(";")[0] ?? "",
      phone: textAt(properties, "phone") ?? "",
      alertNotifications: properties["isEnabled"] === false ? "Off" : "On",
      alertsToAdmins: byRole["state"] === "On" ? "On" : "Off",
    },
  };
}

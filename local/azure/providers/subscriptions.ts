import { ArmFault } from "../arm-fault.ts";
import { param, type Route } from "../exchange.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import { subscriptionType } from "../resource-id.ts";

const versions = ["2016-06-01", "2020-01-01", "2021-01-01", "2022-12-01"];

/** Subscriptions: one, and those that the caller can read. */
export function createSubscriptionRoutes({ store, isAllowed, pageSize }: AzureParts): Route[] {
  const read = "Microsoft.Resources/subscriptions/read";
  return [
    {
      method: "GET",
      template: "/subscriptions",
      versions,
      action: null,
      handle: (request) => {
        const all = store.list(subscriptionType).filter(({ id }) => isAllowed(read, id));
        const answer = listAnswer(request, all, pageSize);
        // This list alone is described with a nextLink that is always there.
        return { ...answer, body: { nextLink: "", ...objectOf(answer.body) } };
      },
    },
    {
      method: "GET",
      template: "/subscriptions/{subscriptionId}",
      versions,
      action: read,
      handle: (request) => {
        const id = param(request, "subscriptionId");
        const found = store.find(`/subscriptions/${id}`);
        if (found) return { status: 200, body: found };
        const message = `The subscription '${id}' could not be found.`;
        throw new ArmFault(404, "SubscriptionNotFound", { message });
      },
    },
  ];
}

function objectOf(body: Json | undefined): JsonObject {
  return isObject(body) ? body : {};
}

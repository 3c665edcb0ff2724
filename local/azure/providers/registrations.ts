import { ArmFault } from "../arm-fault.ts";
import { param, type Route, type RoutedRequest } from "../exchange.ts";
import type { JsonObject } from "../json.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";
import type { Resource } from "../store.ts";

const versions = [
  ...["2020-10-01", "2021-04-01", "2022-09-01", "2024-03-01"],
  ...["2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01"],
];
const providers = "/subscriptions/{subscriptionId}/providers";
const read = "Microsoft.Resources/subscriptions/providers/read";

/** Namespaces that every subscription knows; registered unless the estate says otherwise. */
const namespaces = [
  ...["Microsoft.Authorization", "Microsoft.Compute", "Microsoft.ContainerRegistry"],
  ...["Microsoft.ContainerService", "Microsoft.HybridCompute", "Microsoft.Kubernetes"],
  ...["Microsoft.PolicyInsights", "Microsoft.ResourceGraph", "Microsoft.Resources"],
  "Microsoft.Security",
];

/** Registration of resource providers in a subscription. */
export function createRegistrationRoutes(parts: AzureParts): Route[] {
  const { store, events, pageSize } = parts;
  return [
    {
      method: "GET",
      template: providers,
      versions,
      action: read,
      handle: (request) => {
        const all = namespaces.map((namespace) => provider(request, namespace, parts));
        return listAnswer(request, all, pageSize);
      },
    },
    {
      method: "GET",
      template: `${providers}/{resourceProviderNamespace}`,
      versions,
      action: read,
      handle: (request) => ({ status: 200, body: provider(request, asked(request), parts) }),
    },
    {
      method: "POST",
      template: `${providers}/{resourceProviderNamespace}/register`,
      versions,
      action: "Microsoft.Resources/subscriptions/providers/register/action",
      handle: (request) => {
        const now = provider(request, asked(request), parts);
        store.put({ ...now, registrationState: "Registered" });
        const operation = `${asked(request)}/register/action`;
        events.activity({ outcome: "ActionSuccess", resourceId: now.id, operation, request });
        return { status: 200, body: { ...now, registrationState: "Registered" } };
      },
    },
  ];
}

function asked(request: RoutedRequest): string {
  const given = param(request, "resourceProviderNamespace");
  const known = namespaces.find((one) => one.toLowerCase() === given.toLowerCase());
  if (known) return known;
  throw new ArmFault(404, "InvalidResourceNamespace", {
    message: `The resource namespace '${given}' is invalid.`,
  });
}

function provider(request: RoutedRequest, namespace: string, { store }: AzureParts): Resource {
  const id = `/subscriptions/${param(request, "subscriptionId")}/providers/${namespace}`;
  const known: JsonObject = store.find(id) ?? {};
  return {
    resourceTypes: [],
    registrationState: "Registered",
    registrationPolicy: "RegistrationRequired",
    ...known,
    id,
    namespace,
  };
}

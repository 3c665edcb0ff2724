import { busyFault, isBusy, isStopped, stoppedFault } from "../aks/cluster-state.ts";
import { ArmFault, badRequest, resourceNotFound } from "../arm-fault.ts";
import { type Answer, param, type Route, type RoutedRequest } from "../exchange.ts";
import { isObject, type Json, type JsonObject, objectAt, textAt } from "../json.ts";
import type { Ending } from "../operations.ts";
import type { AzureParts } from "../parts.ts";
import { readResourceId } from "../resource-id.ts";
import { type Resource, tagsOf, typeOf } from "../store.ts";
import { aksLimit } from "../throttling.ts";

type Tags = Readonly<Record<string, string>>;

const template = "/{scope}/providers/Microsoft.Resources/tags/default";
const versions = [
  ...["2020-10-01", "2021-04-01", "2022-09-01", "2024-03-01"],
  ...["2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01"],
];
const operation = "Microsoft.Resources/tags/write";

/** Tags of any subscription, group or resource, beside its own provider. */
export function createTagRoutes(parts: AzureParts): Route[] {
  const target = ({ scope = "" }: Readonly<Record<string, string>>): string => scope;
  const alternatives = ({ scope }: RoutedRequest): string[] => [`${typeNameOf(scope)}/write`];
  const write = {
    template,
    versions,
    action: operation,
    alternatives,
    limits: clusterLimits,
    target,
  };
  return [
    {
      method: "GET",
      template,
      versions,
      action: "Microsoft.Resources/tags/read",
      target,
      handle: (request) => {
        const target = tagged(request, parts);
        return { status: 200, body: tagsBody(target, tagsOf(target)) };
      },
    },
    {
      ...write,
      method: "PATCH",
      act: ({ body }) => textAt(body, "operation"),
      handle: (request) => change(request, parts, patched),
    },
    {
      ...write,
      method: "PUT",
      act: () => "Replace",
      handle: (request) => change(request, parts, (_, wished) => wished),
    },
  ];
}

function typeNameOf(id: string): string {
  return readResourceId(id)?.type ?? "";
}

/** Tags of a cluster go through the AKS provider as well. */
function clusterLimits(request: RoutedRequest): { limits: ReturnType<typeof aksLimit>[] } {
  const target = readResourceId(param(request, "scope"));
  if (target?.type !== "microsoft.containerservice/managedclusters") return { limits: [] };
  return { limits: [aksLimit("other", target.subscriptionId ?? "")] };
}

function tagged(request: RoutedRequest, { store }: AzureParts): Resource {
  const scope = param(request, "scope");
  const found = store.find(scope);
  if (found) return found;
  const path = readResourceId(scope);
  throw resourceNotFound(path?.type ?? scope, path?.name ?? "", path?.resourceGroup ?? null);
}

type Change = (now: Tags, wished: Tags, request: RoutedRequest) => Tags;

function change(request: RoutedRequest, parts: AzureParts, compute: Change): Answer {
  const { store, events, delays, operations } = parts;
  const target = tagged(request, parts);
  checkCluster(target);
  const wished = readTags(objectAt(request.body, "properties")["tags"]);
  const tags = compute(tagsOf(target), wished, request);
  checkCount(tags);
  const finish = (): void => {
    const now = store.find(target.id);
    if (!now) return;
    store.put({ ...now, tags });
    events.activity({ outcome: "WriteSuccess", resourceId: target.id, operation, request });
  };
  if (delays.tagWrite === 0 && !request.course) {
    finish();
    return { status: 200, body: tagsBody(target, tags) };
  }
  const accepted = operations.start({
    subscriptionId: readResourceId(target.id)?.subscriptionId ?? "",
    namespace: null,
    location: "",
    ...courseOf(request, delays.tagWrite),
    result: () => tagsBody(target, tags),
    onEnd: ({ status }) => {
      if (status === "Succeeded") finish();
    },
  });
  return { status: 202, headers: accepted.headers };
}

function courseOf(
  { course }: RoutedRequest,
  duration: number,
): { duration: number | null; ending: Ending } {
  if (!course) return { duration, ending: { status: "Succeeded" } };
  if (course === "operation-never-ends") return { duration: null, ending: { status: "Succeeded" } };
  const status = course === "operation-fails" ? "Failed" : "Canceled";
  const message = "The tags could not be written.";
  return { duration, ending: { status, code: "TagsOperationFailed", message } };
}

/** The tag write reaches the cluster's own provider, which takes no update while stopped or busy. */
function checkCluster(target: Resource): void {
  if (typeOf(target) !== "microsoft.containerservice/managedclusters") return;
  if (isStopped(target)) throw stoppedFault(target, "updating");
  if (isBusy(target)) throw busyFault(target);
}

function patched(now: Tags, wished: Tags, { body }: RoutedRequest): Tags {
  switch (textAt(body, "operation")?.toLowerCase()) {
    case "merge":
      return { ...leftOver(now, Object.keys(wished)), ...withKnownCase(now, wished) };
    case "replace":
      return wished;
    case "delete":
      return leftOver(now, Object.keys(wished));
    default:
      throw badRequest("operation must be Merge, Replace or Delete.", "InvalidTagsPatchOperation");
  }
}

/** Names are compared without case, and the case that is there stays. */
function withKnownCase(now: Tags, wished: Tags): Tags {
  const entries = Object.entries(wished).map(([name, value]) => {
    const known = Object.keys(now).find((other) => other.toLowerCase() === name.toLowerCase());
    return [known ?? name, value];
  });
  return Object.fromEntries(entries);
}

function leftOver(now: Tags, gone: readonly string[]): Tags {
  const names = gone.map((name) => name.toLowerCase());
  return Object.fromEntries(
    Object.entries(now).filter(([name]) => !names.includes(name.toLowerCase())),
  );
}

/** Limits of names and values (Azure documentation, "Use tags to organize your Azure resources"). */
function readTags(value: Json | undefined): Tags {
  if (!isObject(value)) throw badRequest("properties.tags is required.", "InvalidTagsRequest");
  const tags: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (/[<>%&\\?/]/.test(name) || name === "" || name.length > 512) {
      throw badRequest(
        `The tag name '${name}' is invalid: at most 512 characters, none of <>%&\\?/.`,
        "InvalidTagName",
      );
    }
    if (typeof text !== "string" || text.length > 256) {
      throw badRequest(
        `The value of tag '${name}' must be text of at most 256 characters.`,
        "InvalidTagValue",
      );
    }
    tags[name] = text;
  }
  return tags;
}

const maximumTags = 50;

function checkCount(tags: Tags): void {
  const count = Object.keys(tags).length;
  if (count <= maximumTags) return;
  throw new ArmFault(400, "InvalidTagsCount", {
    message: `The number of tags '${count}' exceeds the maximum of ${maximumTags} tags for a resource.`,
  });
}

function tagsBody(target: Resource, tags: Tags): JsonObject {
  return {
    id: `${target.id}/providers/Microsoft.Resources/tags/default`,
    name: "default",
    type: "Microsoft.Resources/tags",
    properties: { tags },
  };
}

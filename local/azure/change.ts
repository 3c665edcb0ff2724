import { dropReadOnly } from "./aks/read-only.ts";
import type { Answer, AzureRequest } from "./exchange.ts";
import { isObject, type Json, type JsonObject, merged, objectAt, textAt, without } from "./json.ts";
import type { AzureParts } from "./parts.ts";
import type { Pipeline } from "./pipeline.ts";
import { readResourceId } from "./resource-id.ts";
import type { Resource } from "./store.ts";

/** Newest api-versions of the types that are changed through their own PUT. */
const versions: Readonly<Record<string, string>> = {
  "microsoft.containerservice/managedclusters": "2026-06-01",
  "microsoft.security/pricings": "2024-01-01",
};

/** What it takes to change a resource as someone else. */
export interface ChangeTools {
  readonly parts: AzureParts;
  readonly pipeline: Pipeline;
  readonly requestOf: (request: { method: string; path: string; body: Json }) => AzureRequest;
}

/**
 * Lays `merge` over a resource as another caller would: through its provider where that takes writes
 * (so it may be refused and take its time), else in the store, with the same event. Throws when the
 * resource is not there or Azure refuses.
 */
export async function changeResource(
  resourceId: string,
  merge: JsonObject,
  { parts, pipeline, requestOf }: ChangeTools,
): Promise<void> {
  const current = parts.store.find(resourceId);
  if (!current) throw new Error(`There is no resource ${resourceId} to change; correct the id.`);
  const type = readResourceId(current.id)?.type ?? "";
  const version = versions[type];
  const wished = merged(current, merge);
  const body = isObject(wished) ? dropReadOnly(without(wished, "id", "name", "type")).body : {};
  const path = `${current.id}?api-version=${version ?? "2025-04-01"}`;
  const request = requestOf({ method: "PUT", path, body });
  if (version === undefined)
    changeInStore({ ...body, id: current.id }, { current, request, parts });
  else expectAccepted(resourceId, await pipeline(request, { outside: false }));
}

function changeInStore(
  body: Resource,
  { current, request, parts }: { current: Resource; request: AzureRequest; parts: AzureParts },
): void {
  parts.store.put({ ...current, ...body });
  const operation = `${textAt(current, "type") ?? "Microsoft.Resources/resources"}/write`;
  parts.events.activity({ outcome: "WriteSuccess", resourceId: current.id, operation, request });
}

function expectAccepted(resourceId: string, { status, body }: Answer): void {
  if (status < 400) return;
  const error = objectAt(body, "error");
  throw new Error(
    `The change of ${resourceId} was refused: ${status} ${textAt(error, "code")}: ${textAt(error, "message")}`,
  );
}

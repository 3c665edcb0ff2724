import type { TagsPatchResource } from "@azure/arm-resources";
import { parseResourceId } from "../domain/resource-id.ts";
import type { Clients } from "./clients.ts";
import { answerOf, isGone, refusal } from "./errors.ts";
import type { TagGateway } from "./ports.ts";

type Tags = Readonly<Record<string, string>>;
type Answer = Awaited<ReturnType<TagGateway["merge"]>>;

/** Azure's own limit of tags on a resource. */
const mostTags = 50;

/** Tags through Microsoft.Resources/tags, which does not touch the resource's own provider. */
export function createTagGateway(clients: Clients): TagGateway {
  return {
    merge: (id, tags) => change(clients, id, (found) => mergeOf(found, tags)),
    remove: (id, keys) => change(clients, id, (found) => removalOf(found, keys)),
  };
}

/** The tags at a scope; throws what Azure refuses as the client threw it. */
export async function tagsAt(clients: Clients, scope: string): Promise<Tags> {
  const operations = await tagsOf(clients, scope);
  const { properties } = await operations.getAtScope(withoutSlash(scope));
  return properties.tags ?? {};
}

interface TagChange {
  readonly operation: "Merge" | "Delete";
  readonly tags: Tags;
  /** How many tags there are afterwards. */
  readonly total: number;
}

async function tagsOf(clients: Clients, scope: string) {
  const { client } = await clients.resources(parseResourceId(scope)?.subscriptionId ?? "");
  return client.tagsOperations;
}

/** The SDK puts the slash itself. */
const withoutSlash = (scope: string): string => scope.replace(/^\//, "");

async function change(
  clients: Clients,
  id: string,
  decide: (found: Tags) => TagChange,
): Promise<Answer> {
  try {
    const found = await tagsAt(clients, id);
    const { operation, tags, total } = decide(found);
    const before = show(found, tags);
    if (Object.keys(tags).length === 0) {
      return { kind: "unneeded", correlationId: null, before, after: before };
    }
    if (total > mostTags) {
      const message = `${id} would have ${total} tags; Azure allows ${mostTags}. Remove some.`;
      return refusal("TooManyTags", message);
    }
    const correlationId = await send(clients, id, { operation, properties: { tags: { ...tags } } });
    const after = JSON.stringify(operation === "Merge" ? tags : {});
    return { kind: "done", correlationId, before, after };
  } catch (error) {
    return isGone(error) ? { kind: "gone" } : answerOf(error);
  }
}

/** Sends the change and takes its acceptance for the deed: a later look would find it missing. */
async function send(
  clients: Clients,
  id: string,
  parameters: TagsPatchResource,
): Promise<string | null> {
  let correlationId: string | null = null;
  const operations = await tagsOf(clients, id);
  const poller = operations.updateAtScope(withoutSlash(id), parameters, {
    onResponse: ({ headers }) => {
      correlationId = headers.get("x-ms-correlation-request-id") ?? null;
    },
  });
  await poller.submitted();
  return correlationId;
}

/** Names compare without regard to case; the spelling found is kept. */
function mergeOf(found: Tags, wanted: Tags): TagChange {
  const spelling = new Map(Object.keys(found).map((name) => [name.toLowerCase(), name]));
  const tags = Object.fromEntries(
    Object.entries(wanted)
      .map(([name, value]) => [spelling.get(name.toLowerCase()) ?? name, value] as const)
      .filter(([name, value]) => found[name] !== value),
  );
  const added = Object.keys(tags).filter((name) => !(name in found)).length;
  const total = added === 0 ? 0 : Object.keys(found).length + added;
  return { operation: "Merge", tags, total };
}

function removalOf(found: Tags, keys: readonly string[]): TagChange {
  const unwanted = new Set(keys.map((key) => key.toLowerCase()));
  const tags = Object.fromEntries(
    Object.entries(found).filter(([name]) => unwanted.has(name.toLowerCase())),
  );
  return { operation: "Delete", tags, total: 0 };
}

const show = (found: Tags, names: Tags): string =>
  JSON.stringify(Object.fromEntries(Object.entries(found).filter(([name]) => name in names)));

import * as z from "zod";
import type { OwnerFacts, OwnerTag } from "../domain/owner.ts";
import { canonicalId, parseResourceId, sameId } from "../domain/resource-id.ts";
import type { Clients } from "./clients.ts";
import { AzureError, answerOf, isGone, parsed } from "./errors.ts";
import type { Graph } from "./graph.ts";
import { kqlList } from "./kql.ts";
import { Tags } from "./managed-cluster.ts";
import type { OwnerGateway } from "./ports.ts";
import { armOrigin } from "./read-only.ts";
import { createMemory, type Memory } from "./remember.ts";
import { tagsAt } from "./tags.ts";

/** Tags that may name owners; the first that is there counts most. */
const ownerTags = ["owner", "technical-owner", "contact"];

const Contacts = z.object({
  value: z.array(
    z.object({
      properties: z
        .object({
          /** One text, split by `;`; older versions have `email`. */
          emails: z.string().nullish(),
          email: z.string().nullish(),
          isEnabled: z.boolean().nullish(),
        })
        .nullish(),
    }),
  ),
});

/** Whom Azure names: tags from the resource outwards, and the subscription's security contact. */
export function createOwnerGateway(clients: Clients, graph: Graph, memory: Memory): OwnerGateway {
  return {
    facts: (id, tags = null) => readFacts({ clients, memory }, id, tags),

    async factsOf(ids) {
      const sources = { clients, memory: createMemory(1) };
      const own = ids.length > fewIds ? await ownTags(graph, ids) : new Map<string, OwnTags>();
      const found = new Map<string, OwnerFacts>();
      for (const id of ids) {
        found.set(id, await readFacts(sources, id, own.get(canonicalId(id)) ?? null));
      }
      return found;
    },
  };
}

/** Up to so many resources are asked one by one, which shows a change of their tags at once. */
const fewIds = 20;

/** How many ids one query names: a query has an end of its own. */
const idsAtOnce = 200;

type OwnTags = Readonly<Record<string, string>>;

const TagsRow = z.object({ id: z.string(), tags: Tags });

/** The tags of many resources, by the page; absent = Resource Graph does not show the resource. */
async function ownTags(graph: Graph, ids: readonly string[]): Promise<Map<string, OwnTags>> {
  const found = new Map<string, OwnTags>();
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const kql = `resources
| where id in~ ${kqlList(ids.slice(start, start + idsAtOnce))}
| project id, tags`;
    const { found: rows } = await reading("tags", () => graph.all(kql, TagsRow));
    for (const { id, tags } of rows) found.set(canonicalId(id), tags);
  }
  return found;
}

/** What is the resource's own is read now; what lies around it may be as old as the memory keeps it. */
async function readFacts(
  { clients, memory }: { readonly clients: Clients; readonly memory: Memory },
  resourceId: string,
  own: OwnTags | null,
): Promise<OwnerFacts> {
  const place = parseResourceId(resourceId);
  if (!place) {
    const unreadable = [`${resourceId} is no Azure resource id`];
    return { tags: [], securityContacts: null, unreadable };
  }
  const tagsOf = (scope: string): Promise<OwnTags> => {
    const ask = () => tagsAt(clients, scope);
    if (!sameId(scope, resourceId)) return memory.remember(`tags ${canonicalId(scope)}`, ask);
    return own ? Promise.resolve(own) : ask();
  };
  const reads = scopesOf(resourceId).map(({ on, scope, scopeName }) =>
    reading(`tags of ${on} ${scopeName}`, async () =>
      tagsNaming(await tagsOf(scope), { on, scopeName }),
    ),
  );
  const { subscriptionId } = place;
  const contact = place.type === null ? memory.renew : memory.remember;
  const contacts = reading(`security contact of ${subscriptionId}`, () =>
    contact(`contacts ${subscriptionId.toLowerCase()}`, () =>
      readContacts(clients, subscriptionId),
    ),
  );
  // Both at once: a fault of what nobody waits for yet would end the process.
  const [tags, { found, unreadable }] = await Promise.all([Promise.all(reads), contacts]);
  return {
    tags: tags.flatMap(({ found }) => found),
    securityContacts: unreadable.length > 0 ? null : found,
    unreadable: [...tags.flatMap((read) => read.unreadable), ...unreadable],
  };
}

type Scope = Pick<OwnerTag, "on" | "scopeName"> & { readonly scope: string };

function scopesOf(resourceId: string): readonly Scope[] {
  const place = parseResourceId(resourceId);
  if (!place) return [];
  const { subscriptionId, resourceGroup, type, name } = place;
  const scope = `/subscriptions/${subscriptionId}`;
  const subscription: Scope = { on: "subscription", scopeName: subscriptionId, scope };
  if (resourceGroup === null) return [subscription];
  const group: Scope = {
    on: "resource group",
    scopeName: resourceGroup,
    scope: `${scope}/resourceGroups/${resourceGroup}`,
  };
  if (type === null) return [group, subscription];
  return [{ on: "resource", scopeName: name, scope: resourceId }, group, subscription];
}

function tagsNaming(
  tags: Readonly<Record<string, string>>,
  place: Pick<OwnerTag, "on" | "scopeName">,
): OwnerTag[] {
  const rank = (name: string) => ownerTags.indexOf(name.toLowerCase());
  return Object.entries(tags)
    .filter(([name, value]) => rank(name) >= 0 && value.trim() !== "")
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]) => ({ ...place, name, value }));
}

/** A refusal is a fact to tell; what a later attempt may cure is thrown. */
async function reading<T>(what: string, read: () => Promise<readonly T[]>) {
  try {
    return { found: await read(), unreadable: [] };
  } catch (error) {
    if (isGone(error)) return { found: [], unreadable: [] };
    const answer = answerOf(error);
    if (answer.kind === "wait") throw new AzureError(`${what}: ${answer.why}`, { status: 429 });
    return { found: [], unreadable: [`${what}: ${answer.code}`] };
  }
}

async function readContacts(clients: Clients, subscriptionId: string): Promise<string[]> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Security/securityContacts`;
  const url = `${armOrigin}${path}?api-version=2023-12-01-preview`;
  const { raw } = await clients.resources(subscriptionId);
  const { body } = await raw({ method: "GET", url });
  const { value } = parsed(Contacts, body, "the security contact");
  const addresses = value
    .filter(({ properties }) => properties?.isEnabled !== false)
    .flatMap(({ properties }) => (properties?.emails ?? properties?.email ?? "").split(/[;,]/))
    .map((address) => address.trim())
    .filter((address) => address !== "");
  return [...new Set(addresses)];
}

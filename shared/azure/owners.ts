import * as z from "zod";
import type { OwnerFacts, OwnerTag } from "../domain/owner.ts";
import { parseResourceId } from "../domain/resource-id.ts";
import type { Clients } from "./clients.ts";
import { AzureError, answerOf, isGone, parsed } from "./errors.ts";
import type { OwnerGateway } from "./ports.ts";
import { armOrigin } from "./read-only.ts";
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
export function createOwnerGateway(clients: Clients): OwnerGateway {
  return {
    async facts(resourceId) {
      const place = parseResourceId(resourceId);
      if (!place) {
        const unreadable = [`${resourceId} is no Azure resource id`];
        return { tags: [], securityContacts: [], unreadable };
      }
      const reads = scopesOf(resourceId).map(({ on, scope, scopeName }) =>
        reading(`tags of ${on} ${scopeName}`, async () =>
          tagsNaming(await tagsAt(clients, scope), { on, scopeName }),
        ),
      );
      const contacts = reading(`security contact of ${place.subscriptionId}`, () =>
        readContacts(clients, place.subscriptionId),
      );
      // Both at once: a fault of what nobody waits for yet would end the process.
      const [tags, { found: securityContacts, unreadable }] = await Promise.all([
        Promise.all(reads),
        contacts,
      ]);
      return {
        tags: tags.flatMap(({ found }) => found),
        securityContacts,
        unreadable: [...tags.flatMap((read) => read.unreadable), ...unreadable],
      } satisfies OwnerFacts;
    },
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

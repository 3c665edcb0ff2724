import type { OwnerFacts, OwnerTag, Recipients } from "../domain/owner.ts";
import type { GuardrailPolicy, MailRules } from "../domain/policy.ts";
import { findRepositoryOwners } from "./repository-owners.ts";

const ownerTags = ["owner", "technical-owner", "contact"];
const scopes = ["resource", "resource group", "subscription"] as const;
const mostRecipients = 20;

/** Why the security contact is told. */
export const contactWhy = "security contact of the subscription";

/** Addresses of one origin, those that may be mailed and those that may not. */
interface Named {
  readonly to: readonly string[];
  readonly dropped: Recipients["dropped"];
  readonly why: string;
}

/**
 * Who is told about a subject: the owner tags of the nearest scope that names somebody who may be
 * mailed, else the subscription's security contact, else the policy's fallback. Tags can be written
 * by many, so only addresses of the policy's own domains count.
 */
export function decideRecipients(facts: OwnerFacts, mail: MailRules): Recipients {
  const origins = [
    ...scopes.map((on) => namedByTags(facts.tags, on, mail)),
    namedByContact(facts, mail),
  ];
  const found = origins.findIndex(({ to }) => to.length > 0);
  const looked = found < 0 ? origins : origins.slice(0, found + 1);
  const dropped = looked.flatMap((origin) => origin.dropped);
  const chosen = origins[found];
  const unread =
    facts.unreadable.length > 0 ? ` (not readable: ${facts.unreadable.join("; ")})` : "";
  if (chosen) return { to: chosen.to, why: `${chosen.why}${unread}`, dropped };
  const fallback = mail.fallbackOwner;
  return fallback
    ? {
        to: [fallback.toLowerCase()],
        why: `no owner is named; mail.fallbackOwner${unread}`,
        dropped,
      }
    : { to: [], why: `no owner is named, and mail.fallbackOwner is not set${unread}`, dropped };
}

/** Who is told about an alert: the owners, and the subscription's security contact. */
export function alertRecipients(facts: OwnerFacts, mail: MailRules): Recipients {
  const owners = decideRecipients(facts, mail);
  const contact = namedByContact(facts, mail);
  const added = contactsBesides(facts, mail);
  if (added.length === 0) return owners;
  return {
    to: [...owners.to, ...added].sort(),
    why: `${owners.why}; ${contact.why}`,
    dropped: unique([...owners.dropped, ...contact.dropped]),
  };
}

/** The subscription's security contact, as far as it may be mailed and is no owner. */
export function contactsBesides(facts: OwnerFacts, mail: MailRules): readonly string[] {
  const owners = decideRecipients(facts, mail).to;
  return namedByContact(facts, mail).to.filter((address) => !owners.includes(address));
}

/**
 * Who is told about a repository: those whom the policy names for it and who may be mailed, else
 * the owners of its registry.
 */
export function repositoryRecipients(
  { owners, mail }: Pick<GuardrailPolicy, "owners" | "mail">,
  place: { readonly registry: string; readonly repository: string },
  ofRegistry: Recipients,
): Recipients {
  const found = findRepositoryOwners(owners.repositories, place);
  if (!found) return ofRegistry;
  const named = merged(found.to.map((address) => sorted(address, mail)));
  if (named.to.length > 0) return { ...named, why: found.why };
  return { ...ofRegistry, dropped: unique([...named.dropped, ...ofRegistry.dropped]) };
}

function namedByTags(tags: readonly OwnerTag[], on: OwnerTag["on"], mail: MailRules): Named {
  const here = tags.filter(
    (tag) => tag.on === on && ownerTags.includes(tag.name.trim().toLowerCase()),
  );
  const each = here.map((tag) => ({ tag, ...sorted(tag.value, mail) }));
  const used = each.filter(({ to }) => to.length > 0).map(({ tag }) => tag);
  const names = used.map(({ name }) => name.trim().toLowerCase()).sort(byRank);
  return {
    ...merged(each),
    why: `${names.length > 1 ? "tags" : "tag"} ${names.join(", ")} on ${on} ${(used[0]?.scopeName ?? "").slice(0, 100)}`,
  };
}

const byRank = (one: string, other: string): number =>
  ownerTags.indexOf(one) - ownerTags.indexOf(other);

function namedByContact({ securityContacts }: OwnerFacts, mail: MailRules): Named {
  const each = (securityContacts ?? []).map((text) => sorted(text, mail));
  return { ...merged(each), why: contactWhy };
}

function merged(each: readonly Pick<Named, "to" | "dropped">[]): Pick<Named, "to" | "dropped"> {
  const all = [...new Set(each.flatMap(({ to }) => to))].sort();
  const tooMany = all.slice(mostRecipients).map((address) => ({
    address,
    why: `more than ${mostRecipients} addresses`,
  }));
  const dropped = unique([...each.flatMap((one) => one.dropped), ...tooMany]);
  return { to: all.slice(0, mostRecipients), dropped };
}

function unique(dropped: Recipients["dropped"]): Recipients["dropped"] {
  return [...new Map(dropped.map((one) => [one.address, one])).values()];
}

/** Addresses in a text, split at `;`, `,` and blanks, each judged by itself. */
function sorted(text: string, mail: MailRules): Pick<Named, "to" | "dropped"> {
  const words = text
    .split(/[;,\s]+/)
    .map((word) => word.replace(/^[<"'(]+|[>"')]+$/g, ""))
    .filter((word) => word !== "");
  const judged = words.map((word) => ({ address: word.slice(0, 254), why: whyNot(word, mail) }));
  return {
    to: judged.filter(({ why }) => why === null).map(({ address }) => address.toLowerCase()),
    dropped: judged.flatMap(({ address, why }) => (why === null ? [] : [{ address, why }])),
  };
}

function whyNot(word: string, { ownerDomains }: Pick<MailRules, "ownerDomains">): string | null {
  if (!isAddress(word)) return "it is no mail address";
  if (ownerDomains.length === 0) return "mail.ownerDomains names no domain that may be mailed";
  const domain = word.slice(word.lastIndexOf("@") + 1).toLowerCase();
  const allowed = ownerDomains.some((each) => each.toLowerCase() === domain);
  return allowed ? null : `its domain ${domain} is not in mail.ownerDomains`;
}

const addressPattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** Whether a text is one plain mail address: ASCII only, no comments, no quotes. */
export const isAddress = (text: string): boolean =>
  text.length <= 254 && text.lastIndexOf("@") <= 64 && addressPattern.test(text);

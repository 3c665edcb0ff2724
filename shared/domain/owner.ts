/** What Azure says about whom to tell of a subject. */
export interface OwnerFacts {
  /** Owner tags found, nearest first: the resource's, its group's, its subscription's. */
  readonly tags: readonly OwnerTag[];
  /** Addresses of the subscription's security contact, empty when it has none; null = not readable. */
  readonly securityContacts: readonly string[] | null;
  /** Scopes that could not be read, with the reason. */
  readonly unreadable: readonly string[];
}

/** A tag that may name owners; its value is free text that many people can write. */
export interface OwnerTag {
  readonly on: "resource" | "resource group" | "subscription";
  readonly scopeName: string;
  readonly name: string;
  readonly value: string;
}

/** Who is told, and why they. */
export interface Recipients {
  /** Sorted, lower case, no doubles; empty = nobody can be told. */
  readonly to: readonly string[];
  /** Such as `tag owner on resource group rg-shop`. */
  readonly why: string;
  /** Addresses that were named but are not allowed or not valid, with the reason. */
  readonly dropped: readonly { readonly address: string; readonly why: string }[];
}

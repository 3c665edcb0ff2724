import { createHash } from "node:crypto";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The table and instance key of a text: 32 hex digits of the SHA-256 of its lower-case form. */
export function keyOf(text: string): string {
  return createHash("sha256").update(text.toLowerCase()).digest("hex").slice(0, 32);
}

/** The short name of a subject's case, as people read it in mails: 8 Crockford base32 characters. */
export function caseIdOf(subject: string): string {
  const bits = BigInt(`0x${keyOf(subject).slice(0, 10)}`);
  return Array.from({ length: 8 }, (_, place) =>
    crockford.charAt(Number((bits >> BigInt(35 - 5 * place)) & 31n)),
  ).join("");
}

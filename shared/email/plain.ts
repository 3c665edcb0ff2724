import { lineOf, linesOf } from "../events/untrusted.ts";

/**
 * Untrusted text as one line of at most `limit` characters. Web addresses in it are taken apart,
 * so that no mail program makes a link of them; those of Microsoft's own pages stay.
 */
export const line = (text: string, limit = 200): string => unlinked(lineOf(text, limit));

/** As `line`, for text of several lines; empty lines are left out. */
export function lines(text: string, limit = 2_000): string[] {
  return linesOf(text, limit)
    .split("\n")
    .map((part) => unlinked(part.trim()))
    .filter((part) => part !== "");
}

const address =
  /\b(https?|ftps?):\/\/(?!(?:learn\.microsoft\.com|portal\.azure\.com|aka\.ms)(?:[/?#\s]|$))/gi;

const unlinked = (text: string): string =>
  text
    .replace(address, (scheme) => scheme.replace(/t/gi, "x"))
    .replace(/\bwww\.(?=\S)/gi, "www[.]");

const breaking = /<\s*(?:br|p|li|div|ul|ol)\b[^<>]*>|<\s*\/\s*(?:p|li|div|ul|ol)\s*>/gi;
const dressing = /<\s*\/?\s*(?:a|b|i|u|em|strong|span|code|pre|font|h[1-6])(?:\s[^<>]*)?>/gi;
const entity = /&(lt|gt|quot|#39|apos|nbsp|amp);/gi;
const signs: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  apos: "'",
  nbsp: " ",
  amp: "&",
};

/**
 * What a text that may hold HTML says, as lines of plain text: markup that only dresses is dropped,
 * the rest, such as `<pod-name>`, stays as it is written. The result is text, never markup.
 */
export function linesOfMarkup(text: string, limit = 2_000): string[] {
  const bare = text
    .slice(0, limit * 4)
    .replace(breaking, "\n")
    .replace(dressing, "")
    .replace(entity, (whole, name: string) => signs[name.toLowerCase()] ?? whole);
  return lines(bare, limit);
}

/** `1 pod`, `3 pods`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** With a capital letter at the start. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

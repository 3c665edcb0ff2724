import { KqlFault } from "./fault.ts";
import type { TextOperator } from "./syntax.ts";

type Search = (text: string, wanted: string) => boolean;

const alphanumeric = /[\p{L}\p{N}]/u;

/**
 * Whether `wanted` stands in `text` as a whole term: a run of letters and digits that ends where
 * they end. Signs inside `wanted` are taken as they are.
 */
export function hasTerm(text: string, wanted: string): boolean {
  return termPlaces(text, wanted).some(({ starts, ends }) => starts && ends);
}

function termPlaces(text: string, wanted: string): { starts: boolean; ends: boolean }[] {
  const places: { starts: boolean; ends: boolean }[] = [];
  if (wanted === "") return [{ starts: true, ends: true }];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    places.push({
      starts: border(text.charAt(at - 1), wanted.charAt(0)),
      ends: border(wanted.charAt(wanted.length - 1), text.charAt(at + wanted.length)),
    });
  }
  return places;
}

function border(before: string, after: string): boolean {
  return !(alphanumeric.test(before) && alphanumeric.test(after));
}

const searches: Readonly<Record<string, Search>> = {
  has: hasTerm,
  hasprefix: (text, wanted) => termPlaces(text, wanted).some(({ starts }) => starts),
  hassuffix: (text, wanted) => termPlaces(text, wanted).some(({ ends }) => ends),
  contains: (text, wanted) => text.includes(wanted),
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
  "=~": (text, wanted) => text === wanted,
};

/** The search behind a text operator; without `_cs` it does not look at case. */
export function textSearch(operator: TextOperator | "=~" | "!~"): Search {
  if (operator === "matches regex") return (text, pattern) => safePattern(pattern).test(text);
  const negated = operator.startsWith("!");
  const plain = operator === "!~" ? "=~" : operator.replace(/^!/, "");
  const exact = plain.endsWith("_cs");
  const search = searches[exact ? plain.slice(0, -3) : plain];
  if (!search) throw new RangeError(`no search for ${operator}`);
  return (text, wanted) =>
    (exact ? search(text, wanted) : search(text.toLowerCase(), wanted.toLowerCase())) !== negated;
}

const compiled = new Map<string, RegExp>();
const unsafe = /\\[1-9k]|\(\?(?!:|i\))|[*+?}]\)[*+{]|\([^()]*[*+][^()]*\)[*+{]/;

/**
 * A JavaScript pattern for one of Kusto's (RE2). Look-around, back references and repeated groups
 * that repeat inside are refused: RE2 has none of the first two, and the last can take for ever here.
 */
export function safePattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const insensitive = pattern.startsWith("(?i)");
  const body = insensitive ? pattern.slice(4) : pattern;
  const made = unsafe.test(body) ? null : tryPattern(body, insensitive ? "iu" : "u");
  if (!made) {
    throw new KqlFault("InvalidQuery", `the pattern ${JSON.stringify(pattern)} is not supported`, {
      offset: 0,
      token: pattern,
    });
  }
  compiled.set(pattern, made);
  return made;
}

function tryPattern(body: string, flags: string): RegExp | null {
  try {
    return new RegExp(body, flags);
  } catch {
    return null;
  }
}

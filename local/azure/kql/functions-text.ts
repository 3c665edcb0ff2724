import { fixed, number, type ScalarFunction, text } from "./scalar-function.ts";
import { hasTerm, safePattern } from "./text-search.ts";
import { convert, isList, numberOf, textOf, type Value } from "./values.ts";

const joinTexts: ScalarFunction = {
  parameters: ["any"],
  least: 1,
  most: 64,
  type: () => "string",
  keepsName: false,
  run: ({ values, types }) =>
    values.map((value, at) => textOf(value, types[at] ?? "dynamic")).join(""),
};

const joinWith: ScalarFunction = {
  ...joinTexts,
  least: 2,
  run: ({ values, types }) =>
    values
      .slice(1)
      .map((value, at) => textOf(value, types[at + 1] ?? "dynamic"))
      .join(text(values[0])),
};

/** Counts from zero; a start beyond the end gives nothing, a negative one counts from the end. */
const substring: ScalarFunction = {
  parameters: ["text", "number", "number"],
  least: 2,
  most: 3,
  type: () => "string",
  keepsName: false,
  run: ({ values }) => {
    const source = text(values[0]);
    const wanted = number(values[1]) ?? 0;
    const start = wanted < 0 ? Math.max(source.length + wanted, 0) : wanted;
    const length = values.length > 2 ? Math.max(number(values[2]) ?? 0, 0) : source.length;
    return source.slice(start, start + length);
  },
};

const split: ScalarFunction = {
  parameters: ["text", "text", "number"],
  least: 2,
  most: 3,
  type: () => "dynamic",
  keepsName: false,
  run: ({ values }) => {
    const delimiter = text(values[1]);
    const parts = delimiter === "" ? [text(values[0])] : text(values[0]).split(delimiter);
    const at = number(values[2]);
    if (at === null) return parts;
    const part = parts[at];
    return part === undefined ? [] : [part];
  },
};

const extract: ScalarFunction = {
  parameters: ["text", "number", "text"],
  least: 3,
  most: 3,
  type: () => "string",
  keepsName: false,
  run: ({ values }) =>
    safePattern(text(values[0])).exec(text(values[2]))?.[number(values[1]) ?? 0] ?? "",
};

/** Every match: its capture group, or a list of them where there are more; null without any match. */
function extractAll(pattern: Value, source: Value): Value {
  const { source: body, flags } = safePattern(text(pattern));
  const found = [...text(source).matchAll(new RegExp(body, `${flags}g`))].map((match) => {
    const [whole = "", ...groups] = match.map((part) => part ?? "");
    return groups.length > 1 ? groups : (groups[0] ?? whole);
  });
  return found.length === 0 ? null : found;
}

const indexOf: ScalarFunction = {
  parameters: ["text", "text", "number"],
  least: 2,
  most: 3,
  type: () => "long",
  keepsName: false,
  run: ({ values }) => text(values[0]).indexOf(text(values[1]), number(values[2]) ?? 0),
};

const trimEnds = (from: "both" | "start" | "end") =>
  fixed(["text", "text"], "string", (pattern = "", source = "") => {
    const body = safePattern(text(pattern)).source;
    const ends = { both: `^(?:${body})|(?:${body})$`, start: `^(?:${body})`, end: `(?:${body})$` };
    return text(source).replace(new RegExp(ends[from], "gu"), "");
  });

function replaceAll(source: Value, wanted: Value, by: Value): Value {
  return text(wanted) === "" ? source : text(source).replaceAll(text(wanted), () => text(by));
}

function replacePattern(source: Value, pattern: Value, by: Value): Value {
  const everywhere = safePattern(text(pattern));
  const replacement = text(by)
    .replace(/\$/g, "$$$$")
    .replace(/\\(\d)/g, "$$$1");
  return text(source).replace(new RegExp(everywhere.source, `${everywhere.flags}g`), replacement);
}

const round: ScalarFunction = {
  parameters: ["number", "number"],
  least: 1,
  most: 2,
  type: () => "real",
  keepsName: false,
  run: ({ values }) => {
    const scale = 10 ** (number(values[1]) ?? 0);
    const value = number(values[0]);
    return value === null ? null : Math.round(value * scale) / scale;
  },
};

/** Functions on text, and the few on numbers. */
export const textFunctions: Readonly<Record<string, ScalarFunction>> = {
  tolower: fixed(["text"], "string", (value = "") => text(value).toLowerCase()),
  toupper: fixed(["text"], "string", (value = "") => text(value).toUpperCase()),
  strlen: fixed(["text"], "long", (value = "") => [...text(value)].length),
  strcat: joinTexts,
  strcat_delim: joinWith,
  substring,
  split,
  extract,
  extract_all: fixed(["text", "text"], "dynamic", (pattern = "", source = "") =>
    extractAll(pattern, source),
  ),
  indexof: indexOf,
  trim: trimEnds("both"),
  trim_start: trimEnds("start"),
  trim_end: trimEnds("end"),
  replace_string: fixed(["text", "text", "text"], "string", (source = "", wanted = "", by = "") =>
    replaceAll(source, wanted, by),
  ),
  replace_regex: fixed(["text", "text", "text"], "string", (source = "", wanted = "", by = "") =>
    replacePattern(source, wanted, by),
  ),
  has_any_index: fixed(["text", "dynamic"], "long", (source = "", wanted = null) =>
    isList(wanted)
      ? wanted.findIndex((one) =>
          hasTerm(text(source).toLowerCase(), textOf(one, "dynamic").toLowerCase()),
        )
      : -1,
  ),
  parse_version: fixed(["text"], "real", (value = "") => versionOf(text(value))),
  abs: { ...round, most: 1, type: (types) => types[0] ?? null, run: ({ values }) => size(values) },
  round,
};

function size(values: readonly Value[]): number | null {
  const value = number(values[0]);
  return value === null ? null : Math.abs(value);
}

/** One number that orders versions of up to four parts. */
function versionOf(version: string): Value {
  const parts = version.split(".").map((part) => numberOf(convert(part, "string", "long")));
  if (parts.length > 4 || parts.some((part) => part === null)) return null;
  return [0, 1, 2, 3].reduce((total, at) => total * 100_000_000 + (parts[at] ?? 0), 0);
}

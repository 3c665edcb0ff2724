import { compare, identity } from "./compare.ts";
import { fixed, number, type ScalarFunction, text } from "./scalar-function.ts";
import { isBag, isList, type Json, jsonOf, type Value } from "./values.ts";

const parse: ScalarFunction = {
  parameters: ["any"],
  least: 1,
  most: 1,
  type: () => "dynamic",
  keepsName: true,
  run: ({ values, types }) =>
    types[0] === "string" ? parseJson(text(values[0])) : (values[0] ?? null),
};

/** JSON when it is JSON, else the text itself, as Kusto does. */
function parseJson(value: string): Json {
  if (value === "") return null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const pack: ScalarFunction = {
  parameters: ["any"],
  least: 2,
  most: 64,
  type: (types) =>
    types.length % 2 === 0 && types.every((type, at) => at % 2 === 1 || type === "string")
      ? "dynamic"
      : null,
  keepsName: false,
  run: ({ values, types }) =>
    Object.fromEntries(
      values.flatMap((key, at): [string, Json][] =>
        at % 2 === 0
          ? [[text(key), jsonOf(values[at + 1] ?? null, types[at + 1] ?? "dynamic")]]
          : [],
      ),
    ),
};

const packArray: ScalarFunction = {
  ...pack,
  least: 1,
  type: () => "dynamic",
  run: ({ values, types }) => values.map((value, at) => jsonOf(value, types[at] ?? "dynamic")),
};

const join: ScalarFunction = {
  parameters: ["dynamic", "text"],
  least: 1,
  most: 2,
  type: () => "string",
  keepsName: false,
  run: ({ values }) => {
    const list = values[0] ?? null;
    return isList(list) ? list.join(values.length > 1 ? text(values[1]) : ",") : "";
  },
};

const concat: ScalarFunction = {
  parameters: ["dynamic"],
  least: 1,
  most: 64,
  type: () => "dynamic",
  keepsName: false,
  run: ({ values }) => values.flatMap((value) => (isList(value) ? value : [])),
};

function placeIn(list: Value | undefined, wanted: Value | undefined): number | null {
  if (!isList(list ?? null)) return null;
  return (list as readonly Json[]).findIndex((one) => identity(one) === identity(wanted ?? null));
}

function slice(list: Value | undefined, from: Value | undefined, to: Value | undefined): Value {
  if (!isList(list ?? null)) return null;
  const end = number(to) ?? -1;
  const all = list as readonly Json[];
  return all.slice(number(from) ?? 0, end === -1 ? all.length : end + 1);
}

/** Functions on property bags and arrays. */
export const dynamicFunctions: Readonly<Record<string, ScalarFunction>> = {
  parse_json: parse,
  todynamic: parse,
  toobject: parse,
  pack,
  bag_pack: pack,
  pack_array: packArray,
  strcat_array: join,
  array_concat: concat,
  array_length: fixed(["dynamic"], "long", (list = null) => (isList(list) ? list.length : null)),
  array_index_of: fixed(["dynamic", "any"], "long", placeIn),
  array_slice: fixed(["dynamic", "number", "number"], "dynamic", slice),
  array_sort_asc: fixed(["dynamic"], "dynamic", (list = null) =>
    isList(list) ? list.toSorted(compare) : null,
  ),
  set_has_element: fixed(["dynamic", "any"], "bool", (list, wanted) => {
    const place = placeIn(list, wanted);
    return place === null ? null : place >= 0;
  }),
  bag_keys: fixed(["dynamic"], "dynamic", (bag = null) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: fixed(["dynamic", "text"], "bool", (bag = null, key = "") =>
    isBag(bag) ? Object.hasOwn(bag, text(key)) : null,
  ),
  bag_merge: {
    ...concat,
    run: ({ values }) =>
      values
        .filter(isBag)
        .reduceRight<Value>((all, bag) => ({ ...(isBag(all) ? all : {}), ...bag }), {}),
  },
};

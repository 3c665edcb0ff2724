import { commonType, fixed, type ScalarFunction } from "./scalar-function.ts";
import { convert, isBag, isList, type ScalarType, textOf, type Value } from "./values.ts";

function cast(to: ScalarType): ScalarFunction {
  return {
    parameters: ["any"],
    least: 1,
    most: 1,
    type: () => to,
    keepsName: true,
    run: ({ values, types }) => convert(values[0] ?? null, types[0] ?? "dynamic", to),
  };
}

/** Null for every type that has one; the empty string is not null but empty. */
function isNothing(value: Value | undefined, type: ScalarType | undefined): boolean {
  if (type === "string") return value === "";
  return value === null || value === undefined;
}

function isEmpty(value: Value | undefined, type: ScalarType | undefined): boolean {
  return isNothing(value, type) || textOf(value ?? null, type ?? "dynamic") === "";
}

function about(test: ScalarFunction["run"]): ScalarFunction {
  return { ...cast("bool"), keepsName: false, run: test };
}

const choose: ScalarFunction = {
  parameters: ["bool", "any", "any"],
  least: 3,
  most: 3,
  type: (types) => commonType(types.slice(1)),
  keepsName: false,
  run: ({ values }) => (values[0] === true ? values[1] : values[2]) ?? null,
};

const chooseCase: ScalarFunction = {
  parameters: ["any"],
  least: 3,
  most: 64,
  type: (types) =>
    types.length % 2 === 1 && types.every((type, at) => !isTest(at, types) || type === "bool")
      ? commonType(types.filter((_, at) => !isTest(at, types)))
      : null,
  keepsName: false,
  run: ({ values }) => {
    const hit = values.findIndex((value, at) => isTest(at, values) && value === true);
    return (hit < 0 ? values.at(-1) : values[hit + 1]) ?? null;
  },
};

function isTest(at: number, all: readonly unknown[]): boolean {
  return at % 2 === 0 && at < all.length - 1;
}

const coalesce: ScalarFunction = {
  parameters: ["any"],
  least: 2,
  most: 64,
  type: commonType,
  keepsName: false,
  run: ({ values, types }) =>
    values.find((value, at) => !isNothing(value, types[at])) ?? values.at(-1) ?? null,
};

/** Casts, tests for absence, and choices. */
export const logicFunctions: Readonly<Record<string, ScalarFunction>> = {
  tostring: cast("string"),
  toint: cast("long"),
  tolong: cast("long"),
  toreal: cast("real"),
  todouble: cast("real"),
  tobool: cast("bool"),
  toboolean: cast("bool"),
  todatetime: cast("datetime"),
  totimespan: cast("timespan"),
  toguid: cast("string"),
  not: fixed(["bool"], "bool", (value) => (value === null ? null : value !== true)),
  isnull: about(({ values, types }) => types[0] !== "string" && values[0] === null),
  isnotnull: about(({ values, types }) => types[0] === "string" || values[0] !== null),
  isempty: about(({ values, types }) => isEmpty(values[0], types[0])),
  isnotempty: about(({ values, types }) => !isEmpty(values[0], types[0])),
  iff: choose,
  iif: choose,
  case: chooseCase,
  coalesce,
  gettype: {
    ...cast("string"),
    keepsName: false,
    run: ({ values, types }) => typeName(values[0] ?? null, types[0] ?? "dynamic"),
  },
};

function typeName(value: Value, type: ScalarType): string {
  if (type !== "dynamic") return type;
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (isBag(value)) return "dictionary";
  if (typeof value === "number") return Number.isInteger(value) ? "long" : "real";
  return typeof value === "boolean" ? "bool" : "string";
}

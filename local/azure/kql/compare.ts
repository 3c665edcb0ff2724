import { KqlFault } from "./fault.ts";
import { datetimeOf, type ScalarType, textOf, timespanOf, type Value } from "./values.ts";

/** How to bring the two sides of a comparison to one type. */
export interface Alignment {
  readonly left: (value: Value) => Value;
  readonly right: (value: Value) => Value;
}

const asIs = (value: Value) => value;
const numeric: ReadonlySet<ScalarType> = new Set(["long", "real"]);

/** Finds a common type for a comparison, or throws the KqlFault that Kusto would. */
export function align(left: ScalarType, right: ScalarType, offset: number): Alignment {
  const bothDynamic = left === "dynamic" && right === "dynamic";
  if (!bothDynamic && (left === right || (numeric.has(left) && numeric.has(right)))) {
    return { left: asIs, right: asIs };
  }
  if (!bothDynamic && left === "dynamic") return { left: fromDynamic(right), right: asIs };
  if (!bothDynamic && right === "dynamic") return { left: asIs, right: fromDynamic(left) };
  throw new KqlFault(
    "InvalidQuery",
    `Cannot compare values of types ${left} and ${right}. Try adding explicit casts`,
    { offset, token: left },
  );
}

/** A dynamic holds JSON: only text is made of anything, a number or bool must be one already. */
function fromDynamic(type: ScalarType): (value: Value) => Value {
  if (type === "string") return (value) => textOf(value, "dynamic");
  if (type === "bool") return (value) => (typeof value === "boolean" ? value : null);
  if (type === "datetime") return (value) => (typeof value === "string" ? datetimeOf(value) : null);
  if (type === "timespan") return (value) => (typeof value === "string" ? timespanOf(value) : null);
  return (value) => (typeof value === "number" ? value : null);
}

/** `==` between aligned values: null against null is null, null against a value is false. */
export function equal(left: Value, right: Value): boolean | null {
  if (left === null && right === null) return null;
  return left === right;
}

/** Negative, zero or positive; texts by code unit, as Kusto sorts them. Nulls are the caller's. */
export function compare(left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  const [a, b] = [textOf(left, "dynamic"), textOf(right, "dynamic")];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Text under which equal values are one: for grouping, sets and joins. */
export function identity(value: Value): string {
  return JSON.stringify(value);
}

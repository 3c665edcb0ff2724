import type { ScalarType, Value } from "./values.ts";

/** What a parameter takes: `text` also takes a dynamic and gets its text. */
export type Parameter = "any" | "text" | "number" | "bool" | "dynamic" | "datetime" | "timespan";

/** One call's evaluated arguments. */
export interface Call {
  readonly values: readonly Value[];
  readonly types: readonly ScalarType[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A scalar function as Kusto declares it. */
export interface ScalarFunction {
  /** Parameters; the last one repeats up to `most`. */
  readonly parameters: readonly Parameter[];
  readonly least: number;
  readonly most: number;
  /** Result type; answers null when the argument types do not go together. */
  readonly type: (types: readonly ScalarType[]) => ScalarType | null;
  /** Whether an unnamed column keeps the name of the first argument, as casts do. */
  readonly keepsName: boolean;
  readonly run: (call: Call) => Value;
}

/** Declares a function with a fixed number of arguments and a fixed result type. */
export function fixed(
  parameters: readonly Parameter[],
  type: ScalarType,
  run: (...values: Value[]) => Value,
): ScalarFunction {
  return {
    parameters,
    least: parameters.length,
    most: parameters.length,
    type: () => type,
    keepsName: false,
    run: ({ values }) => run(...values),
  };
}

/** The one type that all of these can be, or null. */
export function commonType(types: readonly ScalarType[]): ScalarType | null {
  const kinds = new Set(types);
  if (kinds.size === 1) return types[0] ?? null;
  const numbers = [...kinds].every((type) => type === "long" || type === "real");
  return numbers ? "real" : null;
}

/** A text argument: the evaluator has made it one. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A numeric argument, or null. */
export function number(value: Value | undefined): number | null {
  return typeof value === "number" ? value : null;
}

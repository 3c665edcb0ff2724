import { KqlFault } from "./fault.ts";
import type { Parameter } from "./scalar-function.ts";
import { type Row, type ScalarType, textOf, type Value } from "./values.ts";

/** An expression made ready: its type is known before any row is. */
export interface Compiled {
  readonly type: ScalarType;
  readonly run: (row: Row) => Value;
}

/** Throws the fault of an expression whose words are known but do not go together. */
export function invalid(expression: { readonly offset: number }, message: string): never {
  throw new KqlFault("InvalidQuery", message, { offset: expression.offset, token: "" });
}

const accepted: Readonly<Record<Parameter, readonly ScalarType[]>> = {
  any: ["string", "long", "real", "bool", "datetime", "timespan", "dynamic"],
  text: ["string", "dynamic"],
  number: ["long", "real"],
  bool: ["bool"],
  dynamic: ["dynamic"],
  datetime: ["datetime"],
  timespan: ["timespan"],
};

/** The compiled argument if the parameter takes its type; a text parameter gets text of a dynamic. */
export function admit(
  compiled: Compiled,
  wanted: { parameter: Parameter; name: string; offset: number },
): Compiled {
  const { parameter, name } = wanted;
  if (!accepted[parameter].includes(compiled.type)) {
    return invalid(wanted, `${name} takes ${parameter} here, not ${compiled.type}`);
  }
  return parameter === "text" ? asText(compiled) : compiled;
}

function asText({ type, run }: Compiled): Compiled {
  return { type: "string", run: (row) => textOf(run(row), type) };
}

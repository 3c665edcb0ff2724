import { dynamicFunctions } from "./functions-dynamic.ts";
import { logicFunctions } from "./functions-logic.ts";
import { textFunctions } from "./functions-text.ts";
import { timeFunctions } from "./functions-time.ts";
import type { ScalarFunction } from "./scalar-function.ts";

const all: Readonly<Record<string, ScalarFunction>> = {
  ...logicFunctions,
  ...textFunctions,
  ...dynamicFunctions,
  ...timeFunctions,
};

/** The scalar function of this name (case counts, as in Kusto), or null. */
export function findFunction(name: string): ScalarFunction | null {
  return Object.hasOwn(all, name) ? (all[name] ?? null) : null;
}

import { planOf } from "../decisions/words.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";

/** A plan as the ledger writes it, such as `on: P1, ContainerSensor`, taken apart. */
export interface PlanParts {
  readonly subPlan: string | null;
  readonly extensions: readonly string[];
}

/** Sub-plan and extensions that are on; names are letters and digits, anything else is left out. */
export function planParts(value: string | null): PlanParts {
  const [, list = ""] = /^on: (.*)$/.exec(value ?? "") ?? [];
  const names = list.match(/[A-Za-z0-9]+/g) ?? [];
  return {
    subPlan: names.find(isSubPlan) ?? null,
    extensions: names.filter((name) => !isSubPlan(name)),
  };
}

const isSubPlan = (name: string): boolean => /^(?:P\d|Per[A-Z].*|DefenderForStorage.*)$/.test(name);

/**
 * What is on after a change. The ledger names what we asked of a plan; what was on before stays on
 * beside it, because we switch nothing off.
 */
export function afterOf({ act, before, after }: Pick<LedgerEntry, "act" | "before" | "after">) {
  if (planOf(act) === null || !before?.startsWith("on: ") || !after?.startsWith("on")) return after;
  const [earlier, asked] = [planParts(before), planParts(after)];
  const subPlan = asked.subPlan ?? earlier.subPlan;
  const extensions = [...new Set([...earlier.extensions, ...asked.extensions])].sort();
  const names = [...(subPlan ? [subPlan] : []), ...extensions];
  return names.length > 0 ? `on: ${names.join(", ")}` : after;
}

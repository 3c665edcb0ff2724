import { findFunction } from "./functions.ts";
import type { Expression, Item } from "./syntax.ts";

/** The name Kusto gives an unnamed column by its expression, or null where it numbers it. */
export function impliedName(expression: Expression): string | null {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "member":
      return joined(impliedName(expression.target), expression.key);
    case "index":
      return expression.index.kind === "literal"
        ? joined(impliedName(expression.target), String(expression.index.literal.value))
        : null;
    case "call": {
      const [first] = expression.args;
      return first && findFunction(expression.name)?.keepsName ? impliedName(first) : null;
    }
    default:
      return null;
  }
}

function joined(target: string | null, key: string): string | null {
  return target === null ? null : `${target}_${key.replace(/[^A-Za-z0-9_]/g, "_")}`;
}

/** Names for all items: given, implied, or `Column1`, `Column2` ...; a repeat gets a number. */
export function namesOf(items: readonly Item[], taken: readonly string[] = []): readonly string[] {
  const used = new Set(taken);
  let unnamed = 0;
  return items.map(({ name, value }) => {
    const own = name ?? impliedName(value);
    if (own === null) unnamed += 1;
    const unique = freeName(own ?? `Column${unnamed}`, used);
    used.add(unique);
    return unique;
  });
}

/** The name itself, or with the first number that makes it new: `id`, `id1`, `id2`. */
export function freeName(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  let suffix = 1;
  while (used.has(`${name}${suffix}`)) suffix += 1;
  return `${name}${suffix}`;
}

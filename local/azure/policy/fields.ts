import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Resource } from "../store.ts";
import { typeOf } from "../store.ts";

/** The array item that a `count` or `[*]` is looking at. */
export interface Item {
  /** Alias up to and with `[*]`, lower case. */
  readonly prefix: string;
  readonly value: Json;
}

/**
 * The value that a policy's `field` names: `type`, `name`, `location`, `tags.x`, or an alias such as
 * `Microsoft.ContainerService/managedClusters/enableRBAC`. Names compare without case, as aliases do.
 * An alias with `[*]` answers the list of all values.
 */
export function fieldValue(
  resource: Resource,
  field: string,
  item: Item | null = null,
): Json | undefined {
  const lower = field.toLowerCase();
  if (item && lower.startsWith(item.prefix)) {
    const path = pathOf(field.slice(item.prefix.length));
    return follow(item.value, path) ?? follow(member(item.value, "properties"), path);
  }
  if (lower === "type") return typeName(resource);
  if (["id", "name", "location", "kind"].includes(lower)) return member(resource, lower);
  if (lower === "tags") return resource["tags"];
  const tag = /^tags(?:\.|\[')(.+?)(?:'\])?$/i.exec(field)?.[1];
  if (tag !== undefined) return member(resource["tags"], tag);
  const type = typeOf(resource);
  if (!lower.startsWith(`${type}/`)) return undefined;
  const path = pathOf(field.slice(type.length + 1));
  return follow(resource["properties"], path) ?? follow(resource, path);
}

/** The type as the resource spells it, else as its id does. */
function typeName(resource: Resource): string {
  const own = resource["type"];
  return typeof own === "string" ? own : typeOf(resource);
}

function pathOf(alias: string): readonly string[] {
  return alias
    .replaceAll("[*]", ".[*]")
    .split(/[./]/)
    .filter((part) => part !== "");
}

function follow(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (first !== "[*]") return follow(member(value, first), rest);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one: Json) => {
    const found = follow(one, rest);
    return found === undefined ? [] : [found];
  });
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (!isObject(value)) return undefined;
  return (value as JsonObject)[keyOf(value, name) ?? ""];
}

/** The key as the object spells it, or null. */
export function keyOf(value: JsonObject, name: string): string | null {
  const wanted = name.toLowerCase();
  return Object.keys(value).find((key) => key.toLowerCase() === wanted) ?? null;
}

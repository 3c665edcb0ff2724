/** A JSON value as its leaves: path to text. */
export type Flat = Readonly<Record<string, string>>;

/** Names whose values are made anew on each write or tell a time: two equal runs differ in them. */
const volatile = new Set([
  "etag",
  "systemdata",
  "enablementtime",
  "lastmodifiedtime",
  "timestamp",
  "createdtime",
  "changedtime",
]);

/** Takes a value apart into its leaves, less what differs between two equal runs. */
export function flatten(value: unknown): Flat {
  const leaves: Record<string, string> = {};
  const walk = (inner: unknown, path: string): void => {
    if (typeof inner !== "object" || inner === null) {
      leaves[path] = JSON.stringify(inner) ?? "undefined";
      return;
    }
    const entries = Object.entries(inner);
    if (entries.length === 0) leaves[path] = Array.isArray(inner) ? "[]" : "{}";
    for (const [name, member] of entries) {
      if (!volatile.has(name.toLowerCase())) walk(member, path === "" ? name : `${path}.${name}`);
    }
  };
  walk(value, "");
  return leaves;
}

/** Paths whose values differ, or that only one of the two has. */
export function differences(left: Flat, right: Flat): readonly string[] {
  const paths = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...paths].filter((path) => left[path] !== right[path]).sort();
}

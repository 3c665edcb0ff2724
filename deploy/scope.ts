const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const group = /^managementGroup:(?<id>[\w().-]{1,90})$/i;

/** What is watched: subscriptions one by one, and management groups as a whole. */
export interface Scope {
  readonly subscriptions: readonly string[];
  readonly managementGroups: readonly string[];
}

/**
 * Reads the setting as main.bicep reads it: "hub", ids of subscriptions, "managementGroup:" with an
 * id, with commas between them; null where an entry is none of these, or there is none.
 */
export function parseScope(text: string, hub: string): Scope | null {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const managementGroups = entries.flatMap((entry) => group.exec(entry)?.groups?.["id"] ?? []);
  const subscriptions = entries
    .filter((entry) => !group.test(entry))
    .map((entry) => (entry.toLowerCase() === "hub" ? hub : entry.toLowerCase()));
  if (entries.length === 0 || !subscriptions.every((id) => guid.test(id))) return null;
  return { subscriptions: [...new Set(subscriptions)], managementGroups };
}

/** Whether a text is the id of a subscription. */
export const isGuid = (text: string): boolean => guid.test(text);

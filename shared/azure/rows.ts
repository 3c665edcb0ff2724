import { parseResourceId } from "../domain/resource-id.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

/** The partition of an Azure resource: its subscription's id; `other` for what has none. */
export function partitionOf(subject: string): string {
  return parseResourceId(subject)?.subscriptionId.toLowerCase() ?? "other";
}

/** Changes one row until no one else changed it meanwhile; null = leave it. Answers what holds. */
export async function change(
  table: Table,
  keys: { readonly partitionKey: string; readonly rowKey: string },
  become: (row: StoredRow | null) => Row | null,
): Promise<Row | null> {
  for (;;) {
    const before = await table.get(keys.partitionKey, keys.rowKey);
    const after = become(before);
    if (after === null) return before;
    if (before === null) {
      if (await table.insert(after)) return after;
    } else if ((await table.replace(after, before.etag)) === "written") {
      return after;
    }
  }
}

/** Deletes rows, a partition's at a time; answers how many. */
export async function removeAll(
  table: Table,
  rows: readonly Pick<Row, "partitionKey" | "rowKey">[],
): Promise<number> {
  await inParallel(8, rows, ({ partitionKey, rowKey }) => table.remove(partitionKey, rowKey));
  return rows.length;
}

/** Runs an act on each item, a bounded number at once; answers in the items' order. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += width) {
    results.push(...(await Promise.all(items.slice(start, start + width).map(act))));
  }
  return results;
}

/** A quoted OData string. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import { canonical } from "../resource-id.ts";
import type { PolicyRecord } from "./record.ts";

/** What became of a state when its resource was judged again. */
export interface StateChange {
  readonly kind: "Created" | "Changed" | "Deleted";
  readonly record: PolicyRecord;
}

/** The states that hold, and every verdict there ever was. */
export interface StateBook {
  /** Of everything, or of one resource. */
  current(resourceId?: string): readonly PolicyRecord[];
  /** In order; of everything, or of one resource. */
  history(resourceId?: string): readonly PolicyRecord[];
  /** Writes down new verdicts on a resource in place of those that held; answers what changed. */
  write(resourceId: string, after: ReadonlyMap<string, PolicyRecord>): readonly StateChange[];
}

/** Opens an empty book. */
export function createStateBook(): StateBook {
  const held = new Map<string, ReadonlyMap<string, PolicyRecord>>();
  const all: PolicyRecord[] = [];
  const byResource = new Map<string, PolicyRecord[]>();

  return {
    current(resourceId) {
      const wanted =
        resourceId === undefined ? [...held.values()] : [held.get(canonical(resourceId))];
      return wanted.flatMap((records) => [...(records?.values() ?? [])]);
    },
    history: (resourceId) =>
      resourceId === undefined ? all : (byResource.get(canonical(resourceId)) ?? []),
    write(resourceId, after) {
      const key = canonical(resourceId);
      const before = held.get(key) ?? new Map<string, PolicyRecord>();
      const own = byResource.get(key) ?? [];
      own.push(...after.values());
      all.push(...after.values());
      byResource.set(key, own);
      held.set(key, after);
      return changesBetween(before, after);
    },
  };
}

function changesBetween(
  before: ReadonlyMap<string, PolicyRecord>,
  after: ReadonlyMap<string, PolicyRecord>,
): readonly StateChange[] {
  const changes: StateChange[] = [];
  for (const [key, record] of after) {
    const known = before.get(key);
    if (!known) changes.push({ kind: "Created", record });
    else if (known.state !== record.state) changes.push({ kind: "Changed", record });
  }
  for (const [key, record] of before) {
    if (!after.has(key)) changes.push({ kind: "Deleted", record });
  }
  return changes;
}

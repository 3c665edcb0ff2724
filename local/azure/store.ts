import { type Json, type JsonObject, objectAt, textAt, without } from "./json.ts";
import { canonical, isWithin, readResourceId, scopeOf } from "./resource-id.ts";

/** A resource exactly as GET answers it. */
export interface Resource extends JsonObject {
  readonly id: string;
}

/** What the simulator knows of a resource beside its body. */
export interface ResourceFacts {
  readonly createdAt: string;
  readonly changedAt: string;
  readonly etag: string;
}

/** One change of the store. */
export interface StoreChange {
  readonly id: string;
  readonly before: Resource | null;
  readonly after: Resource | null;
}

/** A management lock that holds at a scope. */
export interface Lock {
  readonly id: string;
  readonly scope: string;
  readonly level: "ReadOnly" | "CanNotDelete";
}

/** All resources of the estate, by lower-case id. Bodies are never changed in place. */
export interface Store {
  find(id: string): Resource | null;
  facts(id: string): ResourceFacts | null;
  /** Resources of this type (any case), in the order they came, at or below `scope` (default: all). */
  list(type: string, scope?: string): Resource[];
  /** Everything, or everything at or below `scope`. */
  all(scope?: string): Resource[];
  /** Writes the whole body; the etag becomes new, but for the first write that brings its own. */
  put(resource: Resource): Resource;
  /** Deletes the resource and everything below it. */
  remove(id: string): boolean;
  /** Locks that bind this id: its own and those of its parents. */
  locksOver(id: string): Lock[];
  /** Calls `listener` after each change; the answer ends that. */
  watch(listener: (change: StoreChange) => void): () => void;
}

const lockType = "microsoft.authorization/locks";

/** Builds an empty store. `now` gives ISO times, `newEtag` the next etag. */
export function createStore(options: { now: () => string; newEtag: () => string }): Store {
  const byId = new Map<string, { resource: Resource; facts: ResourceFacts }>();
  const idsByType = new Map<string, Set<string>>();
  const listeners = new Set<(change: StoreChange) => void>();

  const tell = (change: StoreChange): void => {
    for (const listener of listeners) listener(change);
  };

  const below = (keys: Iterable<string>, scope: string | undefined): Resource[] => {
    const found: Resource[] = [];
    const outer = scope === undefined ? "" : canonical(scope);
    for (const key of keys) {
      const entry = key === outer || key.startsWith(`${outer}/`) ? byId.get(key) : undefined;
      if (entry) found.push(entry.resource);
    }
    return found;
  };

  const list = (type: string, scope?: string): Resource[] =>
    below(idsByType.get(type.toLowerCase()) ?? [], scope);

  const removeOne = (key: string): void => {
    const entry = byId.get(key);
    if (!entry) return;
    byId.delete(key);
    idsByType.get(typeOf(entry.resource))?.delete(key);
    tell({ id: entry.resource.id, before: entry.resource, after: null });
  };

  return {
    find: (id) => byId.get(canonical(id))?.resource ?? null,
    facts: (id) => byId.get(canonical(id))?.facts ?? null,
    list,
    all: (scope) => below(byId.keys(), scope),
    put(given) {
      const key = canonical(given.id);
      const known = byId.get(key);
      const etag =
        (known ? null : (textAt(given, "eTag") ?? textAt(given, "etag"))) ?? options.newEtag();
      const createdAt = known?.facts.createdAt ?? createdTimeOf(given) ?? options.now();
      const resource = withEtag({ ...without(given, "createdTime"), id: given.id }, etag);
      byId.set(key, { resource, facts: { createdAt, changedAt: options.now(), etag } });
      const type = typeOf(resource);
      idsByType.set(type, (idsByType.get(type) ?? new Set()).add(key));
      tell({ id: resource.id, before: known?.resource ?? null, after: resource });
      return resource;
    },
    remove(id) {
      const key = canonical(id);
      const known = byId.has(key);
      for (const resource of below([...byId.keys()], key)) removeOne(canonical(resource.id));
      return known;
    },
    locksOver: (id) =>
      list(lockType)
        .map(readLock)
        .filter((lock) => isWithin(lock.scope, id)),
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The type of a resource by its id, lower case; `` when the id has no ARM form. */
export function typeOf(resource: Resource): string {
  return readResourceId(resource.id)?.type ?? "";
}

/** The tags of a resource as a plain record. */
export function tagsOf(resource: Resource): Readonly<Record<string, string>> {
  const tags = Object.entries(objectAt(resource, "tags"));
  return Object.fromEntries(
    tags.filter((tag): tag is [string, string] => typeof tag[1] === "string"),
  );
}

/** When a resource says it was created: `createdTime`, else `systemData.createdAt`, else null. */
export function createdTimeOf(resource: JsonObject): string | null {
  return textAt(resource, "createdTime") ?? textAt(objectAt(resource, "systemData"), "createdAt");
}

/** Azure shows an etag only where the resource had one: not all api-versions answer it. */
function withEtag(resource: Resource, etag: string): Resource {
  if (resource["eTag"] !== undefined) return { ...resource, eTag: etag };
  return resource["etag"] === undefined ? resource : { ...resource, etag };
}

function readLock(resource: Resource): Lock {
  const level: Json | undefined = objectAt(resource, "properties")["level"];
  return {
    id: resource.id,
    scope: scopeOf(resource.id),
    level: level === "ReadOnly" ? "ReadOnly" : "CanNotDelete",
  };
}

import type { HistoryEvent } from "./history.ts";
import { eventText } from "./orchestrator.ts";
import type { Store } from "./store.ts";

/** A history in memory, with the JSON text of each event. */
export interface CachedHistory {
  readonly executionId: string;
  readonly events: HistoryEvent[];
  readonly texts: string[];
}

/** Histories of the instances that ran last, so that a turn does not read them from the store again. */
export interface HistoryCache {
  get(instanceId: string, executionId: string): CachedHistory;
  forget(instanceId: string): void;
}

const most = 500;

/** Creates the cache over a store. */
export function createHistoryCache(store: Store): HistoryCache {
  const cache = new Map<string, CachedHistory>();
  return {
    get(instanceId, executionId) {
      const found = cache.get(instanceId);
      cache.delete(instanceId);
      const history =
        found?.executionId === executionId ? found : load(store, instanceId, executionId);
      cache.set(instanceId, history);
      const oldest = cache.size > most ? cache.keys().next().value : undefined;
      if (oldest !== undefined) cache.delete(oldest);
      return history;
    },
    forget: (instanceId) => void cache.delete(instanceId),
  };
}

function load(store: Store, instanceId: string, executionId: string): CachedHistory {
  const events = store.history(instanceId);
  return { executionId, events, texts: events.map((event) => eventText(event)) };
}

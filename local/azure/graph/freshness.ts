import type { SimulatorClock, Time } from "../clock.ts";
import { canonical } from "../resource-id.ts";
import type { Resource, Store } from "../store.ts";

/** The store as Resource Graph sees it: some time behind. */
export interface DelayedView {
  /** All resources as they stood when the view was last brought up to date. */
  resources(): readonly Resource[];
}

/** Follows a store with a delay in milliseconds, counted for each change on its own. */
export function createDelayedView(options: {
  store: Store;
  clock: SimulatorClock;
  delay: number;
}): DelayedView {
  const { store, clock, delay } = options;
  let changes: { key: string; before: Resource | null; at: Time }[] = [];
  store.watch(({ id, before }) => {
    changes.push({ key: canonical(id), before, at: clock.now() });
  });

  return {
    resources() {
      changes = changes.filter(({ at }) => at > clock.now() - delay);
      const hidden = new Map<string, Resource | null>();
      for (const { key, before } of changes) {
        if (!hidden.has(key)) hidden.set(key, before);
      }
      const shown = store.all().flatMap((resource) => {
        const key = canonical(resource.id);
        const before = hidden.get(key);
        hidden.delete(key);
        return before === undefined ? [resource] : (before ?? []);
      });
      return [...shown, ...[...hidden.values()].filter((gone) => gone !== null)];
    },
  };
}

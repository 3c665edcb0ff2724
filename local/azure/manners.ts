import type { Manner } from "./estate-entry.ts";
import { canonical } from "./resource-id.ts";

/** Special behaviours of single resources. */
export interface Manners {
  /** The manner of this resource, whenever it is asked for. */
  find<B extends Manner["behaviour"]>(
    id: string,
    behaviour: B,
  ): Extract<Manner, { behaviour: B }> | null;
  /** The manner, once more; null when it has been shown as often as it says. */
  take<B extends Manner["behaviour"]>(
    id: string,
    behaviour: B,
  ): Extract<Manner, { behaviour: B }> | null;
  /** All of one behaviour. */
  all<B extends Manner["behaviour"]>(behaviour: B): readonly Extract<Manner, { behaviour: B }>[];
}

/** Builds the register of manners. */
export function createManners(manners: readonly Manner[]): Manners {
  const shown = new Map<Manner, number>();

  const all = <B extends Manner["behaviour"]>(behaviour: B): Extract<Manner, { behaviour: B }>[] =>
    manners.filter(
      (manner): manner is Extract<Manner, { behaviour: B }> => manner.behaviour === behaviour,
    );

  const find = <B extends Manner["behaviour"]>(id: string, behaviour: B) =>
    all(behaviour).find((manner) => canonical(manner.resource) === canonical(id)) ?? null;

  return {
    all,
    find,
    take(id, behaviour) {
      const manner = find(id, behaviour);
      if (!manner) return null;
      const count = (shown.get(manner) ?? 0) + 1;
      shown.set(manner, count);
      return "times" in manner && manner.times !== undefined && count > manner.times
        ? null
        : manner;
    },
  };
}

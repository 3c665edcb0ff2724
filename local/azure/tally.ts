import type { RoutedRequest } from "./exchange.ts";

/** An operation that was asked for. */
export interface OperationSeen {
  readonly method: string;
  readonly template: string;
  /** What the request was after, where one operation serves several acts. */
  readonly act: string | null;
  readonly count: number;
}

/** Counts requests by operation and act. */
export interface Tally {
  note(request: RoutedRequest): void;
  list(): readonly OperationSeen[];
}

/** Builds an empty tally. */
export function createTally(): Tally {
  const seen = new Map<string, OperationSeen>();
  return {
    note(request) {
      const { method, template } = request.route;
      const act = request.route.act?.(request) ?? null;
      const key = JSON.stringify([method, template, act]);
      const count = (seen.get(key)?.count ?? 0) + 1;
      seen.set(key, { method, template, act, count });
    },
    list: () => [...seen.values()],
  };
}

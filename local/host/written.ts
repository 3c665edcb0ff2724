import type { Batch } from "./batch.ts";
import type { FaultSwitches } from "./faults.ts";
import type { HistoryEvent } from "./history.ts";
import type { CachedHistory } from "./history-cache.ts";
import type { Store, Waiting, Work } from "./store.ts";
import type { Instance } from "./store-instances.ts";
import type { TurnResult } from "./turn.ts";

/** What a written turn sets going. */
export interface Routes {
  readonly targets: readonly string[];
  readonly work: readonly Work[];
  readonly timers: readonly Waiting[];
  /** Timers that are no more, of this execution; `all` when the execution is over. */
  readonly cancelled: readonly number[] | "all";
}

/** The turn that is written. */
export interface Written {
  readonly instance: Instance | undefined;
  readonly history: CachedHistory;
  readonly batch: Batch;
  readonly result: TurnResult;
  readonly now: number;
}

/** What is needed to write. */
export interface Writer {
  readonly store: Store;
  readonly faults: FaultSwitches;
  readonly defaultVersion: string | null;
}

/** A turn that is ready to be written. */
export interface Prepared {
  readonly next: Instance;
  readonly appended: readonly HistoryEvent[];
  /** The history begins anew. */
  readonly fromScratch: boolean;
  readonly send: () => Routes;
}

/** What every kind of turn comes with. */
export interface Base {
  readonly next: Instance;
  readonly played: readonly HistoryEvent[];
  readonly fromScratch: boolean;
}

import type { SimulatorClock } from "./clock.ts";
import type { Delays } from "./delays.ts";
import type { Estate } from "./estate.ts";
import type { Events } from "./events.ts";
import type { Manners } from "./manners.ts";
import type { Operations } from "./operations.ts";
import type { IsAllowed } from "./role.ts";
import type { Store } from "./store.ts";

/** Something that a careful caller would not have done. */
export interface Misstep {
  readonly at: string;
  readonly caller: string;
  readonly resourceId: string;
  /** Such as `read-only-property`, `preempted-operation`, `duplicate-addon-key`. */
  readonly kind: string;
  readonly detail: string;
}

/** What every provider of the simulated Azure works with. */
export interface AzureParts {
  readonly store: Store;
  readonly clock: SimulatorClock;
  /** The clock's time as ISO text. */
  readonly nowIso: () => string;
  readonly newGuid: () => string;
  readonly operations: Operations;
  readonly events: Events;
  readonly manners: Manners;
  readonly delays: Delays;
  readonly estate: Estate;
  readonly tenantId: string;
  /** What the app's role grants; everything without a role. */
  readonly isAllowed: IsAllowed;
  readonly noteMisstep: (misstep: Omit<Misstep, "at">) => void;
  /** Rows of a page in list answers. */
  readonly pageSize: number;
}

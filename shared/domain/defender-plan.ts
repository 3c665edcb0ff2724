/** A Defender plan of a subscription, which Azure Resource Manager calls a pricing. */
export interface DefenderPlan {
  readonly name: string;
  readonly on: boolean;
  readonly subPlan: string | null;
  readonly extensions: readonly PlanExtension[];
  readonly deprecated: boolean;
  readonly replacedBy: readonly string[];
  /** ISO time; null while off, or when Azure does not say. */
  readonly enabledAt: string | null;
  /** ISO 8601 duration that Azure says is left of the free trial; null when it says none. */
  readonly trialLeft: string | null;
}

/** A part of a plan that can be on or off by itself. */
export interface PlanExtension {
  readonly name: string;
  readonly on: boolean;
  /** What Azure said of the last operation on it, when that failed. */
  readonly failure: string | null;
}

/** What a plan shall become: on, with at least these extensions. */
export interface PlanTarget {
  readonly name: string;
  readonly subPlan: string | null;
  readonly extensions: readonly string[];
}

/** Something the orchestrator asked for and the history does not hold yet; `id` is its EventId. */
export type Command =
  | { readonly kind: "task"; readonly id: number; readonly name: string; readonly input: unknown }
  | {
      readonly kind: "sub";
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
      readonly instanceId?: string | undefined;
      readonly version?: string | undefined;
    }
  | { readonly kind: "timer"; readonly id: number; readonly fireAt: string };

/** Retry options of an activity or sub-orchestration, as the library writes them. */
export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** One action of the library's answer (`actionType` tells which fields are there). */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
  readonly retryOptions?: RetryOptions;
  readonly fireAt?: string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly compoundActions?: readonly Action[];
}

/** Whether the app has an activity or an orchestrator of that name. */
export type Known = (kind: "task" | "sub", name: string) => boolean;

import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import type { FunctionRetry, RegisteredFunction } from "./core-shim.ts";
import type { RetryContext } from "./invoker.ts";

/** What repeating a function needs. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly busy: Busy;
  readonly stopped: () => boolean;
}

/**
 * Runs an attempt, again by the function's retry policy while it throws. Between attempts the host counts as idle.
 * Rejects with the last failure.
 */
export async function runWithRetry(
  fn: RegisteredFunction,
  attempt: (context: RetryContext | undefined) => Promise<unknown>,
  { clock, busy, stopped }: RetryOptions,
): Promise<void> {
  const policy = fn.metadata.retryOptions;
  const maxRetryCount = policy?.maxRetryCount ?? 0;
  let exception: RetryContext["exception"] = null;
  for (let retryCount = 0; ; retryCount++) {
    const end = busy.begin();
    try {
      await attempt(policy && { retryCount, maxRetryCount, exception });
      return;
    } catch (error) {
      const over = !policy || (maxRetryCount >= 0 && retryCount >= maxRetryCount);
      if (over || stopped()) throw error;
      exception = describe(fn, error);
      end();
      await clock.sleep(delay(policy, retryCount));
      if (stopped()) throw error;
    } finally {
      end();
    }
  }
}

function describe(fn: RegisteredFunction, error: unknown): RetryContext["exception"] {
  const message = error instanceof Error ? error.message : String(error);
  return {
    source: "",
    stackTrace: "",
    message: `Microsoft.Azure.WebJobs.Host.FunctionInvocationException : Exception while executing function: Functions.${fn.metadata.name} ---> Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException : Result: Failure\nException: ${message}`,
  };
}

function delay(policy: FunctionRetry, retryCount: number): number {
  const seconds = (duration: { readonly seconds?: number | string } | undefined): number =>
    Number(duration?.seconds ?? 0) * 1000;
  if (policy.retryStrategy === "fixedDelay") return seconds(policy.delayInterval);
  const grown = seconds(policy.minimumInterval) * 2 ** Math.min(retryCount, 30);
  return Math.min(grown, seconds(policy.maximumInterval));
}

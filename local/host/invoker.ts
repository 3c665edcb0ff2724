import { randomUUID } from "node:crypto";
import type { CoreLog, CoreShim, RegisteredFunction, TypedData } from "./core-shim.ts";
import { FunctionFailure, FunctionTimeout } from "./errors.ts";

/** A named value of an invocation. */
export interface BoundData {
  readonly name: string;
  readonly data: TypedData;
}

/** What the handler sees of earlier attempts; null where the function has no retry policy. */
export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception: { source: string; stackTrace: string; message: string } | null;
}

/** One run of a function. */
export interface Invocation {
  readonly fn: RegisteredFunction;
  readonly trigger: TypedData;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly retryContext?: RetryContext | undefined;
  /** Real milliseconds after which the run counts as failed; absent = no limit. */
  readonly timeout?: { readonly milliseconds: number; readonly text: string } | undefined;
}

/** Runs a function of the app; rejects with a FunctionFailure or a FunctionTimeout. */
export type Invoke = (invocation: Invocation) => Promise<TypedData | null | undefined>;

/** What the invoker needs of the host. */
export interface InvokerOptions {
  readonly shim: CoreShim;
  readonly log: CoreLog;
  /** JSON of the durableClient binding. */
  readonly durableClient: () => string;
}

/** Runs functions through the library's invocation model and the app's hooks, as the Node worker does. */
export function createInvoker({ shim, log, durableClient }: InvokerOptions): Invoke {
  const appHookData = {};

  const inputsOf = ({ fn, trigger }: Invocation): BoundData[] => {
    const bindings = Object.entries(fn.metadata.bindings).filter(
      ([, { direction }]) => direction === "in",
    );
    return bindings.map(([name, { type }]) => ({
      name,
      data: type === "durableClient" ? { string: durableClient() } : trigger,
    }));
  };

  const runHooks = async (
    name: "preInvocation" | "postInvocation",
    context: object,
  ): Promise<void> => {
    for (const hook of shim.hooks(name)) await hook(context);
  };

  const run = async (invocation: Invocation): Promise<TypedData | null | undefined> => {
    const { fn, triggerMetadata, retryContext } = invocation;
    const model = shim.model();
    if (!model)
      throw new Error("No programming model is set: the app does not use @azure/functions.");
    const invocationId = randomUUID();
    const core = {
      invocationId,
      request: {
        invocationId,
        functionId: fn.metadata.functionId ?? fn.metadata.name,
        inputData: inputsOf(invocation),
        triggerMetadata,
        traceContext: { traceParent: "", traceState: "", attributes: {} },
        retryContext: retryContext ?? null,
      },
      metadata: fn.metadata,
      state: undefined as string | undefined,
      log,
    };
    const invocationModel = await model.getInvocationModel(core);
    const { context, inputs } = await invocationModel.getArguments();
    const hookData = {};
    core.state = "preInvocationHooks";
    const pre = {
      hookData,
      appHookData,
      invocationContext: context,
      functionCallback: fn.callback,
      inputs,
    };
    await runHooks("preInvocation", pre);
    core.state = "invocation";
    const post = {
      hookData,
      appHookData,
      invocationContext: context,
      inputs: pre.inputs,
      result: null as unknown,
      error: null as unknown,
    };
    try {
      post.result = await invocationModel.invokeFunction(context, pre.inputs, pre.functionCallback);
    } catch (error) {
      post.error = error;
    }
    core.state = "postInvocationHooks";
    await runHooks("postInvocation", post);
    core.state = undefined;
    if (post.error !== null && post.error !== undefined) throw post.error;
    return (await invocationModel.getResponse(context, post.result)).returnValue;
  };

  return async (invocation) => {
    try {
      return await limited(run(invocation), invocation);
    } catch (error) {
      throw error instanceof FunctionTimeout ? error : asFailure(error);
    }
  };
}

function asFailure(error: unknown): FunctionFailure {
  if (error instanceof FunctionFailure) return error;
  if (error instanceof Error) return new FunctionFailure(error.message, error.stack ?? "");
  const text = typeof error === "string" ? error : JSON.stringify(error);
  return new FunctionFailure(text, new Error(text).stack ?? "");
}

/** A run cannot be stopped from outside: after the timeout its outcome is ignored. */
async function limited<T>(run: Promise<T>, { timeout, fn }: Invocation): Promise<T> {
  if (!timeout) return run;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `Timeout value of ${timeout.text} was exceeded by function: Functions.${fn.metadata.name}`;
    timer = setTimeout(() => reject(new FunctionTimeout(message)), timeout.milliseconds);
  });
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

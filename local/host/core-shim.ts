import Module from "node:module";

/** One binding of a function: the trigger, an extra input or an output. */
export interface Binding {
  readonly type: string;
  readonly name?: string;
  readonly direction: "in" | "out" | "inout";
  readonly [option: string]: unknown;
}

/** When a failed run of a function is tried again; durations in seconds (they arrive as strings or numbers). */
export interface FunctionRetry {
  readonly retryStrategy: "fixedDelay" | "exponentialBackoff";
  readonly maxRetryCount: number;
  readonly delayInterval?: { readonly seconds?: number | string };
  readonly minimumInterval?: { readonly seconds?: number | string };
  readonly maximumInterval?: { readonly seconds?: number | string };
}

/** What a library says about a function when it registers it. */
export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: FunctionRetry;
}

/** A function of the app. */
export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: (...args: unknown[]) => unknown;
}

/** The JSON-like envelope in which values travel between host and library (the worker's protocol). */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: unknown;
  readonly collectionString?: { readonly string: readonly string[] };
  readonly collectionBytes?: { readonly bytes: readonly Uint8Array[] };
  readonly collectionSint64?: { readonly sint64: readonly number[] };
}

/** The library's half of one invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(
    context: unknown,
    inputs: unknown[],
    callback: RegisteredFunction["callback"],
  ): Promise<unknown>;
  getResponse(
    context: unknown,
    result: unknown,
  ): Promise<{ returnValue?: TypedData | null; outputData?: { name: string; data: TypedData }[] }>;
}

/** What `@azure/functions` hands to the worker. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: unknown): InvocationModel | Promise<InvocationModel>;
}

/** Names of the hooks that an app can register. */
export type HookName = "preInvocation" | "postInvocation" | "appStart" | "appTerminate" | "log";

/** Takes a line of the app's or a library's log. */
export type CoreLog = (level: string, category: string, message: string) => void;

/** The module `@azure/functions-core` as libraries see it, and what they left in it. */
export interface CoreShim {
  readonly module: object;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  hooks(name: HookName): readonly ((context: unknown) => unknown)[];
  model(): ProgrammingModel | undefined;
  /** From now on nothing can be registered. */
  lock(): void;
}

class AzFuncSystemError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

class Disposable {
  readonly #dispose: (() => void) | undefined;
  constructor(dispose?: () => void) {
    this.#dispose = dispose;
  }
  static from(...parts: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }
  dispose(): void {
    this.#dispose?.();
  }
}

/** Makes the module. Contract: the Node worker's `@azure/functions-core`. */
export function createCoreShim(log: CoreLog): CoreShim {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<HookName, ((context: unknown) => unknown)[]>();
  let model: ProgrammingModel | undefined;
  let locked = false;

  const assertOpen = (what: string): void => {
    if (locked) throw new AzFuncSystemError(`${what} after app startup has finished.`);
  };

  return {
    functions,
    hooks: (name) => hooks.get(name) ?? [],
    model: () => model,
    lock() {
      locked = true;
    },
    module: {
      version: "3.9.1",
      hostVersion: "4.1037.0",
      log,
      Disposable,
      registerFunction(metadata: FunctionMetadata, callback: RegisteredFunction["callback"]) {
        assertOpen("A function can only be registered during app startup, not");
        const id = metadata.functionId ?? metadata.name;
        if (functions.has(id)) {
          throw new AzFuncSystemError(`A function with id "${id}" has already been registered.`);
        }
        functions.set(id, { metadata, callback });
        return new Disposable(() => {
          assertOpen("A function cannot be disposed of");
          functions.delete(id);
        });
      },
      registerHook(name: HookName, callback: (context: unknown) => unknown) {
        const list = hooks.get(name) ?? [];
        hooks.set(name, [...list, callback]);
        return new Disposable(() => {
          hooks.set(
            name,
            (hooks.get(name) ?? []).filter((hook) => hook !== callback),
          );
        });
      },
      setProgrammingModel(given: ProgrammingModel) {
        model = given;
      },
      getProgrammingModel: () => model,
    },
  };
}

const moduleName = "@azure/functions-core";
const moduleUrl = "functions-core:shim";
const globalKey = Symbol.for("embedded-host.functions-core");

let installed = false;

/**
 * Makes `require` and `import` of `@azure/functions-core` answer the shim, in this process and until the next one.
 * Must come before the app is loaded: the library looks once and remembers a failure.
 */
export function installCoreShim(shim: CoreShim): void {
  Reflect.set(globalThis, globalKey, shim.module);
  if (installed) return;
  installed = true;
  const prototype: { require: (name: string) => unknown } = Module.prototype;
  prototype.require = new Proxy(prototype.require, {
    apply: (target, self, args: [string]) =>
      args[0] === moduleName
        ? Reflect.get(globalThis, globalKey)
        : Reflect.apply(target, self, args),
  });
  Module.registerHooks({
    resolve: (specifier, context, next) =>
      specifier === moduleName
        ? { url: moduleUrl, format: "commonjs", shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === moduleUrl
        ? {
            format: "commonjs",
            source: `module.exports=globalThis[Symbol.for("${Symbol.keyFor(globalKey)}")]`,
            shortCircuit: true,
          }
        : next(url, context),
  });
}

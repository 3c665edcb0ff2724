import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import {
  type Binding,
  type CoreLog,
  type CoreShim,
  createCoreShim,
  installCoreShim,
  type RegisteredFunction,
} from "./core-shim.ts";
import { HostStartError } from "./errors.ts";
import { type AppSettings, readJson, resolveSettings } from "./host-json.ts";

/** Kinds of trigger this host runs. */
export type TriggerType =
  | "httpTrigger"
  | "timerTrigger"
  | "eventGridTrigger"
  | "eventHubTrigger"
  | "activityTrigger"
  | "orchestrationTrigger"
  | "manualTrigger"
  | "entityTrigger";

/** A function that is ready to run. */
export interface AppFunction {
  readonly name: string;
  readonly type: TriggerType;
  /** Name of the trigger binding. */
  readonly bindingName: string;
  /** The trigger's options, `%NAME%` resolved. */
  readonly trigger: Binding;
  readonly registered: RegisteredFunction;
}

/** A loaded app. */
export interface App {
  readonly shim: CoreShim;
  readonly functions: readonly AppFunction[];
  /** Finds a function by its name in any casing. */
  find(type: TriggerType, name: string): AppFunction | undefined;
}

const capabilities = [
  "RawHttpBodyBytes",
  "RpcHttpTriggerMetadataRemoved",
  "RpcHttpBodyOnly",
  "IgnoreEmptyValuedRpcHttpHeaders",
  "UseNullableValueDictionaryForHttp",
  "WorkerStatus",
  "TypedDataCollection",
  "HandlesWorkerTerminateMessage",
];

const triggerTypes: ReadonlySet<string> = new Set<TriggerType>([
  "httpTrigger",
  "timerTrigger",
  "eventGridTrigger",
  "eventHubTrigger",
  "activityTrigger",
  "orchestrationTrigger",
  "manualTrigger",
  "entityTrigger",
]);

/** Where an app lives and what it runs with. */
export interface AppSource {
  readonly folder: string;
  readonly settings: AppSettings;
  readonly log: CoreLog;
}

/**
 * Loads the app of a folder into this process: one at a time, and again only after `forgetApp`.
 * @throws HostStartError when an entry file throws, registers nothing, or uses what this host does not have.
 */
export async function loadApp({ folder, settings, log }: AppSource): Promise<App> {
  const shim = createCoreShim(log);
  installCoreShim(shim);
  for (const { file, esm } of entryFiles(folder)) {
    try {
      if (esm) await import(pathToFileURL(file).href);
      else createRequire(file)(file);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new HostStartError(`The entry file ${file} threw while it was loaded: ${text}`);
    }
  }
  const model = shim.model();
  if (!model || shim.functions.size === 0) {
    throw new HostStartError(`The app in ${folder} registered no functions with @azure/functions.`);
  }
  const answer = await model.getCapabilities(
    Object.fromEntries(capabilities.map((name) => [name, "true"])),
  );
  if (answer["HttpUri"])
    throw new HostStartError("HTTP streams (enableHttpStream) are not supported.");
  for (const hook of shim.hooks("appStart")) {
    await hook({ hookData: {}, appHookData: {}, functionAppDirectory: folder });
  }
  shim.lock();
  const functions = [...shim.functions.values()].map((fn) => describe(fn, settings));
  functions.sort((a, b) => compare(a.name, b.name));
  const key = (type: TriggerType, name: string): string => `${type} ${name.toLowerCase()}`;
  const byKey = new Map(functions.map((fn) => [key(fn.type, fn.name), fn]));
  return {
    shim,
    functions,
    find: (type, name) => byKey.get(key(type, name)),
  };
}

/** Lets the next app begin with nothing of the one before. CommonJS alone: Node forgets no ES module. */
export function forgetApp(): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) delete cache[file];
}

/** Values of local.settings.json in the app's folder; empty when there is none. */
export function readLocalSettings(folder: string): Record<string, string> {
  const file = join(folder, "local.settings.json");
  if (!existsSync(file)) return {};
  const parsed = z
    .object({ Values: z.record(z.string(), z.string()).default({}) })
    .safeParse(readJson(file));
  if (parsed.success) return parsed.data.Values;
  throw new HostStartError(`${file}: ${z.prettifyError(parsed.error)}`);
}

function entryFiles(folder: string): { file: string; esm: boolean }[] {
  const manifest = join(folder, "package.json");
  const Manifest = z.object({ main: z.string().default("index.js"), type: z.string().optional() });
  const { main, type } = Manifest.parse(readJson(manifest));
  const exact = resolve(folder, main);
  const found = globSync(main, { cwd: folder }).map((file) => resolve(folder, file));
  const files = existsSync(exact) ? [exact] : found.sort();
  if (files.length === 0) throw new HostStartError(`${manifest}: main "${main}" matches no file.`);
  return files.map((file) => ({
    file,
    esm: file.endsWith(".mjs") || (file.endsWith(".js") && type === "module"),
  }));
}

function describe(registered: RegisteredFunction, settings: AppSettings): AppFunction {
  const { name, bindings } = registered.metadata;
  const entries = Object.entries(bindings);
  const found = entries.find(([, { type }]) => /trigger$/i.test(type));
  const refuse = (type: string, advice: string): HostStartError =>
    new HostStartError(`Function '${name}': the binding '${type}' ${advice}.`);
  if (!found) throw refuse("(none)", "is missing: a function has one trigger");
  const [bindingName, binding] = found;
  if (!triggerTypes.has(binding.type)) throw refuse(binding.type, "is not supported by this host");
  for (const [key, { type, direction }] of entries) {
    if (key === bindingName || type === "durableClient") continue;
    if (!(direction === "out" && key === "$return" && type === "http")) {
      throw refuse(type, "is not supported by this host (inputs: durableClient; outputs: http)");
    }
  }
  return {
    name,
    type: binding.type as TriggerType,
    bindingName,
    trigger: resolveSettings(binding, settings) as Binding,
    registered,
  };
}

function compare(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

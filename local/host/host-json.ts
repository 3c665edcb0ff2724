import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { HostStartError } from "./errors.ts";

const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{2}:\d{2}:\d{2}$/, "must be a TimeSpan such as 00:10:00");
const ignored = z.looseObject({});

const DurableTask = z.strictObject({
  hubName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{2,44}$/)
    .default("TestHubName"),
  defaultVersion: z.union([z.string().min(1), z.int().transform(String)]).optional(),
  versionMatchStrategy: z.enum(["None", "Strict", "CurrentOrOlder"]).default("CurrentOrOlder"),
  versionFailureStrategy: z.enum(["Reject", "Fail"]).default("Reject"),
  maxConcurrentActivityFunctions: z.int().positive().default(20),
  maxConcurrentOrchestratorFunctions: z.int().positive().default(20),
  storageProvider: ignored.optional(),
  tracing: ignored.optional(),
  extendedSessionsEnabled: z.literal(false).optional(),
});

const EventHubs = z.strictObject({
  maxEventBatchSize: z.int().positive().default(100),
  minEventBatchSize: z.literal(1).optional(),
  maxWaitTime: timeSpan.optional(),
  batchCheckpointFrequency: z.literal(1).optional(),
  prefetchCount: z.int().optional(),
  targetUnprocessedEventThreshold: z.int().optional(),
  initialOffsetOptions: z.strictObject({ type: z.literal("fromStart") }).optional(),
});

const HostJson = z.strictObject({
  version: z.literal("2.0"),
  functionTimeout: timeSpan.default("00:30:00"),
  logging: ignored.optional(),
  telemetryMode: z.string().optional(),
  extensionBundle: ignored.optional(),
  extensions: z
    .strictObject({
      http: z.strictObject({ routePrefix: z.string().default("api") }).prefault({}),
      durableTask: DurableTask.prefault({}),
      eventHubs: EventHubs.prefault({}),
    })
    .prefault({}),
});

/** host.json as far as this host goes by it. */
export type HostConfig = z.infer<typeof HostJson>;

/** Settings of the app: environment variables by name. */
export type AppSettings = Readonly<Record<string, string | undefined>>;

/**
 * Reads host.json with `AzureFunctionsJobHost__a__b` settings over it and `%NAME%` replaced by settings.
 * @throws HostStartError naming each key that is unknown, wrong or not supported here.
 */
export function readHostJson(appFolder: string, settings: AppSettings): HostConfig {
  const file = join(appFolder, "host.json");
  const value = overridden(readJson(file), settings);
  const parsed = HostJson.safeParse(resolveSettings(value, settings));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "(root)"}: ${message}`,
  );
  throw new HostStartError(`${file} cannot be used by the embedded host:\n${lines.join("\n")}`);
}

/** Parses a JSON file; a mistake names the file. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new HostStartError(`${file} cannot be read as JSON: ${String(error)}`);
  }
}

const overridePrefix = "AzureFunctionsJobHost__";

function overridden(value: unknown, settings: AppSettings): unknown {
  let result = value;
  for (const [name, text] of Object.entries(settings)) {
    if (!name.startsWith(overridePrefix) || text === undefined) continue;
    result = withValue(result, name.slice(overridePrefix.length).split("__"), text);
  }
  return result;
}

function withValue(value: unknown, path: readonly string[], text: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return scalarOf(text);
  const object = typeof value === "object" && value !== null ? value : {};
  return { ...object, [key]: withValue(Reflect.get(object, key), rest, text) };
}

function scalarOf(text: string): unknown {
  return /^(true|false|-?\d+)$/.test(text) ? JSON.parse(text) : text;
}

/**
 * Replaces `%NAME%` in every string by the setting of that name.
 * @throws HostStartError when it is not set.
 */
export function resolveSettings(value: unknown, settings: AppSettings): unknown {
  if (typeof value === "string") {
    return value.replace(/%([^%]+)%/g, (_, name: string) => {
      const setting = settings[name];
      if (setting === undefined) {
        throw new HostStartError(`%${name}% is used but the app setting ${name} is not set.`);
      }
      return setting;
    });
  }
  if (Array.isArray(value)) return value.map((item) => resolveSettings(item, settings));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    resolveSettings(item, settings),
  ]);
  return Object.fromEntries(entries);
}

/** Milliseconds of a .NET TimeSpan `[d.]hh:mm:ss`. */
export function timeSpanMilliseconds(text: string): number {
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] =
    /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  return (
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  );
}

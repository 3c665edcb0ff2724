import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { ImagePlace, ImageSecret, ImageSoftware } from "../azure/estate-entry.ts";
import type { Options } from "./options.ts";

const minute = 60_000;

const ScenarioFile = z.object({
  start: z.iso.datetime(),
  until: z.iso.datetime().optional(),
  principal: z.object({ objectId: z.string(), appId: z.string(), name: z.string() }).optional(),
});

const Change = z.object({
  kind: z.literal("Change"),
  as: z.object({ name: z.string(), objectId: z.string(), appId: z.string() }),
  resource: z.string(),
  merge: z.record(z.string(), z.unknown()),
});

/** Somebody else's change of a resource, carried out in the simulated Azure. */
export type Change = z.infer<typeof Change>;

const Push = z.object({
  kind: z.literal("Push"),
  registry: z.string(),
  repository: z.string(),
  digest: z.string(),
  tag: z.string().nullable(),
  software: z.array(ImageSoftware).optional(),
  secrets: z.array(ImageSecret).optional(),
  runsIn: z.array(ImagePlace).optional(),
});

/** A push of an image to a registry of the simulated Azure; Defender scans it some time later. */
export type Push = z.infer<typeof Push>;

/** One file of the events folder, and when it is delivered. */
export interface Delivery {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly file: string;
  readonly to: "defenderEvents" | "resourceChanges" | "policyStates" | "azure";
  readonly text: string;
  readonly change: Change | null;
  readonly push?: Push;
}

/** When the story starts and ends, who we are in it, and what is delivered. */
export interface Scenario {
  readonly start: number;
  readonly until: number;
  readonly principal: { readonly objectId: string; readonly appId: string; readonly name: string };
  readonly deliveries: readonly Delivery[];
}

const nobody = {
  objectId: "00000000-0000-4000-8000-00000000aaaa",
  appId: "00000000-0000-4000-8000-00000000bbbb",
  name: "container-guardrail",
};

/**
 * Reads a scenario: `scenario.json` if there is one, and the events folder. A file whose name begins
 * with HHMM or HHMMSS is delivered at that time (UTC) of the first day, any other a minute after the
 * one before it.
 *
 * @throws Error that names the file and what is wrong with it.
 */
export function readScenario(options: Pick<Options, "scenario" | "events">): Scenario {
  const file = options.scenario ? readScenarioFile(options.scenario) : null;
  const start = Date.parse(file?.start ?? "2026-11-23T08:00:00Z");
  const deliveries = options.events ? readDeliveries(options.events, start) : [];
  const last = deliveries.at(-1)?.at ?? start;
  return {
    start,
    until: file?.until ? Date.parse(file.until) : last + 90 * minute,
    principal: file?.principal ?? nobody,
    deliveries,
  };
}

function readScenarioFile(path: string): z.infer<typeof ScenarioFile> {
  const parsed = ScenarioFile.safeParse(parseJson(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${path}: ${issue?.path.join(".") || "file"}: ${issue?.message}`);
}

function readDeliveries(folder: string, start: number): Delivery[] {
  const midnight = Math.floor(start / (24 * 60 * minute)) * 24 * 60 * minute;
  let previous = start;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const at = timeOf(name, midnight) ?? previous + minute;
      previous = at;
      return readDelivery(join(folder, name), Math.max(at, start + 1_000));
    })
    .sort((left, right) => left.at - right.at);
}

function timeOf(name: string, midnight: number): number | null {
  const match = /^(\d{2})(\d{2})(\d{2})?-/.exec(name);
  if (!match) return null;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return midnight + (hours * 3600 + minutes * 60 + seconds) * 1000;
}

function readDelivery(path: string, at: number): Delivery {
  const text = readFileSync(path, "utf8");
  const body = parseJson(text);
  const happens = { at, file: basename(path), to: "azure", text } as const;
  switch (kindOf(body)) {
    case "Change":
      return { ...happens, change: parsed(Change, body, path) };
    case "Push":
      return { ...happens, change: null, push: parsed(Push, body, path) };
    default:
  }
  return { at, file: basename(path), to: targetOf(body), text, change: null };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const reading = schema.safeParse(body);
  if (reading.success) return reading.data;
  const places = reading.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new Error(`${path}: ${places}: missing or wrong`);
}

const kindOf = (body: unknown): unknown => (isRecord(body) ? body["kind"] : undefined);

function targetOf(body: unknown): "defenderEvents" | "resourceChanges" | "policyStates" {
  const event: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(event)) return "defenderEvents";
  const type = event["eventType"] ?? (event["specversion"] ? event["type"] : undefined);
  if (typeof type !== "string") return "defenderEvents";
  return type.startsWith("Microsoft.PolicyInsights.") ? "policyStates" : "resourceChanges";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { z } from "zod";
import { checkResource } from "./estate-check.ts";
import { FaultRule, Images, InClusterViolations, Manner } from "./estate-entry.ts";
import { isObject, type Json, type JsonObject, objectAt } from "./json.ts";
import { canonical } from "./resource-id.ts";
import type { Resource } from "./store.ts";

/** A parsed estate. */
export interface Estate {
  readonly resources: readonly Resource[];
  readonly violations: readonly InClusterViolations[];
  readonly images: readonly Images[];
  readonly manners: readonly Manner[];
  readonly faults: readonly FaultRule[];
}

/** One mistake of an estate: `file: path`, and what to do about it. */
export interface EstateMistake {
  readonly path: string;
  readonly message: string;
}

/** An estate, or every mistake in it. */
export type EstateReading =
  | { readonly kind: "ok"; readonly estate: Estate }
  | { readonly kind: "invalid"; readonly mistakes: readonly EstateMistake[] };

/** Reads every `.json` file below a folder, in the order of their names. */
export async function loadEstate(folder: string): Promise<EstateReading> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch {
    const message = "cannot be read; give a folder that holds the estate as .json files.";
    return { kind: "invalid", mistakes: [{ path: folder, message }] };
  }
  const files = names.filter((name) => name.endsWith(".json")).toSorted();
  const texts = files.map(async (name) => {
    const path = join(folder, name);
    return { file: relative(folder, path), text: await readFile(path, "utf8") };
  });
  return readEstate(await Promise.all(texts));
}

/** Reads an estate from the texts of its files. */
export function readEstate(files: readonly { file: string; text: string }[]): EstateReading {
  const reader = createReader();
  for (const { file, text } of files) reader.file(file, text);
  return reader.done();
}

function createReader() {
  const mistakes: EstateMistake[] = [];
  const resources = new Map<string, { resource: Resource; path: string }>();
  const violations: { entry: InClusterViolations; path: string }[] = [];
  const images: { entry: Images; path: string }[] = [];
  const manners: { entry: Manner; path: string }[] = [];
  const faults: FaultRule[] = [];
  const mistake = (path: string, message: string): void => {
    mistakes.push({ path, message });
  };

  const simulatorEntry = (value: JsonObject, path: string): void => {
    switch (value["kind"]) {
      case "InClusterViolations": {
        const entry = parsed(InClusterViolations, { value, path, mistake });
        if (entry) violations.push({ entry, path });
        return;
      }
      case "Images": {
        const entry = parsed(Images, { value, path, mistake });
        if (entry) images.push({ entry, path });
        return;
      }
      case "Manner": {
        const entry = parsed(Manner, { value, path, mistake });
        if (entry) manners.push({ entry, path });
        return;
      }
      default: {
        const entry = parsed(FaultRule, { value, path, mistake });
        if (entry) faults.push(entry);
      }
    }
  };

  const resource = (value: JsonObject, path: string): void => {
    const found = checkResource(value);
    for (const { at, message } of found.mistakes)
      mistake(at === "" ? path : `${path}.${at}`, message);
    if (!found.resource) return;
    const key = canonical(found.resource.id);
    const twin = resources.get(key);
    if (twin)
      mistake(`${path}.id`, `the same resource stands at ${twin.path} too; remove one of them.`);
    else resources.set(key, { resource: found.resource, path });
  };

  const entry = (value: Json, path: string): void => {
    if (!isObject(value)) mistake(path, "must be an ARM resource, as GET answers it.");
    else if (isSimulatorEntry(value)) simulatorEntry(value, path);
    else if (isEvent(value)) mistake(path, "is an event; put it into the folder of events.");
    else if (!("id" in value) && typeof value["kind"] === "string") {
      mistake(`${path}.kind`, `must be one of ${kinds.join(", ")}, or a resource with its "id".`);
    } else resource(value, path);
  };

  return {
    file(file: string, text: string): void {
      let value: Json;
      try {
        value = JSON.parse(text);
      } catch (error) {
        mistake(file, `is not JSON: ${error instanceof Error ? error.message : error}.`);
        return;
      }
      for (const { at, item } of entriesOf(value)) entry(item, `${file}: ${at}`);
    },
    done(): EstateReading {
      for (const { entry: found, path } of violations) {
        if (!resources.has(canonical(found.cluster))) {
          mistake(
            `${path}.cluster`,
            "names no cluster of the estate; add the cluster or correct the id.",
          );
        }
      }
      for (const { entry: found, path } of images) {
        if (!resources.has(canonical(found.registry))) {
          mistake(
            `${path}.registry`,
            "names no registry of the estate; add the registry or correct the id.",
          );
        }
      }
      for (const { entry: found, path } of manners) {
        if (!resources.has(canonical(found.resource))) {
          mistake(`${path}.resource`, "names no resource of the estate; add it or correct the id.");
        }
      }
      if (mistakes.length > 0) return { kind: "invalid", mistakes };
      const estate: Estate = {
        resources: [...resources.values()].map((found) => found.resource),
        violations: violations.map((found) => found.entry),
        images: images.map((found) => found.entry),
        manners: manners.map((found) => found.entry),
        faults,
      };
      return { kind: "ok", estate };
    },
  };
}

const kinds = ["InClusterViolations", "Images", "Manner", "Fault"];

function isSimulatorEntry(value: JsonObject): boolean {
  return kinds.includes(String(value["kind"])) && !value["id"];
}

/** What Event Grid or Defender for Cloud sends; it is easily put beside the resources. */
const isEvent = (value: JsonObject): boolean =>
  ["eventType", "specversion", "SystemAlertId"].some((name) => name in value);

/** A file holds one entry, an array of them, a list answer, or an official example of an answer. */
function entriesOf(value: Json): { at: string; item: Json }[] {
  if (Array.isArray(value)) return value.map((item: Json, index) => ({ at: `$[${index}]`, item }));
  if (isObject(value) && Array.isArray(value["value"]) && !("id" in value && "type" in value)) {
    return value["value"].map((item: Json, index) => ({ at: `$.value[${index}]`, item }));
  }
  const body = objectAt(objectAt(isObject(value) ? value : null, "responses"), "200")["body"];
  if (body === undefined) return [{ at: "$", item: value }];
  return entriesOf(body).map(({ at, item }) => ({
    at: `$.responses.200.body${at.slice(1)}`,
    item,
  }));
}

function parsed<S extends z.ZodType>(
  schema: S,
  given: { value: JsonObject; path: string; mistake: (path: string, message: string) => void },
): z.infer<S> | null {
  const result = schema.safeParse(given.value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const at = issue.path.map((part) =>
      typeof part === "number" ? `[${part}]` : `.${String(part)}`,
    );
    given.mistake(`${given.path}${at.join("")}`, issue.message);
  }
  return null;
}

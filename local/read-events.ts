import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readDefenderEvents } from "../shared/events/defender-events.ts";
import { readPolicyStates } from "../shared/events/policy-state.ts";
import type { Reading } from "../shared/events/reading.ts";
import { readResourceChanges } from "../shared/events/resource-change.ts";

/**
 * Says of each JSON file in the folders given what its events are read as. Exit code 1 when a reader
 * threw, or when a file that is named as a delivery (`*.eventhub.json`, `*.eventgrid.json`,
 * `*.cloudevent.json`) holds an event that cannot be read.
 */
function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    console.error("usage: node local/read-events.ts FOLDER_OR_FILE...");
    return 1;
  }
  const files = paths.flatMap(filesIn);
  const failed = files.filter((file) => !tell(file));
  console.log(`${files.length} files read, ${failed.length} failed`);
  return failed.length === 0 && files.length > 0 ? 0 : 1;
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(path, name));
}

function tell(file: string): boolean {
  try {
    const text = readFileSync(file, "utf8");
    const reading = readingOf(text);
    const broken = reading.poison.length > 0 && isDelivery(file);
    console.log(`${broken ? "FAILED" : "read  "} ${file}: ${linesOf(reading).join("; ")}`);
    return !broken;
  } catch (error) {
    console.log(`FAILED ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const isDelivery = (file: string): boolean =>
  /\.(eventhub|eventgrid|cloudevents?)\.json$/.test(file);

function readingOf(text: string): Reading {
  if (!/"(eventType|specversion)"\s*:/.test(text)) {
    return readDefenderEvents(text, new Date().toISOString());
  }
  return /"Microsoft\.PolicyInsights\./i.test(text)
    ? readPolicyStates(text)
    : readResourceChanges(text, { principalId: null, appId: null });
}

function linesOf({ alerts, marks, ignored, poison }: Reading): readonly string[] {
  const lines = [
    ...alerts.map(
      ({ type, severity, layer, test }) =>
        `${test ? "test " : ""}alert ${type} (${severity}, ${layer})`,
    ),
    ...marks.map(({ kind, subject }) => `look at ${kind} ${subject}`),
    ...ignored.map(({ why }) => `left: ${why}`),
    ...poison.map(({ reason }) => `no event: ${reason}`),
  ];
  return lines.length > 0 ? lines : ["nothing in it"];
}

process.exitCode = main(process.argv.slice(2));

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../fixtures/recordings/", import.meta.url);

/** Folder of the app whose run on the real host was recorded. */
export const recordedApp = fileURLToPath(new URL("app", folder));

/** One recording of the real host; shortened runs of a letter are written out. */
export function readRecording<T>(path: string): T {
  const text = readFileSync(new URL(path, folder), "utf8");
  return JSON.parse(
    text.replace(/<<([A-Za-z])\*(\d+)>>/g, (_, letter: string, times: string) =>
      letter.repeat(Number(times)),
    ),
  );
}

/** Names of the recordings in a folder, without `.json`. */
export function recordingNames(path: string): string[] {
  return readdirSync(new URL(path, folder)).map((file) => file.replace(/\.json$/, ""));
}

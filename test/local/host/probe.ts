import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type RunningHost, type StartHostOptions, startHost } from "../../../local/host/harness.ts";
import { quiet, type TargetHost, targetAt } from "./target-host.ts";

/** A place where hosts with the probe app run one after the other on the same state. */
export interface Probe {
  readonly data: string;
  start(options?: Partial<StartHostOptions>): Promise<{ host: RunningHost; target: TargetHost }>;
  /**
   * What the app's functions wrote, of those that write `field`: a timer of the app ticks at every
   * full minute, wherever a test then is.
   */
  notes<T>(field: string & keyof T): T[];
  /** Makes the hub functions fail from now on, or no more. */
  failHubs(fail: boolean): void;
  /** Ends every host that was started, and removes the state. */
  clean(): Promise<void>;
}

const source = fileURLToPath(new URL("./probe-app", import.meta.url));
const copied = ["package.json", "host.json"];
/** Settings that the app finds in local.settings.json. */
export const fileSettings = { PROBE_HUB: "ProbeHub", PROBE_NAME: "from the file" };

/** Builds the app the way the product is built: one CommonJS file, host.json and package.json. */
function build(folder: string): void {
  buildSync({
    entryPoints: [join(source, "index.cjs")],
    outfile: join(folder, "index.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@azure/functions-core"],
    logLevel: "error",
  });
  for (const file of copied) cpSync(join(source, file), join(folder, file));
  writeFileSync(join(folder, "local.settings.json"), JSON.stringify({ Values: fileSettings }));
}

/**
 * Folder of the built app, named by what it is built of: many tests start it, and Node keeps the
 * compiled code of files by their path.
 */
export function builtApp(): string {
  const hash = createHash("sha256").update(JSON.stringify(fileSettings));
  const parts = [...copied, "index.cjs"].map((file) => join(source, file));
  for (const file of [...parts, resolve("package-lock.json"), fileURLToPath(import.meta.url)]) {
    hash.update(readFileSync(file));
  }
  const folder = resolve("node_modules/.cache/probe-app", hash.digest("hex").slice(0, 12));
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  build(unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was first.
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Builds the probe app unless it is there, and makes a place for its hosts. */
export function createProbe(): Probe {
  const place = mkdtempSync(join(tmpdir(), "probe-"));
  const app = builtApp();
  const data = join(place, "data");
  const file = join(place, "notes");
  const hosts: RunningHost[] = [];
  return {
    data,
    async start(options = {}) {
      const env = { PROBE_FILE: file, ...options.env };
      const host = await startHost({ app, data, stdio: quiet, ...options, env });
      hosts.push(host);
      return { host, target: targetAt(host, () => host.kill()) };
    },
    notes: <T>(field: string & keyof T) => {
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      return lines
        .filter((line) => line !== "")
        .map((line): T => JSON.parse(line))
        .filter((note) => Object.hasOwn(note as object, field));
    },
    failHubs(fail) {
      if (fail) writeFileSync(`${file}.fail`, "");
      else rmSync(`${file}.fail`, { force: true });
    },
    async clean() {
      await Promise.all(hosts.map((host) => host.kill()));
      rmSync(place, { recursive: true, force: true });
    },
  };
}

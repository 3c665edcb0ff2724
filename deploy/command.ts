import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const windows = process.platform === "win32";

/** Runs a command of the developer's tools and answers what it printed; a failure is an error that names it. */
export function run(command: string, args: readonly string[]): string {
  const done = spawnSync(command, windows ? args.map(quote) : args, {
    encoding: "utf8",
    // On Windows the Azure tools are .cmd files, which only a shell can start.
    shell: windows,
    maxBuffer: 32 * 1024 * 1024,
  });
  if (done.error) throw new Error(`${command} could not be started: ${done.error.message}`);
  if (done.status !== 0) {
    throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed: ${done.stderr.trim()}`);
  }
  return done.stdout.trim();
}

/** What the Windows shell would take apart or read as its own; no argument here holds a quote. */
const quote = (text: string): string => (/^[\w./:@=-]+$/.test(text) ? text : `"${text}"`);

/** Runs a command of the Azure CLI and parses its JSON answer. */
export function az(...args: readonly string[]): unknown {
  const answer = run("az", [...args, "--output", "json"]);
  return answer === "" ? null : JSON.parse(answer);
}

/** What a call of Microsoft Graph sends. */
interface GraphRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** After the version, such as `/me`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Calls Microsoft Graph as the one who is signed in; a body goes by file, since shells differ in quoting. */
export function graph({ method, path, body }: GraphRequest): unknown {
  const url = `https://graph.microsoft.com/v1.0${path}`;
  if (body === undefined) return az("rest", "--method", method, "--url", url);
  const folder = mkdtempSync(join(tmpdir(), "guardrail-"));
  try {
    const file = join(folder, "body.json");
    writeFileSync(file, JSON.stringify(body));
    return az("rest", "--method", method, "--url", url, "--body", `@${file}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

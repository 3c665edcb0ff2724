import { spawnSync } from "node:child_process";

/** Runs a command of the developer's tools and answers what it printed; a failure is an error that names it. */
export function run(command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, {
    encoding: "utf8",
    // On Windows the Azure tools are .cmd files, which only a shell can start.
    shell: process.platform === "win32",
    maxBuffer: 32 * 1024 * 1024,
  });
  if (done.error) throw new Error(`${command} could not be started: ${done.error.message}`);
  if (done.status !== 0) {
    throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed: ${done.stderr.trim()}`);
  }
  return done.stdout.trim();
}

/** Runs a command of the Azure CLI and parses its JSON answer. */
export function az(...args: readonly string[]): unknown {
  const text = run("az", [...args, "--output", "json"]);
  return text === "" ? null : JSON.parse(text);
}

import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** What a script of the deployment is run with. */
interface ScriptRun {
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a script of deploy/ as a process, as the hooks do; answers all that it printed, and its exit code. */
export async function runScript(
  name: string,
  { args = [], env, cwd = "." }: ScriptRun,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { PATH = "", SystemRoot = "" } = process.env;
  const child = spawn(process.execPath, [resolve("deploy", name), ...args], {
    cwd,
    env: { PATH, SystemRoot, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, output };
}

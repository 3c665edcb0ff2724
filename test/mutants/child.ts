import { spawn } from "node:child_process";

/** A test that a mutant sends round in circles is as red as it gets, but nobody waits for it. */
const longestMs = 120_000;

/** Runs a script of the installed packages to its end, or for two minutes; answers what it wrote. */
export function runNode(
  folder: string,
  args: readonly string[],
): Promise<{ readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ output: string }>();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), longestMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  child.once("error", reject);
  child.once("close", () => {
    clearTimeout(timer);
    resolve({ output });
  });
  return promise;
}

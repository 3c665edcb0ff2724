import { enableCompileCache } from "node:module";
import { usageOf } from "./demo/usage.ts";

type Command = (args: readonly string[]) => Promise<void>;

/** Loaded when they are called for, so that help and mistakes are told at once. */
const commands = new Map<string, () => Promise<Command>>([
  ["demo", async () => (await import("./demo/run.ts")).runDemo],
  ["start", async () => (await import("./demo/start.ts")).runLocally],
  ["plan", async () => (await import("./demo/plan.ts")).runPlan],
]);

const [name = "", ...args] = process.argv.slice(2);
const load = commands.get(name);
if (name === "--help" || args.includes("--help") || args.includes("-h")) {
  console.log(usageOf(name));
} else if (!load) {
  console.error(`"${name}" is none of ${[...commands.keys()].join(", ")}\n\n${usageOf(name)}`);
  process.exitCode = 2;
} else {
  try {
    // Reading the sources of a command takes longer than its start: the cache cuts it to a half.
    enableCompileCache();
    const command = await load();
    await command(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (isUnknownOption(error)) console.error(`\n${usageOf(name)}`);
    process.exitCode = 1;
  }
}

function isUnknownOption(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^ERR_PARSE_ARGS/.test(String(error.code));
}

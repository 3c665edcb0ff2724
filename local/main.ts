import { runPlan } from "./demo/plan.ts";
import { runDemo } from "./demo/run.ts";
import { runLocally } from "./demo/start.ts";

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  demo: runDemo,
  start: runLocally,
  plan: runPlan,
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`"${name}" is none of ${Object.keys(commands).join(", ")}`);
  process.exitCode = 2;
} else {
  try {
    await command(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

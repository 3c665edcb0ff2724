import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRealClock } from "../azure/clock.ts";
import { readOptions } from "./options.ts";
import { readScenario } from "./scenario.ts";
import { startWorld } from "./world.ts";

/** Runs the app beside a simulated Azure on the machine's clock until Ctrl-C. */
export async function runLocally(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const scenario = readScenario(options);
  const mailDir = join(options.out, "mails");
  mkdirSync(mailDir, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), "guardrail-"));
  const world = await startWorld({
    estate: options.estate,
    policy: options.policy,
    stage: options.stage,
    principal: scenario.principal,
    clock: createRealClock(),
    data,
    mailDir,
    recordTo: options.record,
    verbose: options.verbose,
    port: 7071,
  });
  const { url, keys } = world.host;
  console.log(`API      ${url}/api/cases?code=${keys.function}`);
  console.log(`HEALTH   ${url}/api/health`);
  console.log(`MASTER   ${keys.master}`);
  console.log(`AZURE    ${world.azure.url()} (simulated)`);
  console.log(`MAILS    ${mailDir}`);
  console.log("Ctrl-C ends it.");
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await world.stop();
  rmSync(data, { recursive: true, force: true });
}

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRealClock } from "../azure/clock.ts";
import { readOptions } from "./options.ts";
import { prepareOut } from "./out-folder.ts";
import { checkPolicy } from "./policy-check.ts";
import { readScenario } from "./scenario.ts";
import { startWorld } from "./world.ts";

const usualPort = 7071;

/** Runs the app beside a simulated Azure on the machine's clock until Ctrl-C. */
export async function runLocally(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const scenario = readScenario(options);
  const port = options.port ?? usualPort;
  checkPolicy(options.policy, options.stage, new Date().toISOString());
  await checkPort(port);
  const mailDir = prepareOut(options.out);
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
    port,
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

/** Says so when somebody else listens there, before anything is started. */
function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", ({ message }) =>
      reject(new Error(`--port: ${port} cannot be had (${message}); give another`)),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

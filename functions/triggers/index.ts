import type { FunctionApp, TriggerDependencies } from "./dependencies.ts";
import { registerEventTriggers } from "./event-triggers.ts";
import { registerAllow } from "./http/allow.ts";
import { registerBrakes } from "./http/brakes.ts";
import { registerCases } from "./http/cases.ts";
import { registerExemptions } from "./http/exemptions.ts";
import { registerHealth } from "./http/health.ts";
import { registerLedger } from "./http/ledger.ts";
import { registerQuarantine } from "./http/quarantine.ts";
import { registerScan } from "./http/scan.ts";
import { registerSweep } from "./sweep.ts";

/** Registers every function that something outside calls: events, the clock, people. */
export function registerTriggers(app: FunctionApp, deps: TriggerDependencies): void {
  registerEventTriggers(app, deps);
  registerSweep(app, deps);
  registerCases(app, deps);
  registerAllow(app, deps);
  registerScan(app, deps);
  registerBrakes(app, deps);
  registerExemptions(app, deps);
  registerLedger(app, deps);
  registerQuarantine(app, deps);
  registerHealth(app, deps);
}

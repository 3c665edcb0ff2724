import { app } from "durable-functions";
import { orchestrators } from "./index.ts";

/** Registers each orchestrator under its own name. */
export function registerOrchestrators(): void {
  for (const [name, orchestrator] of Object.entries(orchestrators)) {
    app.orchestration(name, orchestrator);
  }
}

import type { Mistake } from "../../shared/domain/mistake.ts";
import type { FunctionApp } from "./dependencies.ts";

/**
 * Registers what an app with wrong settings may do: say so. Health answers 503 with every mistake,
 * and a timer logs them. Nothing is read, written or mailed; events wait where they are.
 */
export function registerMistakes(app: FunctionApp, mistakes: readonly Mistake[]): void {
  const told = mistakes.map(({ path, message }) => ({ path, message }));
  app.http("health", {
    route: "health",
    methods: ["GET"],
    authLevel: "anonymous",
    handler: async () => ({
      status: 503,
      jsonBody: { ok: false, mistakes: told },
      headers: { "cache-control": "no-store" },
    }),
  });
  app.timer("reportMistakes", {
    schedule: "0 */5 * * * *",
    runOnStartup: true,
    handler: (_timer, context) => {
      for (const { path, message } of told) context.error(`wrong setting: ${path}: ${message}`);
    },
  });
}

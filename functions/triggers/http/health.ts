import { nameOfFault } from "../../../shared/domain/fault-name.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json } from "./answers.ts";
import { admit } from "./auth.ts";
import { healthDetails, isSweeping } from "./health-details.ts";
import { registerOperatorFunction } from "./operator-function.ts";

/**
 * Registers health. To anybody it says ok (200) or not (503); to a signed-in reader, and at
 * `health/details` to who holds a key, it says why.
 */
export function registerHealth(app: FunctionApp, deps: TriggerDependencies): void {
  const startedAt = deps.now();
  registerOperatorFunction(app, deps, {
    name: "healthDetails",
    route: "health/details",
    methods: ["GET"],
    handle: async ({ now }) => {
      const details = await healthDetails(deps, { now, startedAt });
      return json(details.ok ? 200 : 503, details);
    },
  });
  app.http("health", {
    route: "health",
    methods: ["GET"],
    authLevel: "anonymous",
    handler: async (request, context) => {
      const now = deps.now();
      try {
        if (deps.settings.httpAuth === "entra" && isReader(request, deps)) {
          const details = await healthDetails(deps, { now, startedAt });
          return json(details.ok ? 200 : 503, details);
        }
        const ok = isSweeping(await deps.gateways.system.lastSweep(), { now, startedAt });
        return json(ok ? 200 : 503, { ok });
      } catch (error) {
        context.error(`health: ${nameOfFault(error)}`);
        return json(503, { ok: false });
      }
    },
  });
}

const isReader = (
  request: Parameters<typeof admit>[0],
  { settings }: Pick<TriggerDependencies, "settings">,
): boolean => admit(request, settings, "Reader").kind === "admitted";

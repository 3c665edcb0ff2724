import { input } from "durable-functions";
import { nameOfFault } from "../../shared/domain/fault-name.ts";
import type { FunctionApp, TriggerDependencies } from "./dependencies.ts";
import { runsOf } from "./runs.ts";
import { sweepAgenda } from "./sweeping.ts";

/** Registers the one timer: each minute it starts what is due. */
export function registerSweep(app: FunctionApp, deps: TriggerDependencies): void {
  app.timer("sweep", {
    schedule: "0 * * * * *",
    extraInputs: [input.durableClient()],
    handler: async (_timer, context) => {
      try {
        const swept = await sweepAgenda(deps, runsOf(deps, context));
        if (swept.length > 0) context.log(`sweep: ${summary(swept)}`);
      } catch (error) {
        throw new Error(`sweep: ${nameOfFault(error)}; the next one is in a minute`);
      }
    },
  });
}

function summary(swept: readonly { readonly kind: string }[]): string {
  const kinds = Object.entries(Object.groupBy(swept, ({ kind }) => kind));
  return kinds.map(([kind, steps]) => `${steps?.length ?? 0} ${kind}`).join(", ");
}

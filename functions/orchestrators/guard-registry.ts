import type { OrchestrationContext } from "durable-functions";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { lookAtRegistry } from "./look-at-registry.ts";
import { runOver } from "./run.ts";
import { ifWatched } from "./watched.ts";

/** One pass over a container registry: its settings and what Defender finds in its images. */
export function* guardRegistry(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "registry", {
    first: (steps, subject) => steps.findRegistry({ subject }),
    look: (run, early) => ifWatched(run, () => lookAtRegistry(run, early)),
  });
}

import type { OrchestrationContext } from "durable-functions";
import { isClusterId } from "../../shared/domain/resource-id.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { lookAtCluster } from "./look-at-cluster.ts";
import { redirectNode } from "./redirect-node.ts";
import { runOver } from "./run.ts";
import { ifWatched } from "./watched.ts";

/** One pass over a cluster: look, put right what may be put right, mark and tell the rest. */
export function* guardCluster(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "cluster", {
    first: (steps, subject) => (isClusterId(subject) ? steps.findCluster({ subject }) : null),
    look: (run, early) =>
      ifWatched(run, isClusterId(run.subject) ? () => lookAtCluster(run, early) : redirectNode),
  });
}

import { input } from "durable-functions";
import type { FunctionApp, TriggerDependencies } from "./dependencies.ts";
import { createFeed } from "./feeds.ts";

/**
 * Registers the functions that take events in. A batch of the event hub is checkpointed even when
 * its function throws, so its retry policy has no end; Event Grid delivers again by itself.
 */
export function registerEventTriggers(app: FunctionApp, deps: TriggerDependencies): void {
  const defenderEvents = createFeed(deps, "defenderEvents");
  app.eventHub("defenderEvents", {
    connection: "DefenderEvents",
    eventHubName: "%DEFENDER_EVENTS_HUB%",
    cardinality: "many",
    extraInputs: [input.durableClient()],
    retry: {
      strategy: "exponentialBackoff",
      maxRetryCount: -1,
      minimumInterval: { seconds: 5 },
      maximumInterval: { minutes: 5 },
    },
    handler: (messages, context) =>
      defenderEvents(Array.isArray(messages) ? messages : [messages], context),
  });

  const resourceChanges = createFeed(deps, "resourceChanges");
  app.eventGrid("resourceChanges", {
    extraInputs: [input.durableClient()],
    handler: (event, context) => resourceChanges([event], context),
  });

  const policyStates = createFeed(deps, "policyStates");
  app.eventGrid("policyStates", {
    extraInputs: [input.durableClient()],
    handler: (event, context) => policyStates([event], context),
  });
}

import type { AppFunction } from "./app-loader.ts";
import type { TypedData } from "./core-shim.ts";
import { HostStartError } from "./errors.ts";
import type { FaultSwitches } from "./faults.ts";
import { runWithRetry } from "./function-retry.ts";
import type { HubEvent } from "./store-triggers.ts";
import type { TriggerOptions } from "./triggers.ts";

/** The app's event hub triggers, each with a hub of one partition in the store. */
export interface EventHubs {
  begin(): void;
  /** Puts events on the hub of a function; they are kept before this comes back. Bodies are JSON texts. */
  add(fn: AppFunction, bodies: readonly string[]): void;
}

/**
 * Delivers hub events in batches, in order, one batch of a function at a time. As on the real host a batch is done
 * when the function has run, also when it threw (after its retry policy); a crash before that delivers it again.
 * @throws HostStartError for a trigger of cardinality one.
 */
export function createEventHubs(options: TriggerOptions, faults: FaultSwitches): EventHubs {
  const { app, store, clock, busy, config, invoke, log, stopped } = options;
  const top = config.extensions.eventHubs.maxEventBatchSize;
  const functions = app.functions.filter(({ type }) => type === "eventHubTrigger");
  const delivering = new Set<string>();
  for (const fn of functions) {
    if (fn.trigger["cardinality"] !== "many") {
      throw new HostStartError(
        `Function '${fn.name}': an event hub trigger needs cardinality "many".`,
      );
    }
  }

  const invokeBatch = (fn: AppFunction, events: readonly HubEvent[]): Promise<void> =>
    runWithRetry(
      fn.registered,
      (retryContext) =>
        invoke({
          fn: fn.registered,
          trigger: bodiesOf(fn, events),
          triggerMetadata: metadataOf(fn, events),
          retryContext,
          timeout: options.timeout,
        }),
      { clock, busy, stopped },
    );

  const deliver = async (fn: AppFunction, events: readonly HubEvent[]): Promise<void> => {
    try {
      await invokeBatch(fn, events);
      if (faults.faults.duplicateHubBatches) await invokeBatch(fn, events.toReversed());
    } catch (error) {
      log("error", `Event hub function ${fn.name} failed: ${String(error)}`);
    }
  };

  const pump = async (fn: AppFunction): Promise<void> => {
    if (delivering.has(fn.name)) return;
    delivering.add(fn.name);
    for (;;) {
      const end = busy.begin();
      const events = store.hubEvents(fn.name, top);
      if (events.length === 0 || stopped()) {
        delivering.delete(fn.name);
        return end();
      }
      const done = deliver(fn, events);
      end();
      await done;
      if (stopped()) return;
      store.transaction(() => store.removeHubEvents(events.map(({ id }) => id)));
    }
  };

  return {
    begin() {
      for (const fn of functions) void pump(fn);
    },
    add(fn, bodies) {
      const enqueued = clock.now();
      store.transaction(() => {
        for (const body of bodies) store.addHubEvent(fn.name, { enqueued, body });
      });
      void pump(fn);
    },
  };
}

/** The text of a body: a JSON string stands for the text it holds, anything else for its JSON. */
function textOf({ body }: HubEvent): string {
  const value: unknown = JSON.parse(body);
  return typeof value === "string" ? value : body;
}

function bodiesOf(fn: AppFunction, events: readonly HubEvent[]): TypedData {
  const texts = events.map(textOf);
  if (fn.trigger["dataType"] === "binary") {
    return { collectionBytes: { bytes: texts.map((text) => Buffer.from(text)) } };
  }
  return { collectionString: { string: texts.filter((text) => text !== "") } };
}

function metadataOf(fn: AppFunction, events: readonly HubEvent[]): Record<string, TypedData> {
  const hub = String(fn.trigger["eventHubName"]);
  const group = String(fn.trigger["consumerGroup"] ?? "$Default");
  const times = events.map(({ enqueued }) => new Date(enqueued).toISOString());
  const context = { EventHubName: hub, ConsumerGroup: group, PartitionId: "0" };
  const system = events.map(({ id }, index) => ({
    SequenceNumber: id,
    Offset: String(id),
    EnqueuedTimeUtc: times[index],
  }));
  return {
    PartitionContext: { json: JSON.stringify(context) },
    EnqueuedTimeUtcArray: { json: JSON.stringify(times) },
    PropertiesArray: { json: JSON.stringify(events.map(() => ({}))) },
    SystemPropertiesArray: { json: JSON.stringify(system) },
    PartitionKeyArray: { collectionString: { string: [] } },
    OffsetArray: { collectionString: { string: events.map(({ id }) => String(id)) } },
    SequenceNumberArray: { collectionSint64: { sint64: events.map(({ id }) => id) } },
  };
}

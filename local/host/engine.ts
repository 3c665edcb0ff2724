import { randomUUID } from "node:crypto";
import { createActivities } from "./activities.ts";
import type { App } from "./app-loader.ts";
import { chooseBatch } from "./batch.ts";
import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import { commitTurn } from "./commit.ts";
import { executionStarted, iso, newInstance } from "./execution.ts";
import type { FaultSwitches } from "./faults.ts";
import { common, EventType, isTerminal, type RuntimeStatus } from "./history.ts";
import { createHistoryCache } from "./history-cache.ts";
import type { HostConfig } from "./host-json.ts";
import type { Invoke } from "./invoker.ts";
import type { Store } from "./store.ts";
import type { Instance } from "./store-instances.ts";
import { createTimerIndex } from "./timer-index.ts";
import { takeTurn } from "./turn.ts";
import type { Routes } from "./written.ts";

/** What the engine needs of the host. */
export interface EngineOptions {
  readonly app: App;
  readonly store: Store;
  readonly clock: Clock;
  readonly busy: Busy;
  readonly config: HostConfig;
  readonly faults: FaultSwitches;
  readonly invoke: Invoke;
  readonly log: (level: "warning" | "error", message: string) => void;
}

/** A start that a client asks for; `input` is JSON text. */
export interface StartRequest {
  readonly name: string;
  readonly id: string;
  readonly version: string | null;
  readonly input: string | null;
}

/** Runs orchestrations: turns of instances, activities, timers. All state is in the store. */
export interface Engine {
  /** Takes up what the store holds. */
  begin(): void;
  /** Answers the state of a live instance of that id, and starts nothing then. */
  start(request: StartRequest): { readonly alive: RuntimeStatus } | null;
  terminate(id: string, reason: string | null): "accepted" | "ended" | "unknown";
  /** Removes an instance that has ended. */
  purge(id: string): void;
  /** Resolves when the instance has ended. */
  ended(id: string): Promise<void>;
  drain(): Promise<void>;
}

const longestBackOff = 30_000;

/** Creates the engine over a store and an app. */
export function createEngine(options: EngineOptions): Engine {
  const { app, store, clock, busy, config, faults, invoke, log } = options;
  const durable = config.extensions.durableTask;
  const writer = { store, faults, defaultVersion: durable.defaultVersion ?? null };
  const histories = createHistoryCache(store);
  const ready = new Map<string, () => void>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const faulty = new Map<string, number>();
  const waitingForEnd = new Map<string, (() => void)[]>();
  let pumping = false;
  let draining = false;

  const notify = (target: string): void => {
    if (running.has(target)) again.add(target);
    else if (!ready.has(target)) {
      ready.set(target, busy.begin());
      pump();
    }
  };
  const timers = createTimerIndex(clock, notify);
  const activities = createActivities({ ...options, answered: notify });

  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    setImmediate(() => {
      pumping = false;
      for (const [target, end] of ready) {
        if (draining || running.size >= durable.maxConcurrentOrchestratorFunctions) return;
        ready.delete(target);
        running.set(target, runTarget(target, end));
      }
    });
  };

  const runTarget = async (target: string, end: () => void): Promise<void> => {
    try {
      await turn(target);
      faulty.delete(target);
    } catch (error) {
      backOff(target, error);
    }
    running.delete(target);
    if (again.delete(target)) notify(target);
    if (ready.size > 0) pump();
    end();
  };

  const backOff = (target: string, error: unknown): void => {
    const times = (faulty.get(target) ?? 0) + 1;
    faulty.set(target, times);
    histories.forget(target);
    log("error", `A turn of ${target} could not be written: ${String(error)}`);
    const delay = Math.min(longestBackOff, 100 * 2 ** times);
    clock.schedule(clock.now() + delay, () => notify(target));
  };

  const turn = async (target: string): Promise<void> => {
    const messages = store.due(target, clock.now());
    if (messages.length === 0) return;
    const instance = store.findInstance(target);
    const batch = chooseBatch(messages, instance);
    const idle = !batch.start && !batch.resume && batch.events.length === 0;
    if (idle) {
      if (batch.consumed.length > 0) store.transaction(() => store.remove(batch.consumed));
      return;
    }
    const executionId =
      batch.start?.OrchestrationInstance.ExecutionId ?? instance?.executionId ?? "";
    const history = histories.get(target, executionId);
    const at = { history, now: iso(clock.now()) };
    const result = await takeTurn({ app, config, invoke }, batch, at);
    if (!result) return log("warning", `${target} waits for a host of its version.`);
    const now = clock.now();
    const routes = commitTurn(writer, { instance, history, batch, result, now });
    if (result.verdict.kind === "continueAsNew") histories.forget(target);
    route(target, executionId, routes);
  };

  const route = (target: string, executionId: string, routes: Routes): void => {
    timers.cancel(executionId, routes.cancelled);
    for (const timer of routes.timers) timers.add(timer);
    for (const work of routes.work) activities.add(work);
    for (const other of routes.targets) notify(other);
    if (routes.cancelled === "all") settle(target);
  };

  const settle = (id: string): void => {
    const instance = store.findInstance(id);
    if (instance && !isTerminal(instance.status)) return;
    for (const resolve of waitingForEnd.get(id) ?? []) resolve();
    waitingForEnd.delete(id);
  };

  const replace = (request: StartRequest, before: Instance | undefined): void => {
    const now = clock.now();
    const started = executionStarted({
      instance: { InstanceId: request.id, ExecutionId: randomUUID() },
      name: request.name,
      version: request.version ?? writer.defaultVersion,
      input: request.input,
      parent: null,
      generation: before ? before.generation + 1 : 0,
      timestamp: iso(now),
    });
    const executionId = started.OrchestrationInstance.ExecutionId;
    store.transaction(() => {
      store.deleteInstance(request.id);
      store.putInstance(newInstance(started, now));
      store.send({
        target: request.id,
        executionId,
        kind: "start",
        visibleAt: now,
        event: started,
      });
    });
    histories.forget(request.id);
    notify(request.id);
  };

  return {
    begin() {
      for (const message of store.waiting()) {
        if (message.visibleAt <= clock.now()) notify(message.target);
        else timers.add(message);
      }
      for (const work of store.allWork()) activities.add(work);
    },
    start(request) {
      const before = store.findInstance(request.id);
      if (before && !isTerminal(before.status)) return { alive: before.status };
      replace(request, before);
      return null;
    },
    terminate(id, reason) {
      const instance = store.findInstance(id);
      if (!instance) return "unknown";
      if (isTerminal(instance.status)) return "ended";
      const now = clock.now();
      const event = {
        EventType: EventType.ExecutionTerminated,
        Input: reason,
        ...common(iso(now)),
      };
      const { executionId } = instance;
      store.send({ target: id, executionId, kind: "event", visibleAt: now, event });
      notify(id);
      return "accepted";
    },
    purge(id) {
      store.transaction(() => store.deleteInstance(id));
      histories.forget(id);
    },
    async ended(id) {
      const instance = store.findInstance(id);
      if (!instance || isTerminal(instance.status)) return;
      await new Promise<void>((resolve) => {
        waitingForEnd.set(id, [...(waitingForEnd.get(id) ?? []), resolve]);
      });
    },
    async drain() {
      draining = true;
      await activities.drain();
      await Promise.all(running.values());
    },
  };
}

import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

/** Tells of each request other than a GET that is answered, with the activity that made it. */
export interface WriteWatch {
  /** Runs an activity. */
  run<T>(activity: string, work: () => Promise<T>): Promise<T>;
  stop(): void;
}

/**
 * Watches the writes of activities over HTTP, before the one who made it learns of the answer. Channels:
 * `http.client.request.start` and `http.client.response.finish` of Node.js (API, diagnostics_channel).
 */
export function watchWrites(written: (activity: string) => void): WriteWatch {
  const current = new AsyncLocalStorage<string>();
  const makers = new WeakMap<ClientRequest, string>();
  const started = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    const activity = current.getStore();
    if (activity !== undefined && request.method !== "GET") makers.set(request, activity);
  };
  const answered = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    const activity = makers.get(request);
    if (activity !== undefined) written(activity);
  };
  subscribe("http.client.request.start", started);
  subscribe("http.client.response.finish", answered);
  return {
    run: (activity, work) => current.run(activity, work),
    stop() {
      unsubscribe("http.client.request.start", started);
      unsubscribe("http.client.response.finish", answered);
    },
  };
}

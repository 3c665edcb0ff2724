import type { RunClient } from "../../functions/triggers/dependencies.ts";

/** An instance as the Durable extension keeps it. */
export interface FakeInstance {
  readonly name: string;
  readonly runtimeStatus: string;
  readonly lastUpdatedTime: Date;
  readonly input?: unknown;
  readonly output?: unknown;
}

/** A Durable client on instances in memory, with the answers of the real extension. */
export interface FakeDurableClient extends RunClient {
  readonly instances: Map<string, FakeInstance>;
  /** What was asked for, such as `start guardCluster-...`, in order. */
  readonly asked: string[];
}

const alive = ["Running", "Pending", "Suspended"];

/** Creates the client; `now` dates what it starts. */
export function createFakeDurableClient(now: () => Date): FakeDurableClient {
  const instances = new Map<string, FakeInstance>();
  const asked: string[] = [];
  const isAlive = (id: string) => alive.includes(instances.get(id)?.runtimeStatus ?? "");
  const client = {
    instances,
    asked,

    async getStatus(instanceId: string) {
      const found = instances.get(instanceId);
      if (found) return { ...found, instanceId };
      throw new Error(
        `DurableClient error: Durable Functions extension replied with HTTP 404 response. This usually means we could not find any data associated with the instanceId provided: ${instanceId}.`,
      );
    },

    async startNew(name: string, options: { instanceId: string; input?: unknown }) {
      asked.push(`start ${options.instanceId}`);
      if (isAlive(options.instanceId)) {
        throw new Error("The operation failed with an unexpected status code: 409. Details: null");
      }
      const started = { name, runtimeStatus: "Pending", lastUpdatedTime: now() };
      instances.set(options.instanceId, { ...started, input: options.input });
      return options.instanceId;
    },

    async terminate(instanceId: string) {
      asked.push(`terminate ${instanceId}`);
      const found = instances.get(instanceId);
      if (!found) throw new Error("DurableClient error: No instance with that id");
      if (isAlive(instanceId)) {
        instances.set(instanceId, {
          ...found,
          runtimeStatus: "Terminated",
          lastUpdatedTime: now(),
        });
      }
    },

    async purgeInstanceHistory(instanceId: string) {
      asked.push(`purge ${instanceId}`);
      if (isAlive(instanceId)) {
        throw new Error("The operation failed with an unexpected status code: 412. Details: null");
      }
      return { instancesDeleted: instances.delete(instanceId) ? 1 : 0 };
    },
  };
  return client as unknown as FakeDurableClient;
}

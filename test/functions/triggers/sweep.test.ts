import { describe, expect, it } from "vitest";
import { systemSubjects } from "../../../shared/domain/subject.ts";
import type { RunInput } from "../../../shared/durable/agenda.ts";
import { instanceId } from "../../../shared/durable/instance.ts";
import { cluster, now, subscription } from "../../shared/events/fixture.ts";
import { createTriggers } from "./harness.ts";

const guard = instanceId("cluster", cluster);
const minutesAgo = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000);
const instance = (runtimeStatus: string, age: number, output: unknown = null) => ({
  name: "guardCluster",
  runtimeStatus,
  lastUpdatedTime: minutesAgo(age),
  output,
});

/** Triggers with the cluster due, and with an instance of its run if one is given. */
async function due(found: ReturnType<typeof instance> | null) {
  const triggers = createTriggers();
  await triggers.gateways.agenda.mark({ subject: cluster, kind: "cluster", at: now });
  if (found) triggers.client.instances.set(guard, found);
  const asked = () => triggers.client.asked.filter((line) => line.endsWith(guard));
  return { ...triggers, asked };
}

describe("the sweep", () => {
  it.each([
    ["no instance", null],
    ["a completed one", instance("Completed", 0)],
    ["one that failed 16 minutes ago", instance("Failed", 16)],
    ["one that a deployment ended", instance("Failed", 0, "VersionMismatch: gone")],
  ])("starts what is due and has %s", async (_name, found) => {
    const { tick, asked, client } = await due(found);
    await tick();
    expect(asked()).toEqual([`start ${guard}`]);
    expect(client.instances.get(guard)).toMatchObject({
      name: "guardCluster",
      runtimeStatus: "Pending",
      input: { subject: cluster },
    });
  });

  it.each([
    ["is running", instance("Running", 90)],
    ["failed just now", instance("Failed", 5)],
  ])("leaves alone what %s", async (_name, found) => {
    const { tick, asked } = await due(found);
    await tick();
    expect(asked()).toEqual([]);
  });

  it("ends what has been untouched for two hours, and gets it started again", async () => {
    const { tick, asked, wait, client } = await due(instance("Running", 120));
    await tick();
    expect(asked()).toEqual([`terminate ${guard}`]);
    wait(16);
    await tick();
    expect(client.instances.get(guard)?.runtimeStatus).toBe("Pending");
  });

  it("ends first what it finds stuck only after a long absence", async () => {
    const { tick, asked, wait, client } = await due(instance("Running", 500));
    await tick();
    expect(asked()).toEqual([`purge ${guard}`, `terminate ${guard}`]);
    wait(16);
    await tick();
    expect(client.instances.get(guard)?.runtimeStatus).toBe("Pending");
  });

  it("purges what is running only on paper, and starts it anew", async () => {
    const { tick, asked, client } = await due(instance("Running", 500));
    client.purgeInstanceHistory = async (id) => {
      client.asked.push(`purge ${id}`);
      client.instances.delete(id);
      return { instancesDeleted: 1 };
    };
    await tick();
    expect(asked()).toEqual([`purge ${guard}`, `start ${guard}`]);
    expect(client.instances.get(guard)?.runtimeStatus).toBe("Pending");
  });

  it("leaves what is not due, and what it cannot ask about", async () => {
    const { tick, client, gateways } = createTriggers();
    const at = new Date(Date.parse(now) + 60_000).toISOString();
    await gateways.agenda.mark({ subject: cluster, kind: "cluster", at });
    await gateways.agenda.mark({ subject: subscription, kind: "subscription", at: now });
    const real = client.getStatus;
    client.getStatus = async (id) => {
      if (id === instanceId("subscription", subscription)) throw new Error("HTTP 500");
      return real(id);
    };
    await tick();
    expect(client.asked).toEqual([]);
    expect(await gateways.system.lastSweep()).toBe(now);
  });

  it("starts a bounded number in one subscription, and the rest in the next minutes", async () => {
    const { tick, client, gateways, wait } = createTriggers();
    const clusters = Array.from({ length: 150 }, (_, place) => `${cluster}-${place}`);
    for (const subject of clusters)
      await gateways.agenda.mark({ subject, kind: "cluster", at: now });
    await tick();
    const first = client.asked.length;
    expect(first).toBe(64);
    const begins = [...client.instances.values()].map(({ input }) => (input as RunInput).after);
    expect(new Set(begins).size).toBe(60);
    for (let minute = 0; minute < 5; minute += 1) {
      wait(1);
      await tick();
    }
    expect(client.instances.size).toBeGreaterThanOrEqual(150);
  });

  it("keeps the daily work on the agenda: the first scan at once, then a day after the last", async () => {
    const { tick, gateways } = createTriggers();
    await tick();
    expect(await gateways.agenda.list()).toMatchObject([
      { kind: "scan", subject: systemSubjects.scan, at: now },
      { kind: "housekeeping", at: "2026-11-24T09:00:00.000Z" },
    ]);
    const again = createTriggers();
    await again.gateways.system.noteScan("2026-11-23T06:00:00.000Z");
    await again.tick();
    expect(await again.gateways.agenda.find(systemSubjects.scan, "scan")).toMatchObject({
      at: "2026-11-24T06:00:00.000Z",
    });
  });

  it("does not touch the daily rows that are there", async () => {
    const { tick, gateways } = createTriggers();
    const row = { subject: systemSubjects.scan, kind: "scan" as const, at: now };
    await gateways.agenda.mark(row);
    const before = await gateways.agenda.find(row.subject, "scan");
    await tick();
    expect(await gateways.agenda.find(row.subject, "scan")).toEqual(before);
  });

  it("fails without a word of what storage said, and then has not swept", async () => {
    const triggers = createTriggers({}, (gateways) => ({
      ...gateways,
      agenda: {
        ...gateways.agenda,
        list: async () => {
          throw new Error("secret-word");
        },
      },
    }));
    await expect(triggers.tick()).rejects.toThrow(/^sweep: Error; /);
    expect(await triggers.gateways.system.lastSweep()).toBeNull();
  });

  it("runs each minute", () => {
    expect(createTriggers().functions.get("sweep")).toMatchObject({
      kind: "timer",
      options: { schedule: "0 * * * * *" },
    });
  });
});

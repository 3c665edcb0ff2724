import { RestError } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import { instanceId } from "../../../shared/durable/instance.ts";
import { cluster, fixture, now, subscription } from "../../shared/events/fixture.ts";
import { aCase, aLedgerEntry } from "../../support/builders.ts";
import type { StateGateways } from "../../support/in-memory-gateways.ts";
import { createTriggers } from "./harness.ts";

const alert = fixture("defender/alert-cluster.json") as Record<string, unknown>;
const outage = () => new RestError("busy, while it was sent secret-word", { statusCode: 503 });
const guard = instanceId("cluster", cluster);

/** Storage of which one gateway fails with what `error` gives, as long as it gives something. */
const failing =
  (name: "agenda" | "alerts" | "quarantine", method: string, error: () => Error | null) =>
  (gateways: StateGateways): StateGateways => {
    const real = gateways[name] as unknown as Record<string, (...args: unknown[]) => unknown>;
    const broken = async (...args: unknown[]) => {
      const fault = error();
      if (fault) throw fault;
      return real[method]?.(...args);
    };
    return { ...gateways, [name]: { ...real, [method]: broken } };
  };

describe("an event", () => {
  it("stores its alert, marks its subject and starts a run with nothing but the subject", async () => {
    const { gateways, client, deliver } = createTriggers();
    await deliver("defenderEvents", [alert]);
    expect(await gateways.alerts.bySubject(cluster)).toMatchObject([
      { id: alert["SystemAlertId"] },
    ]);
    expect(await gateways.agenda.find(cluster, "cluster")).toMatchObject({ at: now, by: null });
    expect(client.instances.get(guard)).toMatchObject({
      name: "guardCluster",
      input: { subject: cluster },
    });
  });

  it("stores the alert before it marks", async () => {
    let broken: Error | null = outage();
    const { gateways, deliver } = createTriggers(
      {},
      failing("agenda", "mark", () => broken),
    );
    await expect(deliver("defenderEvents", [alert])).rejects.toThrow("must come again");
    expect(await gateways.alerts.bySubject(cluster)).toHaveLength(1);
    broken = null;
    await deliver("defenderEvents", [alert]);
    expect(await gateways.alerts.bySubject(cluster)).toHaveLength(1);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });

  it("asks for a look with the caller's name, and two minutes later after our own write", async () => {
    const { gateways, client, deliver } = createTriggers();
    await deliver("resourceChanges", fixture("grid/cluster-written.cloudevent.json"));
    expect(await gateways.agenda.find(cluster, "cluster")).toMatchObject({
      at: now,
      by: "anna@contoso.example",
    });
    client.asked.length = 0;
    await deliver("resourceChanges", fixture("grid/own-tags-written.cloudevent.json"));
    expect(await gateways.agenda.find(cluster, "cluster")).toMatchObject({
      at: now,
      by: "anna@contoso.example",
      notBefore: "2026-11-23T09:02:00.000Z",
    });
    expect(client.asked).toEqual([]);
  });

  it("does not look at our own write that a run has read back and recorded", async () => {
    const { deliver, gateways } = createTriggers();
    const correlationId = "1c0f5f5e-8a9d-4b0e-a1aa-2f3e4d5c6b7a";
    const event = fixture("grid/own-tags-written.cloudevent.json");
    const noted = async (kind: LedgerEntry["kind"], etag: string | null) => {
      const one = aCase({ subject: cluster, history: [aLedgerEntry({ kind, correlationId })] });
      await gateways.cases.put(one, etag);
      await deliver("resourceChanges", event);
      return gateways.agenda.find(cluster, "cluster");
    };
    expect(await noted("change", null)).toBeNull();
    const found = await gateways.cases.find(cluster);
    expect(await noted("failure", found?.etag ?? null)).toMatchObject({ own: [correlationId] });
  });

  it("looks at our own write alone only when it is two minutes old", async () => {
    const { gateways, deliver } = createTriggers();
    await deliver("resourceChanges", fixture("grid/own-tags-written.cloudevent.json"));
    const at = "2026-11-23T09:02:00.000Z";
    expect(await gateways.agenda.find(cluster, "cluster")).toMatchObject({ at, notBefore: at });
  });

  it("reads Azure Policy's verdicts", async () => {
    const { gateways, deliver } = createTriggers();
    await deliver("policyStates", fixture("grid/policy-state-created-compliant.cloudevent.json"));
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });

  it("starts nothing while a run is alive, and does not mind when starting fails", async () => {
    const { client, gateways, deliver, clock } = createTriggers();
    client.instances.set(guard, {
      name: "guardCluster",
      runtimeStatus: "Running",
      lastUpdatedTime: clock.now,
    });
    await gateways.system.noteSweep(now);
    await deliver("defenderEvents", [alert]);
    expect(client.asked).toEqual([]);
    client.instances.clear();
    client.startNew = async () => {
      throw new Error("the extension is away");
    };
    await deliver("defenderEvents", [alert]);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });

  it.each([
    ["leaves to the sweep what ended within the last minute", 59_000, []],
    ["starts what ended earlier", 60_000, [`start ${guard}`]],
  ])("%s", async (_, age, asked) => {
    const { client, gateways, deliver, clock } = createTriggers();
    client.instances.set(guard, {
      name: "guardCluster",
      runtimeStatus: "Completed",
      lastUpdatedTime: new Date(clock.now.getTime() - age),
    });
    await gateways.system.noteSweep(now);
    await deliver("defenderEvents", [alert]);
    expect(client.asked).toEqual(asked);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });

  it("closes an alert that is told to be over, and does not open it again", async () => {
    const { gateways, deliver } = createTriggers();
    await deliver("defenderEvents", [alert, { ...alert, Status: "Dismissed" }, alert]);
    await deliver("defenderEvents", [{ ...alert, Status: "Dismissed" }]);
    await deliver("defenderEvents", [alert]);
    expect(await gateways.alerts.bySubject(cluster)).toMatchObject([{ status: "dismissed" }]);
  });
});

describe("a broken event", () => {
  it("is kept with its reason and body, and hurts no neighbour", async () => {
    const { gateways, deliver } = createTriggers();
    await deliver("defenderEvents", ["{ not json", alert, { hello: "world" }]);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
    const kept = await gateways.quarantine.list();
    expect(kept.map(({ reason, source }) => [source, reason]).sort()).toEqual([
      ["defenderEvents", expect.stringContaining("neither an alert")],
      ["defenderEvents", "not JSON"],
    ]);
    const [one] = kept.filter(({ reason }) => reason === "not JSON");
    expect((await gateways.quarantine.body(one?.id ?? ""))?.body).toBe("{ not json");
  });

  it("is kept whole when too much of it is broken to keep it in parts", async () => {
    const { gateways, deliver } = createTriggers();
    const body = JSON.stringify([...Array.from({ length: 5_000 }, (_, place) => place), alert]);
    await deliver("defenderEvents", [body]);
    expect(await gateways.quarantine.list()).toMatchObject([
      { reason: "5000 parts; the first: not an object", bytes: Buffer.byteLength(body) },
    ]);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });

  it("is one that storage does not take, whatever it says", async () => {
    const refused = () => new RestError("property too long: secret-word", { statusCode: 400 });
    const { gateways, deliver } = createTriggers({}, failing("alerts", "insert", refused));
    await deliver("defenderEvents", [alert]);
    const [kept] = await gateways.quarantine.list();
    expect(kept?.reason).toBe("cannot be stored: RestError 400");
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
  });
});

describe("storage that is out of reach", () => {
  it.each([
    ["agenda", "mark"],
    ["alerts", "insert"],
    ["quarantine", "put"],
  ] as const)("makes the delivery come again: %s.%s", async (gateway, method) => {
    const { deliver } = createTriggers({}, failing(gateway, method, outage));
    await expect(deliver("defenderEvents", [alert, "{ not json"])).rejects.toThrow(
      "defenderEvents: storage does not answer (RestError 503); the delivery must come again",
    );
  });

  it("loses nothing even where only the quarantine fails for good", async () => {
    const gone = () => new RestError("no such container", { statusCode: 404 });
    const { deliver } = createTriggers({}, failing("quarantine", "put", gone));
    await expect(deliver("policyStates", { eventType: 7 })).rejects.toThrow("must come again");
  });
});

describe("the feeds", () => {
  it("are noted at most once a minute, and a stopped timer is made up for", async () => {
    const { gateways, client, deliver, wait, clock } = createTriggers();
    await gateways.system.noteSweep(now);
    await gateways.agenda.mark({ subject: subscription, kind: "subscription", at: now });
    await deliver("policyStates", fixture("grid/policy-state-storage.eventgrid.json"));
    expect(await gateways.system.feeds()).toEqual({ policyStates: now });
    expect(client.asked).toEqual([]);
    wait(4);
    await deliver("policyStates", fixture("grid/policy-state-storage.eventgrid.json"));
    expect(await gateways.system.feeds()).toEqual({ policyStates: clock.now.toISOString() });
    expect(await gateways.system.lastSweep()).toBe(clock.now.toISOString());
    expect(client.asked).toContain(`start ${instanceId("subscription", subscription)}`);
  });

  it("say nothing of what was in them, in the log or in an error", async () => {
    const secret = { ...alert, Description: "secret-word", AlertDisplayName: "secret-word" };
    const told: string[] = [];
    for (const error of [() => null, outage]) {
      const { deliver, logs } = createTriggers({}, failing("agenda", "mark", error));
      for (const body of [secret, "secret-word {", { secret: "secret-word" }]) {
        await deliver("defenderEvents", [body]).catch((fault: unknown) => {
          told.push(String((fault as Error).stack));
        });
      }
      told.push(...logs);
    }
    expect(told.length).toBeGreaterThan(3);
    expect(told.join("\n")).not.toContain("secret-word");
    expect(told.join("\n")).not.toContain(cluster);
  });

  it("come with a retry policy without end where a throw alone would lose them", () => {
    const { functions } = createTriggers();
    expect(functions.get("defenderEvents")).toMatchObject({
      kind: "eventHub",
      options: {
        connection: "DefenderEvents",
        eventHubName: "%DEFENDER_EVENTS_HUB%",
        cardinality: "many",
        retry: { strategy: "exponentialBackoff", maxRetryCount: -1 },
      },
    });
    expect(functions.get("resourceChanges")?.kind).toBe("eventGrid");
    expect(functions.get("policyStates")?.kind).toBe("eventGrid");
    for (const name of ["defenderEvents", "resourceChanges", "policyStates", "sweep"]) {
      const inputs = functions.get(name)?.options.extraInputs as { type: string }[];
      expect(inputs.map(({ type }) => type)).toEqual(["durableClient"]);
    }
  });
});

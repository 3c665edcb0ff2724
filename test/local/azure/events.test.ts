import { describe, expect, it } from "vitest";
import type { GridEvent } from "../../../local/azure/events.ts";
import { aCluster, clusterId, startAzure, subscription } from "./simulated.ts";

const tags = `${clusterId}/providers/Microsoft.Resources/tags/default?api-version=2025-04-01`;
const merge = { operation: "Merge", properties: { tags: { a: "b" } } };

describe("Event Grid", () => {
  it("delivers the event of a write a few seconds later", async () => {
    const delivered: GridEvent[] = [];
    const { arm, pass } = await startAzure([aCluster()], {
      deliverEvents: async (events) => void delivered.push(...events),
    });

    await arm("PATCH", tags, merge);
    await pass(2);
    expect(delivered).toEqual([]);
    await pass(1);

    expect(delivered).toMatchObject([
      {
        topic: subscription,
        subject: clusterId,
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        eventTime: "2026-03-02T08:00:00.000Z",
        dataVersion: "2",
        data: {
          operationName: "Microsoft.Resources/tags/write",
          resourceProvider: "Microsoft.Resources",
          resourceUri: clusterId,
          status: "Succeeded",
        },
      },
    ]);
  });

  it("tries again when delivery fails, ten seconds later at first", async () => {
    let tries = 0;
    const { arm, pass } = await startAzure([aCluster()], {
      deliverEvents: async () => {
        tries += 1;
        if (tries < 3) throw new Error("not now");
      },
    });

    await arm("PATCH", tags, merge);
    await pass(3);
    expect(tries).toBe(1);
    await pass(10);
    expect(tries).toBe(2);
    await pass(30);
    expect(tries).toBe(3);
    await pass(3600);
    expect(tries).toBe(3);
  });

  it("names who wrote: a person with a sign-in name, an app with neither", async () => {
    const { azure } = await startAzure([aCluster()]);
    const upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
    const person = { name: "Pat", objectId: "o1", appId: null, upn: "pat@contoso.com" };
    const app = { name: "pipeline", objectId: "o2", appId: "a2", upn: null };
    for (const caller of [person, app])
      await azure.actAs(caller, { method: "PATCH", path: tags, body: merge });

    const claims = azure.events.map(({ data }) => data["claims"]);
    expect(claims).toMatchObject([{ [upn]: "pat@contoso.com" }, { appid: "a2" }]);
    expect(claims[1]).not.toHaveProperty([upn]);
  });

  it("reports a write that was understood and refused, but not one that was malformed", async () => {
    const { arm, azure } = await startAzure([aCluster({ powerState: { code: "Stopped" } })]);
    await arm("PATCH", tags, merge);
    const group = tags.replace(/\/providers\/Microsoft.ContainerService.*?\/aks-one/, "");
    expect((await arm("PATCH", group, { ...merge, operation: "Sulk" })).status).toBe(400);
    expect(azure.events.map(({ eventType }) => eventType)).toEqual([
      "Microsoft.Resources.ResourceWriteFailure",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { tagsOf } from "../../../local/azure/store.ts";
import { aCluster, clusterId, group, startAzure } from "./simulated.ts";

const tagged = (tags: Record<string, string>) => aCluster({}, { tags });
const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "x"]));

describe("tags", () => {
  it("merge, keeping other tags and the case of names that are there", async () => {
    const { resources, azure } = await startAzure([tagged({ Owner: "a", keep: "k" })]);

    const answer = await resources.tagsOperations.updateAtScope(clusterId, {
      operation: "Merge",
      properties: { tags: { owner: "b", added: "c" } },
    });

    expect(answer.properties?.tags).toEqual({ keep: "k", Owner: "b", added: "c" });
    expect(tagsOf(azure.store.find(clusterId) ?? { id: "" })).toEqual(answer.properties?.tags);
    expect((await resources.tagsOperations.getAtScope(clusterId)).properties?.tags).toEqual(
      answer.properties?.tags,
    );
    expect(azure.events).toMatchObject([
      { data: { operationName: "Microsoft.Resources/tags/write" } },
    ]);
  });

  it("replace and delete", async () => {
    const { resources } = await startAzure([tagged({ one: "1", two: "2" })]);
    const update = (operation: string, tags: Record<string, string>) =>
      resources.tagsOperations.updateAtScope(clusterId, { operation, properties: { tags } });

    expect((await update("Delete", { ONE: "1" })).properties?.tags).toEqual({ two: "2" });
    expect((await update("Replace", { three: "3" })).properties?.tags).toEqual({ three: "3" });
  });

  it("run as a long operation where Azure takes its time", async () => {
    const { resources, azure, pass } = await startAzure([aCluster()], {
      delays: { tagWrite: 5000 },
    });
    const poller = resources.tagsOperations.updateAtScope(clusterId, {
      operation: "Merge",
      properties: { tags: { a: "b" } },
    });

    await poller.submitted();
    expect(tagsOf(azure.store.find(clusterId) ?? { id: "" })).toEqual({});
    await pass(5);
    await poller.poll();

    expect(poller.isDone).toBe(true);
    expect(tagsOf(azure.store.find(clusterId) ?? { id: "" })).toEqual({ a: "b" });
  });

  it.each([
    ["a 51st tag", many(50), { more: "x" }],
    ["a forbidden character", {}, { "a/b": "x" }],
    ["a long value", {}, { a: "x".repeat(257) }],
  ])("refuse %s", async (_, present, wished) => {
    const { resources } = await startAzure([tagged(present)]);
    const write = resources.tagsOperations.updateAtScope(clusterId, {
      operation: "Merge",
      properties: { tags: wished },
    });
    await expect(write).rejects.toMatchObject({ statusCode: 400 });
  });

  it("are not taken by a stopped cluster, a locked one, or one that is not there", async () => {
    const stopped = aCluster({ powerState: { code: "Stopped" } });
    const locked = aCluster({}, { id: `${clusterId}-2`, name: "aks-one-2" });
    const lock = {
      id: `${clusterId}-2/providers/Microsoft.Authorization/locks/no`,
      name: "no",
      type: "Microsoft.Authorization/locks",
      properties: { level: "ReadOnly" },
    };
    const { resources } = await startAzure([stopped, locked, lock]);
    const write = (scope: string) =>
      resources.tagsOperations.updateAtScope(scope, {
        operation: "Merge",
        properties: { tags: { a: "b" } },
      });

    await expect(write(clusterId)).rejects.toMatchObject({ code: "OperationNotAllowed" });
    await expect(write(`${clusterId}-2`)).rejects.toMatchObject({
      statusCode: 409,
      code: "ScopeLocked",
    });
    await expect(write(`${clusterId}-3`)).rejects.toMatchObject({ code: "ResourceNotFound" });
    expect((await write(group)).properties?.tags).toEqual({ a: "b" });
  });
});

import { describe, expect, it } from "vitest";
import type { FaultKind, FaultRule } from "../../../local/azure/estate-entry.ts";
import { objectAt } from "../../../local/azure/json.ts";
import { tagsOf } from "../../../local/azure/store.ts";
import { aCluster, clusterId, startAzure } from "./simulated.ts";

const clusterTemplate =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}";
const tags = `${clusterId}/providers/Microsoft.Resources/tags/default?api-version=2025-04-01`;
const cluster = `${clusterId}?api-version=2026-06-01`;
const merge = { operation: "Merge", properties: { tags: { a: "b" } } };
const onTags = (fault: FaultKind, when: FaultRule["when"] = "first"): FaultRule => ({
  match: { method: "PATCH", pathTemplate: "/{scope}/providers/Microsoft.Resources/tags/default" },
  fault,
  when,
});
const startWith = async (...faults: readonly FaultRule[]) => {
  const started = await startAzure([aCluster()], { faults });
  const written = () => tagsOf(started.azure.store.find(clusterId) ?? { id: "" })["a"] === "b";
  return { ...started, written, write: () => started.arm("PATCH", tags, merge) };
};

describe("a fault", () => {
  it("hits the first time only, with Retry-After in seconds", async () => {
    const { write, written } = await startWith(onTags({ status: 429, retryAfter: 17 }));

    const first = await write();
    expect(first).toMatchObject({ status: 429, body: { error: { code: "TooManyRequests" } } });
    expect(first.headers.get("retry-after")).toBe("17");
    expect(written()).toBe(false);
    expect((await write()).status).toBe(200);
    expect(written()).toBe(true);
  });

  it.each<[string, FaultKind, number, string | null]>([
    ["429 with a date", { status: 429, retryAfter: "date" }, 429, "Mon, 02 Mar 2026 08:00:30 GMT"],
    ["429 without", { status: 429 }, 429, null],
    [
      "a refusal of one's own wording",
      { status: 409, code: "ScopeLocked", message: "locked" },
      409,
      null,
    ],
    ["an expired token", { kind: "expired-token" }, 401, null],
  ])("answers %s", async (_, fault, status, retryAfter) => {
    const { write } = await startWith(onTags(fault, "every"));
    const answer = await write();
    expect({
      status: answer.status,
      retryAfter: answer.headers.get("retry-after") ?? null,
    }).toEqual({
      status,
      retryAfter,
    });
    expect((await write()).status).toBe(status);
  });

  it.each<[string, FaultKind, boolean]>([
    ["before the effect", { kind: "reset-before" }, false],
    ["after the effect", { kind: "reset-after" }, true],
    ["in the middle of the answer", { kind: "truncated-page" }, true],
  ])("breaks the connection %s", async (_, fault, effect) => {
    const { write, written } = await startWith(onTags(fault));
    await expect(write()).rejects.toThrow();
    expect(written()).toBe(effect);
  });

  it.each<[string, FaultKind, boolean]>([
    ["before the effect", { kind: "no-answer" }, false],
    ["after the effect", { kind: "no-answer-after" }, true],
  ])("keeps silent on an open connection, %s; others are answered", async (_, fault, effect) => {
    const { url, written, write } = await startWith(onTags(fault));
    const callOff = new AbortController();
    let answered = false;
    const silent = fetch(`${url}${tags}`, {
      method: "PATCH",
      headers: { authorization: "Bearer t", "content-type": "application/json" },
      body: JSON.stringify(merge),
      signal: callOff.signal,
    }).finally(() => {
      answered = true;
    });
    const get = () => fetch(`${url}${tags}`, { headers: { authorization: "Bearer t" } });

    await expect.poll(async () => (await get()).status).toBe(200);
    await expect.poll(written).toBe(effect);
    expect(answered).toBe(false);
    callOff.abort();
    await expect(silent).rejects.toMatchObject({ name: "AbortError" });
    expect((await write()).status).toBe(200);
  });

  it("answers 500 though the request took effect", async () => {
    const { write, written } = await startWith(onTags({ status: 500, afterEffect: true }));
    expect((await write()).status).toBe(500);
    expect(written()).toBe(true);
  });

  it.each<FaultKind>([{ kind: "malformed-json" }, { kind: "html" }])(
    "spoils the body: %o",
    async (fault) => {
      const { url } = await startWith(onTags(fault));
      const answer = await fetch(`${url}${tags}`, {
        method: "PATCH",
        headers: { authorization: "Bearer t", "content-type": "application/json" },
        body: JSON.stringify(merge),
      });
      await expect(answer.json()).rejects.toThrow(SyntaxError);
    },
  );

  it("lets someone else's write land first", async () => {
    const match = { method: "PUT", pathTemplate: clusterTemplate };
    const fault = { kind: "overtaken", tag: "theirs" } as const;
    const { url, azure } = await startWith({ match, fault, when: "first" });
    const answer = await fetch(`${url}${cluster}`, {
      method: "PUT",
      headers: {
        authorization: "Bearer t",
        "content-type": "application/json",
        "if-match": azure.store.facts(clusterId)?.etag ?? "",
      },
      body: JSON.stringify({ location: "westeurope", properties: {} }),
    });
    expect(answer.status).toBe(412);
    expect(tagsOf(azure.store.find(clusterId) ?? { id: "" })).toMatchObject({
      theirs: "set meanwhile",
    });
  });

  it("answers late", async () => {
    const { write } = await startWith(onTags({ kind: "slow", milliseconds: 40 }));
    const before = performance.now();
    expect((await write()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(35);
  });

  it.each([
    ["operation-fails", "Failed"],
    ["operation-canceled", "Canceled"],
    ["operation-preempted", "Canceled"],
    ["operation-never-ends", "InProgress"],
  ] as const)("makes a long operation end otherwise: %s", async (kind, status) => {
    const match = { method: "PUT", pathTemplate: clusterTemplate };
    const { arm, azure, pass } = await startWith({ match, fault: { kind }, when: "first" });

    const accepted = await arm("PUT", cluster, { location: "westeurope", properties: {} });
    await pass(283);

    const poll = new URL(accepted.headers.get("azure-asyncoperation") ?? "");
    expect((await arm("GET", poll.pathname + poll.search)).body).toMatchObject({ status });
    const { provisioningState } = objectAt(azure.store.find(clusterId), "properties");
    expect(provisioningState).not.toBe("Succeeded");
  });

  it("hits by act: only the PUT that is after the add-on", async () => {
    const match = { method: "PUT", pathTemplate: clusterTemplate, act: "policy-addon" };
    const { arm, azure } = await startWith({ match, fault: { status: 503 }, when: "every" });
    const put = (properties: object) =>
      arm("PUT", cluster, JSON.parse(JSON.stringify({ location: "westeurope", properties })));

    expect((await put({ addonProfiles: { azurePolicy: { enabled: true } } })).status).toBe(503);
    expect((await put({})).status).toBe(200);
    expect(azure.operationsSeen()).toMatchObject([
      { method: "PUT", template: clusterTemplate, act: "policy-addon", count: 1 },
      { method: "PUT", template: clusterTemplate, act: null, count: 1 },
    ]);
  });

  it("hits by chance, the same for the same seed", async () => {
    const statuses = async () => {
      const { write } = await startWith(onTags({ status: 500 }, { probability: 0.5, seed: 7 }));
      const found: number[] = [];
      for (let count = 0; count < 12; count += 1) found.push((await write()).status);
      return found;
    };
    const first = await statuses();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await statuses()).toEqual(first);
  });

  it("is refused when it names an operation that is not there", async () => {
    const match = { method: "PATCH", pathTemplate: "/nothing/{here}" };
    await expect(startWith({ match, fault: { status: 500 }, when: "every" })).rejects.toThrow(
      "/nothing/{here}",
    );
  });
});

describe("a change by someone else", () => {
  const terraform = { name: "terraform", objectId: "o", appId: "a", upn: null };

  it("goes through the provider, takes its time and raises an event of that caller", async () => {
    const { azure, pass } = await startAzure([
      aCluster({
        addonProfiles: { azurepolicy: { enabled: true } },
        autoUpgradeProfile: { upgradeChannel: "patch" },
      }),
    ]);
    const addon = { azurepolicy: { enabled: false } };

    await azure.changeAs(terraform, clusterId, { properties: { addonProfiles: addon } });
    await pass(283);

    const properties = objectAt(azure.store.find(clusterId), "properties");
    expect(properties).toMatchObject({
      provisioningState: "Succeeded",
      addonProfiles: addon,
      autoUpgradeProfile: { upgradeChannel: "patch" },
    });
    expect(azure.events).toMatchObject([{ data: { claims: { appid: "a" } } }]);
    expect(azure.missteps).toEqual([]);
  });

  it("of a type without a provider here changes the store, with the same event", async () => {
    const id = clusterId.replace("ContainerService/managedClusters", "Network/virtualNetworks");
    const { azure } = await startAzure([
      { id, name: "aks-one", type: "Microsoft.Network/virtualNetworks", tags: { a: "1" } },
    ]);

    await azure.changeAs(terraform, id, { tags: { b: "2" } });

    expect(tagsOf(azure.store.find(id) ?? { id })).toEqual({ a: "1", b: "2" });
    expect(azure.events).toMatchObject([
      { subject: id, data: { operationName: "Microsoft.Network/virtualNetworks/write" } },
    ]);
  });

  it("tells when Azure refuses, or when nothing is there", async () => {
    const { azure } = await startAzure([aCluster({ powerState: { code: "Stopped" } })]);
    await expect(azure.changeAs(terraform, clusterId, { tags: {} })).rejects.toThrow(
      "OperationNotAllowed",
    );
    await expect(azure.changeAs(terraform, `${clusterId}-none`, {})).rejects.toThrow(
      "There is no resource",
    );
  });
});

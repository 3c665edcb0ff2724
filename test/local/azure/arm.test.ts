import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type JsonObject, listAt, textAt } from "../../../local/azure/json.ts";
import { folderOfTest } from "../../support/test-folder.ts";
import {
  aCluster,
  clusterId,
  group,
  startAzure,
  subscription,
  subscriptionId,
} from "./simulated.ts";

const cluster = `${clusterId}?api-version=2026-06-01`;
const aLock = (scope: string, level: string): JsonObject => ({
  id: `${scope}/providers/Microsoft.Authorization/locks/hold`,
  name: "hold",
  type: "Microsoft.Authorization/locks",
  properties: { level },
});
const codeOf = (answer: { body: unknown }): string | null => {
  const { error } = answer.body as { error: JsonObject };
  return textAt(error, "code");
};

describe("Azure Resource Manager", () => {
  it("holds subscriptions and groups that resources imply", async () => {
    const { arm, resources } = await startAzure([aCluster()]);

    const { body } = await arm("GET", "/subscriptions?api-version=2022-12-01");
    expect(listAt(body, "value")).toMatchObject([{ subscriptionId }]);
    expect((await resources.resourceGroups.get("rg-one")).location).toBe("westeurope");
    expect((await resources.resourceGroups.checkExistence("rg-none")).body).toBe(false);
  });

  it("finds what an address must encode", async () => {
    const place = group.replace("rg-one", "Rg.(Zwei)-\u00fc");
    const id = `${place}/providers/Microsoft.ContainerRegistry/registries/images`;
    const { arm } = await startAzure([
      { id, name: "images", type: "Microsoft.ContainerRegistry/registries", properties: {} },
    ]);
    const found = await arm("GET", `${encodeURI(id)}?api-version=2025-04-01`);
    expect(found).toMatchObject({ status: 200, body: { id } });
    const list = id.replace(/\/images$/, "");
    const inGroup = await arm("GET", `${encodeURI(list)}?api-version=2025-04-01`);
    expect(listAt(inGroup.body, "value")).toMatchObject([{ id }]);
  });

  it("tells when a resource was created, which the resource itself does not", async () => {
    const { resources } = await startAzure([aCluster()]);
    const filter =
      "resourceType eq 'Microsoft.ContainerService/managedClusters' and name eq 'aks-one'";
    const found = [];
    for await (const one of resources.resources.list({ expand: "createdTime", filter }))
      found.push(one);

    expect(found.map(({ createdTime }) => createdTime?.toISOString())).toEqual([
      "2026-01-01T10:00:00.000Z",
    ]);
    expect((await resources.providers.get("Microsoft.PolicyInsights")).registrationState).toBe(
      "Registered",
    );
  });

  it.each([
    [
      "no token",
      { path: "/subscriptions?api-version=2022-12-01", code: "AuthenticationFailed", status: 401 },
    ],
    ["no api-version", { path: clusterId, code: "MissingApiVersionParameter", status: 400 }],
    [
      "an unknown api-version",
      {
        path: `${clusterId}?api-version=1999-01-01`,
        code: "InvalidApiVersionParameter",
        status: 400,
      },
    ],
    [
      "an unknown type",
      {
        path: `${group}/providers/Microsoft.Nothing/things?api-version=2020-01-01`,
        code: "InvalidResourceType",
        status: 404,
      },
    ],
    [
      "an unknown subscription",
      {
        path: `${cluster.replace(subscriptionId, "99999999-2222-4333-8444-555555555555")}`,
        code: "SubscriptionNotFound",
        status: 404,
      },
    ],
  ])("refuses %s", async (what, { path, code, status }) => {
    const { url, azure } = await startAzure([aCluster()]);
    const headers: Record<string, string> =
      what === "no token" ? {} : { authorization: "Bearer t" };
    const answer = await fetch(`${url}${path}`, { headers });

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
    expect(azure.unhandled).toHaveLength(code.startsWith("Inv") || code.startsWith("Miss") ? 1 : 0);
  });

  it("binds every write below a ReadOnly lock, and deletes below a CanNotDelete lock", async () => {
    const { arm } = await startAzure([aCluster(), aLock(group, "CanNotDelete")]);
    const write = () => arm("PATCH", cluster, { tags: { a: "b" } });
    const lockAddress = `${group}/providers/Microsoft.Authorization/locks/hold?api-version=2020-05-01`;

    expect(codeOf(await arm("DELETE", cluster))).toBe("ScopeLocked");
    expect((await arm("PUT", lockAddress, { properties: { level: "ReadOnly" } })).status).toBe(200);
    expect(codeOf(await write())).toBe("ScopeLocked");
    const plan = `${subscription}/providers/Microsoft.Security/pricings/Arm?api-version=2024-01-01`;
    expect((await arm("PUT", plan, { properties: { pricingTier: "Standard" } })).status).toBe(200);
    const listed = await arm(
      "GET",
      `${clusterId}/providers/Microsoft.Authorization/locks?api-version=2020-05-01`,
    );
    expect(listAt(listed.body, "value")).toHaveLength(1);
    expect((await arm("DELETE", lockAddress)).status).toBe(200);
    expect((await write()).status).toBe(200);
  });

  it("records each exchange with https addresses and without the token", async () => {
    const recordTo = join(folderOfTest(), "traffic.jsonl");
    const { arm } = await startAzure([aCluster()], { recordTo });

    await arm("PATCH", cluster, { tags: { a: "b" } });

    const [line = ""] = readFileSync(recordTo, "utf8").split("\n");
    expect(JSON.parse(line)).toMatchObject({
      method: "PATCH",
      url: `https://management.azure.com${cluster}`,
      requestBody: { tags: { a: "b" } },
      status: 200,
      responseBody: { id: clusterId },
    });
    expect(line.toLowerCase()).not.toContain("bearer");
  });
});

describe("a role", () => {
  const reader = {
    actions: ["Microsoft.ContainerService/managedClusters/read", "*/subscriptions/read"],
  };

  it("grants what it lists, and names action and scope of what it does not", async () => {
    const { arm } = await startAzure([aCluster()], { role: reader });

    expect((await arm("GET", cluster)).status).toBe(200);
    const refused = await arm("PATCH", cluster, { tags: {} });
    expect(codeOf(refused)).toBe("AuthorizationFailed");
    expect(JSON.stringify(refused.body)).toContain(
      `'Microsoft.ContainerService/managedClusters/write' over scope '${clusterId}'`,
    );
  });

  it("hides subscriptions that may not be read", async () => {
    const { arm } = await startAzure([aCluster()], {
      role: { ...reader, scopes: ["/subscriptions/other"] },
    });
    const { status, body } = await arm("GET", "/subscriptions?api-version=2022-12-01");
    expect({ status, value: listAt(body, "value") }).toEqual({ status: 200, value: [] });
  });

  it("without role assignments lets extensions of a plan fail, and the write of a tag pass by either right", async () => {
    const role = {
      actions: [
        "Microsoft.Security/pricings/*",
        "Microsoft.ContainerService/managedClusters/write",
      ],
    };
    const { arm } = await startAzure([aCluster()], { role });
    const plan = `${subscription}/providers/Microsoft.Security/pricings/Containers?api-version=2024-01-01`;

    const answer = await arm("PUT", plan, { properties: { pricingTier: "Standard" } });
    expect(JSON.stringify(answer.body)).toContain("Failed assigning roles");
    const tags = `${clusterId}/providers/Microsoft.Resources/tags/default?api-version=2025-04-01`;
    const merge = { operation: "Merge", properties: { tags: { a: "b" } } };
    expect((await arm("PATCH", tags, merge)).status).toBe(200);
  });

  it("needs an action of its own to follow a cluster's write, and tells what was refused", async () => {
    const write = "Microsoft.ContainerService/managedClusters/write";
    const { arm, azure } = await startAzure([aCluster()], { role: { actions: [write] } });
    const accepted = await arm("PUT", cluster, aCluster());
    expect(codeOf(await arm("GET", operationOf(accepted)))).toBe("AuthorizationFailed");
    expect(azure.unauthorized).toHaveLength(1);
    expect(azure.unauthorized[0]).toContain(
      "'Microsoft.ContainerService/locations/operations/read'",
    );

    const both = { actions: [write, "Microsoft.ContainerService/locations/operations/read"] };
    const other = await startAzure([aCluster()], { role: both });
    const again = await other.arm("PUT", cluster, aCluster());
    const status = await other.arm("GET", operationOf(again));
    expect(status.status).toBe(200);
    expect(other.azure.unauthorized).toEqual([]);
  });

  it("does not bind others", async () => {
    const { azure } = await startAzure([aCluster()], { role: { actions: [] } });
    const person = { name: "P", objectId: "o", appId: null, upn: "p@contoso.com" };
    const answer = await azure.actAs(person, {
      method: "PATCH",
      path: cluster,
      body: { tags: {} },
    });
    expect(answer.status).toBe(200);
  });
});

/** Path and query at which an accepted write is followed. */
function operationOf({ headers }: { headers: { get(name: string): string | undefined } }): string {
  const { pathname, search } = new URL(headers.get("azure-asyncoperation") ?? "");
  return `${pathname}${search}`;
}

describe("throttling", () => {
  it("lets a cluster take 20 writes at once and then one a minute, on the simulator's clock", async () => {
    const { arm, pass } = await startAzure([aCluster()], { throttling: true });
    const put = () => arm("PUT", cluster, {});
    for (let count = 0; count < 20; count += 1) expect((await put()).status).toBe(400);

    const throttled = await put();
    expect(throttled.status).toBe(429);
    expect(codeOf(throttled)).toBe("Throttled");
    expect(throttled.headers.get("retry-after")).toBe("60");
    await pass(60);
    expect((await put()).status).toBe(400);
  });

  it("counts reads of a subscription, tells what is left, and refills 25 a second", async () => {
    const { arm, pass } = await startAzure([aCluster()], { throttling: true });
    const read = () =>
      arm("GET", `${group.replace("resourceGroups", "resourcegroups")}?api-version=2025-04-01`);
    const first = await read();
    expect(first.headers.get("x-ms-ratelimit-remaining-subscription-reads")).toBe("249");
    for (let count = 1; count < 250; count += 1) await read();

    const throttled = await read();
    expect(codeOf(throttled)).toBe("SubscriptionRequestsThrottled");
    expect(throttled.headers.get("retry-after")).toBe("1");
    await pass(1);
    const after = await read();
    expect(after.headers.get("x-ms-ratelimit-remaining-subscription-reads")).toBe("24");
  });
});

import { describe, expect, it } from "vitest";
import { policyAddonRuns } from "../../../local/azure/aks/addons.ts";
import { type JsonObject, merged, objectAt, textAt } from "../../../local/azure/json.ts";
import { aCluster, clusterId, group, startAzure, subscription } from "./simulated.ts";

const version = "api-version=2026-06-01";
const address = `${clusterId}?${version}`;
const writable = ({ properties, location, sku }: JsonObject): JsonObject => {
  const { provisioningState, powerState, currentKubernetesVersion, fqdn, ...rest } =
    properties as JsonObject;
  return { location, sku, properties: rest };
};
const withAddon = (cluster = aCluster()): JsonObject =>
  merged(writable(cluster), {
    properties: { addonProfiles: { azurepolicy: { enabled: true } } },
  }) as JsonObject;

describe("the Policy add-on", () => {
  it("comes on through the SDK's poller after Azure's time, with an identity", async () => {
    const { containers, azure, pass } = await startAzure([aCluster()]);
    const cluster = await containers.managedClusters.get("rg-one", "aks-one");
    const wished = { ...cluster, addonProfiles: { azurepolicy: { enabled: true } } };

    const poller = containers.managedClusters.createOrUpdate("rg-one", "aks-one", wished);
    await poller.submitted();
    const during = await containers.managedClusters.get("rg-one", "aks-one");
    expect(during.provisioningState).toBe("Updating");
    await poller.poll();
    expect(poller.isDone).toBe(false);
    await pass(283);
    await poller.poll();

    expect(poller.isDone).toBe(true);
    const after = await containers.managedClusters.get("rg-one", "aks-one");
    expect(after.provisioningState).toBe("Succeeded");
    expect(after.addonProfiles?.["azurepolicy"]?.identity?.resourceId).toContain(
      "azurepolicy-aks-one",
    );
    expect(policyAddonRuns(azure.store.find(clusterId) ?? {})).toBe(true);
  });

  it("is not deployed under a second key that differs in case, and the misstep is noted", async () => {
    const cluster = aCluster({ addonProfiles: { azurePolicy: { enabled: false } } });
    const { arm, azure, pass } = await startAzure([cluster]);

    expect((await arm("PUT", address, withAddon())).status).toBe(200);
    await pass(283);

    const found = azure.store.find(clusterId) ?? {};
    const profiles = objectAt(objectAt(found, "properties"), "addonProfiles");
    expect(Object.keys(profiles)).toEqual(["azurePolicy", "azurepolicy"]);
    expect(policyAddonRuns(found)).toBe(false);
    expect(azure.missteps.map(({ kind }) => kind)).toContain("duplicate-addon-key");
    const both = { azurePolicy: { enabled: true }, azurepolicy: { enabled: true } };
    expect(policyAddonRuns(aCluster({ addonProfiles: both }))).toBe(false);
    expect(policyAddonRuns(aCluster({ addonProfiles: { azurePolicy: { enabled: true } } }))).toBe(
      true,
    );
  });

  it("needs Microsoft.PolicyInsights to be registered", async () => {
    const registration = {
      id: `${subscription}/providers/Microsoft.PolicyInsights`,
      namespace: "Microsoft.PolicyInsights",
      registrationState: "NotRegistered",
    };
    const { arm } = await startAzure([aCluster(), registration]);

    const refused = await arm("PUT", address, withAddon());
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: "MissingSubscriptionRegistration" } },
    });
    await arm("POST", `${registration.id}/register?api-version=2025-04-01`);
    expect((await arm("PUT", address, withAddon())).status).toBe(200);
  });
});

describe("a PUT", () => {
  it("keeps add-ons that it leaves out, and takes away other properties that it leaves out", async () => {
    const { arm, azure } = await startAzure([
      aCluster({
        addonProfiles: { omsagent: { enabled: true } },
        autoUpgradeProfile: { upgradeChannel: "patch" },
      }),
    ]);

    await arm("PUT", address, withAddon());

    const properties = objectAt(azure.store.find(clusterId), "properties");
    expect(Object.keys(objectAt(properties, "addonProfiles"))).toEqual(["omsagent", "azurepolicy"]);
    expect(properties["autoUpgradeProfile"]).toBeUndefined();
    expect(properties["agentPoolProfiles"]).toHaveLength(1);
  });

  it("of nothing but an add-on, as the built-in policy sends it, leaves pools and names alone", async () => {
    const { arm, azure } = await startAzure([aCluster()]);
    const before = objectAt(azure.store.find(clusterId), "properties");
    const addonProfiles = { azurepolicy: { enabled: true } };

    const { status } = await arm("PUT", address, {
      location: "westeurope",
      properties: { addonProfiles },
    });

    const after = objectAt(azure.store.find(clusterId), "properties");
    expect(status).toBe(200);
    for (const key of ["agentPoolProfiles", "dnsPrefix", "nodeResourceGroup", "enableRBAC"]) {
      expect(after[key]).toEqual(before[key]);
    }
  });

  it("ignores read-only properties and counts them", async () => {
    const { arm, azure } = await startAzure([aCluster()]);
    const body = merged(withAddon(), {
      properties: { fqdn: "elsewhere", powerState: { code: "Stopped" } },
    });

    await arm("PUT", address, body);

    const properties = objectAt(azure.store.find(clusterId), "properties");
    expect(properties["fqdn"]).toBe("aks-one-dns-1.hcp.westeurope.azmk8s.io");
    expect(objectAt(properties, "powerState")["code"]).toBe("Running");
    expect(azure.missteps).toMatchObject([
      { kind: "read-only-property", detail: "properties.fqdn, properties.powerState" },
    ]);
  });

  it("never shows a secret that was sent", async () => {
    const { arm } = await startAzure([aCluster()]);
    const secret = { properties: { servicePrincipalProfile: { clientId: "c", secret: "hush" } } };

    await arm("PUT", address, merged(withAddon(), secret));

    expect(JSON.stringify((await arm("GET", address)).body)).not.toContain("hush");
  });

  it.each([
    ["location", { location: "northeurope" }],
    ["dnsPrefix", { properties: { dnsPrefix: "other" } }],
  ])("refuses to change %s", async (_, change) => {
    const { arm } = await startAzure([aCluster()]);
    const { status, body } = await arm("PUT", address, merged(withAddon(), change));
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { code: "PropertyChangeNotAllowed" } },
    });
  });

  it("heeds If-Match, and gives a new etag", async () => {
    const { containers, pass } = await startAzure([aCluster()]);
    const cluster = await containers.managedClusters.get("rg-one", "aks-one");
    const put = (ifMatch: string) =>
      containers.managedClusters
        .createOrUpdate("rg-one", "aks-one", cluster, { ifMatch })
        .submitted();

    await expect(put("stale")).rejects.toMatchObject({
      statusCode: 412,
      code: "PreconditionFailed",
    });
    await put("etag-at-start");
    await pass(283);
    await expect(put("etag-at-start")).rejects.toMatchObject({ statusCode: 412 });
  });

  it("is refused on a busy and on a stopped cluster", async () => {
    const stopped = aCluster(
      { powerState: { code: "Stopped" } },
      { id: `${clusterId}-2`, name: "aks-one-2" },
    );
    const { arm } = await startAzure([aCluster(), stopped]);
    await arm("PUT", address, withAddon());

    const busy = await arm("PUT", address, withAddon());
    expect(busy).toMatchObject({ status: 409, body: { error: { code: "OperationNotAllowed" } } });
    const asleep = await arm("PUT", `${clusterId}-2?${version}`, withAddon());
    expect(asleep).toMatchObject({ status: 409, body: { error: { code: "OperationNotAllowed" } } });
    expect(textAt(objectAt(asleep.body, "error"), "message")).toContain("Power State(Stopped)");
  });

  it("creates a cluster in a group that exists, and in no other", async () => {
    const { arm, pass } = await startAzure([aCluster()]);
    const elsewhere = clusterId.replace("rg-one", "rg-none");

    const created = await arm("PUT", `${clusterId}-new?${version}`, withAddon());
    expect(created.status).toBe(201);
    await pass(200);
    expect((await arm("GET", `${clusterId}-new?${version}`)).body).toMatchObject({
      properties: { provisioningState: "Succeeded" },
    });
    expect(await arm("PUT", `${elsewhere}?${version}`, withAddon())).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceGroupNotFound" } },
    });
  });
});

describe("what the estate may say of a cluster", () => {
  const manner = (more: JsonObject): JsonObject => ({
    kind: "Manner",
    resource: clusterId,
    ...more,
  });

  it("busy until a time, then free, with an event of its own", async () => {
    const until = "2026-03-02T08:10:00Z";
    const { arm, azure, pass } = await startAzure([
      aCluster({ provisioningState: "Upgrading" }),
      manner({ behaviour: "busy-until", until }),
    ]);

    expect((await arm("PUT", address, withAddon())).status).toBe(409);
    await pass(600);
    expect((await arm("PUT", address, withAddon())).status).toBe(200);
    expect(azure.events.map(({ eventType }) => eventType)).toEqual([
      "Microsoft.Resources.ResourceWriteFailure",
      "Microsoft.Resources.ResourceWriteSuccess",
    ]);
  });

  it("a write that fails leaves the cluster as it was, and Failed", async () => {
    const { arm, azure, pass } = await startAzure([
      aCluster(),
      manner({ behaviour: "operation-fails", times: 1 }),
    ]);

    const accepted = await arm("PUT", address, withAddon());
    await pass(283);
    const poll = new URL(accepted.headers.get("azure-asyncoperation") ?? "");
    expect(poll.origin).toBe("https://management.azure.com");

    expect(await arm("GET", poll.pathname + poll.search)).toMatchObject({
      status: 200,
      body: { status: "Failed", error: { code: "AddonInstallationFailed" } },
    });
    const properties = objectAt(azure.store.find(clusterId), "properties");
    expect(properties["provisioningState"]).toBe("Failed");
    expect(properties["addonProfiles"]).toBeUndefined();
    expect((await arm("PUT", address, withAddon())).status).toBe(200);
  });

  it("a write that is displaced, and the other operation that runs on", async () => {
    const { arm, azure, pass } = await startAzure([
      aCluster(),
      manner({ behaviour: "operation-preempted", times: 1 }),
    ]);

    const accepted = await arm("PUT", address, withAddon());
    await pass(200);
    const poll = new URL(accepted.headers.get("azure-asyncoperation") ?? "");
    expect((await arm("GET", poll.pathname + poll.search)).body).toMatchObject({
      status: "Canceled",
      error: { code: "AKSOperationPreempted" },
    });
    expect(objectAt(azure.store.find(clusterId), "properties")["provisioningState"]).toBe(
      "Upgrading",
    );
    await pass(300);
    expect(objectAt(azure.store.find(clusterId), "properties")["provisioningState"]).toBe(
      "Succeeded",
    );
  });

  it("a busy cluster that gives way: the write displaces, and that is noted", async () => {
    const { arm, azure } = await startAzure([
      aCluster(),
      manner({ behaviour: "busy-yields-to-writes" }),
    ]);
    await azure.actAs(
      { name: "a person", objectId: "o", appId: null, upn: "person@contoso.com" },
      { method: "PUT", path: address, body: withAddon() },
    );

    expect((await arm("PUT", address, withAddon())).status).toBe(200);
    expect(azure.missteps).toMatchObject([{ kind: "preempted-operation", caller: "app" }]);
    expect(azure.events[0]).toMatchObject({
      eventType: "Microsoft.Resources.ResourceWriteFailure",
    });
  });

  it("writes denied by policy, and rights missing on what the cluster refers to", async () => {
    const other = `${clusterId}-2`;
    const { arm } = await startAzure([
      aCluster(),
      aCluster({}, { id: other, name: "aks-one-2" }),
      manner({ behaviour: "write-denied-by-policy", policy: "freeze" }),
      {
        kind: "Manner",
        resource: other,
        behaviour: "linked-authorization-fails",
        linked: group,
        action: "x/join/action",
      },
    ]);

    expect(await arm("PUT", address, withAddon())).toMatchObject({
      status: 403,
      body: { error: { code: "RequestDisallowedByPolicy" } },
    });
    expect(await arm("PUT", `${other}?${version}`, withAddon())).toMatchObject({
      status: 403,
      body: { error: { code: "LinkedAuthorizationFailed" } },
    });
  });
});

describe("other operations of clusters", () => {
  it("reads one, all of a group and all of a subscription, page by page", async () => {
    const second = aCluster(
      {},
      { id: `${group}-b/providers/Microsoft.ContainerService/managedClusters/b`, name: "b" },
    );
    const third = aCluster({}, { id: `${clusterId}-3`, name: "aks-one-3" });
    const { containers } = await startAzure([aCluster(), second, third], { pageSize: 2 });
    const names = async (list: AsyncIterable<{ name?: string }>) => {
      const found: (string | undefined)[] = [];
      for await (const { name } of list) found.push(name);
      return found;
    };

    expect(await names(containers.managedClusters.list())).toEqual(["aks-one", "b", "aks-one-3"]);
    expect(await names(containers.managedClusters.listByResourceGroup("rg-one"))).toEqual([
      "aks-one",
      "aks-one-3",
    ]);
    expect(await names(containers.agentPools.list("rg-one", "aks-one"))).toEqual(["system"]);
    await expect(containers.managedClusters.get("rg-one", "none")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  it("stops, refuses a write then, starts again, and deletes", async () => {
    const { containers, arm, azure, pass } = await startAzure([aCluster()]);
    await containers.managedClusters.stop("rg-one", "aks-one").submitted();
    await pass(145);
    expect((await arm("PUT", address, withAddon())).status).toBe(409);
    await containers.managedClusters.start("rg-one", "aks-one").submitted();
    await pass(145);
    expect((await arm("PUT", address, withAddon())).status).toBe(200);
    await containers.managedClusters.delete("rg-one", "aks-one").submitted();
    await pass(145);

    expect((await arm("GET", address)).status).toBe(404);
    expect(azure.events.map(({ data }) => data["operationName"])).toEqual([
      "Microsoft.ContainerService/managedClusters/stop/action",
      "Microsoft.ContainerService/managedClusters/write",
      "Microsoft.ContainerService/managedClusters/start/action",
      "Microsoft.ContainerService/managedClusters/write",
      "Microsoft.ContainerService/managedClusters/delete",
    ]);
  });
});

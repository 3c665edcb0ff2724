import { expect, it } from "vitest";
import {
  type AzureWorld,
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  groupId,
  subscriptionId,
} from "../../support/azure-world.ts";

const subscription = `/subscriptions/${subscriptionId}`;
const plan = (tier: string): Entry => ({
  id: `${subscription}/providers/Microsoft.Security/pricings/Containers`,
  name: "Containers",
  type: "Microsoft.Security/pricings",
  properties: { pricingTier: tier, extensions: [] },
});
const estate: readonly Entry[] = [
  { id: subscription, subscriptionId, displayName: "Shop", state: "Enabled", tags: {} },
  {
    id: groupId,
    name: "rg-shop",
    type: "Microsoft.Resources/resourceGroups",
    location: "westeurope",
    tags: { owner: "group@contoso.com" },
  },
  ...["one", "two", "three"].map((name) => aManagedCluster(name)),
];
const asked = ({ exchanges }: Pick<AzureWorld, "exchanges">, pattern: RegExp): number =>
  exchanges().filter(({ url }) => pattern.test(url)).length;
const isOn = (found: Awaited<ReturnType<AzureWorld["gateways"]["plans"]["list"]>>): boolean =>
  found.kind === "found" && found.plans.some(({ name, on }) => name === "Containers" && on);

it("asks once what all looks in a subscription want to know of it", async () => {
  const { gateways, exchanges } = await azureOfTest([...estate, plan("Standard")]);
  for (const name of ["one", "two", "three"]) {
    const id = clusterIdOf(name);
    await gateways.estate.recentSubscription(subscriptionId);
    await gateways.plans.recent(subscriptionId.toUpperCase());
    expect(await gateways.clusters.createdAt(id)).toMatchObject({ kind: "known" });
    const { tags } = await gateways.owners.facts(id, { owner: `${name}@contoso.com` });
    expect(tags.map(({ value }) => value)).toEqual([`${name}@contoso.com`, "group@contoso.com"]);
  }
  // The subscription, three providers, plans, creation times, tags of group and subscription, contacts.
  expect(exchanges()).toHaveLength(9);
});

it("shows a plan that was just switched on, to looks that remember it as off", async () => {
  const { gateways } = await azureOfTest([...estate, plan("Free")]);
  expect(isOn(await gateways.plans.recent(subscriptionId))).toBe(false);
  await gateways.plans.enable(subscriptionId, {
    name: "Containers",
    subPlan: null,
    extensions: [],
  });
  expect(isOn(await gateways.plans.recent(subscriptionId))).toBe(true);
});

it("shows to all what the look that writes plans has read itself", async () => {
  const { gateways, azure } = await azureOfTest([...estate, plan("Standard")]);
  expect(isOn(await gateways.plans.recent(subscriptionId))).toBe(true);
  const off = `${azure.url()}${String(plan("Free")["id"])}?api-version=2024-01-01`;
  const headers = { "content-type": "application/json", authorization: "Bearer test" };
  const body = JSON.stringify({ properties: { pricingTier: "Free" } });
  expect((await fetch(off, { method: "PUT", headers, body })).ok).toBe(true);
  expect(isOn(await gateways.plans.list(subscriptionId))).toBe(false);
  expect(isOn(await gateways.plans.recent(subscriptionId))).toBe(false);
});

it("keeps no refusal and no fault", async () => {
  const path = "/{scopeId}/providers/Microsoft.Security/pricings";
  const busy = aFault({ method: "GET", path, fault: { status: 429, retryAfter: 7 } });
  const { gateways } = await azureOfTest([...estate, plan("Standard"), busy]);
  expect(await gateways.plans.recent(subscriptionId)).toMatchObject({ kind: "wait", seconds: 7 });
  expect(isOn(await gateways.plans.recent(subscriptionId))).toBe(true);
});

it("asks anew for the creation time of a cluster that nobody has named yet", async () => {
  const { gateways, exchanges } = await azureOfTest(estate);
  await gateways.clusters.createdAt(clusterIdOf("one"));
  await gateways.clusters.createdAt(clusterIdOf("none"));
  expect(asked({ exchanges }, /\/resources\?/)).toBe(2);
});

it("asks for the tags of many resources by the page, for those of few one by one", async () => {
  const names = Array.from({ length: 30 }, (_, place) => `aks-${place}`);
  const tagged = names.map((name) =>
    aManagedCluster(name, {}, { tags: { owner: `${name}@contoso.com` } }),
  );
  const { gateways, exchanges } = await azureOfTest([...estate, ...tagged]);
  const all = await gateways.owners.factsOf([...names.map(clusterIdOf), clusterIdOf("gone")]);
  expect(all.get(clusterIdOf("aks-7"))?.tags.map(({ value }) => value)).toEqual([
    "aks-7@contoso.com",
    "group@contoso.com",
  ]);
  expect(all.get(clusterIdOf("gone"))?.tags.map(({ value }) => value)).toEqual([
    "group@contoso.com",
  ]);
  // One query, the missing one's own tags, group, subscription, contacts.
  expect(exchanges()).toHaveLength(5);
  await gateways.owners.factsOf(names.slice(0, 2).map(clusterIdOf));
  expect(asked({ exchanges }, /ResourceGraph/)).toBe(1);
  expect(exchanges()).toHaveLength(5 + 2 + 3);
});

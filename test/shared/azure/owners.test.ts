import { expect, it, onTestFinished, vi } from "vitest";
import {
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  groupId,
  subscriptionId,
} from "../../support/azure-world.ts";

const subscription = `/subscriptions/${subscriptionId}`;
const contact = (properties: Entry, name = "default"): Entry => ({
  id: `${subscription}/providers/Microsoft.Security/securityContacts/${name}`,
  name,
  type: "Microsoft.Security/securityContacts",
  properties,
});
const estate: readonly Entry[] = [
  {
    id: subscription,
    subscriptionId,
    displayName: "Shop",
    state: "Enabled",
    tags: { Contact: "sub@contoso.com" },
  },
  {
    id: groupId,
    name: "rg-shop",
    type: "Microsoft.Resources/resourceGroups",
    location: "westeurope",
    tags: { owner: "group@contoso.com", color: "red" },
  },
  aManagedCluster(
    "prod",
    {},
    {
      tags: {
        "Technical-Owner": "tech@contoso.com; two@contoso.com",
        owner: "ann@contoso.com",
        Contact: " ",
      },
    },
  ),
];

it("names owners by tags from the resource outwards, and the security contact", async () => {
  const { gateways } = await azureOfTest([
    ...estate,
    contact({ emails: "soc@contoso.com;ops@contoso.com; soc@contoso.com", isEnabled: true }),
  ]);
  expect(await gateways.owners.facts(clusterIdOf("prod"))).toEqual({
    tags: [
      { on: "resource", scopeName: "prod", name: "owner", value: "ann@contoso.com" },
      {
        on: "resource",
        scopeName: "prod",
        name: "Technical-Owner",
        value: "tech@contoso.com; two@contoso.com",
      },
      { on: "resource group", scopeName: "rg-shop", name: "owner", value: "group@contoso.com" },
      { on: "subscription", scopeName: subscriptionId, name: "Contact", value: "sub@contoso.com" },
    ],
    securityContacts: ["soc@contoso.com", "ops@contoso.com"],
    unreadable: [],
  });
});

it("asks a subscription for its own tags only, and takes no contact that is off", async () => {
  const { gateways } = await azureOfTest([
    ...estate,
    contact({ emails: "soc@contoso.com", isEnabled: false }),
  ]);
  const facts = await gateways.owners.facts(subscription);
  expect(facts.tags.map(({ value }) => value)).toEqual(["sub@contoso.com"]);
  expect(facts.securityContacts).toEqual([]);
});

it("says which scopes it may not read", async () => {
  const role = { actions: ["Microsoft.Resources/tags/read"], scopes: [clusterIdOf("prod")] };
  const { gateways } = await azureOfTest(estate, { role });
  const { tags, securityContacts, unreadable } = await gateways.owners.facts(clusterIdOf("prod"));
  expect(securityContacts).toBeNull();
  expect(tags.map(({ value }) => value)).toContain("ann@contoso.com");
  expect(unreadable).toEqual([
    "tags of resource group rg-shop: AuthorizationFailed",
    `tags of subscription ${subscriptionId}: AuthorizationFailed`,
    `security contact of ${subscriptionId}: AuthorizationFailed`,
  ]);
});

it("fails as one when Azure keeps the contact from us while tags are still being read", async () => {
  const alone = vi.fn();
  process.on("unhandledRejection", alone);
  onTestFinished(() => void process.off("unhandledRejection", alone));
  const path = "/subscriptions/{subscriptionId}/providers/Microsoft.Security/securityContacts";
  const tagsPath = "/{scope}/providers/Microsoft.Resources/tags/default";
  const slow = { kind: "slow", milliseconds: 60 };
  const { gateways } = await azureOfTest([
    ...estate,
    aFault({ method: "GET", path, fault: { status: 429 } }),
    aFault({ method: "GET", path: tagsPath, fault: slow, when: "every" }),
  ]);
  await expect(gateways.owners.facts(clusterIdOf("prod"))).rejects.toThrow("throttled");
  expect(alone).not.toHaveBeenCalled();
});

it("finds nobody for a resource that is gone, and no resource", async () => {
  const { gateways } = await azureOfTest([]);
  const gone = clusterIdOf("none").replace(subscriptionId, subscriptionId);
  const facts = await gateways.owners.facts(gone);
  expect(facts.tags).toEqual([]);
  expect(await gateways.owners.facts("mailto:x")).toMatchObject({
    tags: [],
    unreadable: [expect.stringContaining("mailto:x")],
  });
});

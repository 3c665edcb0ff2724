import { beforeEach, expect, it } from "vitest";
import { watchedAmong } from "../../../functions/activities/scope.ts";
import { aPolicy } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const [shop, lab] = [
  "11111111-aaaa-4000-8000-000000000001",
  "22222222-aaaa-4000-8000-000000000002",
];
const yesterday = "2026-11-22T08:00:00.000Z";
const today = "2026-11-23T08:00:00.000Z";

let tables: ReturnType<typeof createInMemoryGateways>;

beforeEach(() => {
  tables = createInMemoryGateways();
});

type Scope = ReturnType<typeof aPolicy>["scope"];

async function isWatched(over: Partial<Scope>, subscriptionId = shop): Promise<boolean> {
  const scope = { ...aPolicy().scope, ...over };
  return (await watchedAmong(tables.system, aPolicy({ scope }), [subscriptionId])).size > 0;
}

it("is what the policy names, or everything where it names nothing, less what it leaves out", async () => {
  expect(await isWatched({})).toBe(true);
  expect(await isWatched({ subscriptions: [shop.toUpperCase()] })).toBe(true);
  expect(await isWatched({ subscriptions: [lab] })).toBe(false);
  expect(await isWatched({ exclude: [shop] })).toBe(false);
});

it("is what the last scan found below the management groups", async () => {
  const managementGroups = ["mg-root"];
  expect(await isWatched({ managementGroups })).toBe(false);
  await tables.system.noteSubscriptions([{ id: shop, name: "Shop" }], yesterday);
  expect(await isWatched({ managementGroups })).toBe(true);
  expect(await isWatched({ managementGroups }, shop.toUpperCase())).toBe(true);
  expect(await isWatched({ managementGroups, exclude: [shop] })).toBe(false);
  await tables.system.noteSubscriptions([{ id: lab, name: "Lab" }], today);
  expect(await isWatched({ managementGroups })).toBe(false);
  expect(await isWatched({ managementGroups, subscriptions: [shop] })).toBe(true);
});

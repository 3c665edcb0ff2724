import { expect, it } from "vitest";
import { scanRegistryActivities } from "../../../functions/activities/scan-registries.ts";
import type {
  EstateGateway,
  EstateRegistry,
  RegistryGateway,
} from "../../../shared/azure/ports.ts";
import { aFullPlan, anInForce, now, subscriptionId } from "../../support/builders.ts";
import { aRegistry } from "../../support/image-fixtures.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const dark = "22222222-2222-4222-8222-222222222222";
const row = (name: string, over: Partial<EstateRegistry> = {}): EstateRegistry => ({
  id: aRegistry().id.replace("acrShop", name),
  name,
  subscriptionId,
  loginServer: `${name}.azurecr.io`,
  tags: {},
  nonCompliant: [],
  openRecommendations: 0,
  recommendationsChangedAt: null,
  ...over,
});

it("marks registries with something open or unscanned, and no other, without a call for each", async () => {
  const rows = [
    row("clean"),
    row("vulnerable", { openRecommendations: 2, recommendationsChangedAt: now }),
    row("unscanned", {
      subscriptionId: dark,
      id: row("unscanned").id.replace(subscriptionId, dark),
    }),
    row("elsewhere", { subscriptionId: "not-watched", openRecommendations: 9 }),
  ];
  const state = createInMemoryGateways();
  const seen = [subscriptionId, dark].map((id) => ({ id, name: id }));
  await state.system.noteSubscriptions(seen, now);
  const calls: string[] = [];
  const page = (name: string, found: readonly unknown[]) => async () => {
    calls.push(name);
    return { rows: found, next: null };
  };
  const plan = { subscriptionId, plan: aFullPlan() };
  const registries = { list: page("registries", rows) } as unknown as RegistryGateway;
  const estate = { plans: page("plans", [plan]) } as unknown as EstateGateway;
  const inForce = async () => anInForce();
  const { scanRegistries } = scanRegistryActivities(
    { ...state, registries, estate },
    { recent: inForce, live: inForce },
    () => now,
  );
  const answer = await scanRegistries({ subject: "system/scan", next: null, at: now });
  expect(answer).toEqual({ kind: "page", read: 3, marked: 2, next: null });
  expect(calls).toEqual(["registries", "plans"]);
  const marked = (await state.agenda.list()).map(({ kind, subject }) => [
    kind,
    subject.split("/").at(-1),
  ]);
  expect(marked.sort()).toEqual([
    ["registry", "unscanned"],
    ["registry", "vulnerable"],
  ]);
});

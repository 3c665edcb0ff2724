import { expect, it } from "vitest";
import { placeOf } from "../../../shared/events/place.ts";

const group = "/subscriptions/5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f/resourceGroups/rg-shop";
const clusters = "providers/Microsoft.ContainerService/managedClusters";

it("finds the cluster that an id names, or lies below", () => {
  const cluster = `${group}/${clusters}/aks.prod`;
  expect(placeOf(cluster)).toMatchObject({ kind: "cluster", itself: true });
  expect(placeOf(`${cluster}/agentPools/one`)).toMatchObject({
    kind: "cluster",
    id: cluster.toLowerCase(),
    itself: false,
  });
});

it.each([
  `${group}/${clusters}/..`,
  `${group}/${clusters}/.`,
  `${group.replace("rg-shop", "..")}/${clusters}/aks`,
  `${group}/${clusters}/aks#1`,
])("finds none in an id that would be asked for at another address: %s", (id) => {
  expect(placeOf(id)).toBeNull();
});

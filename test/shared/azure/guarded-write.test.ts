import { expect, it } from "vitest";
import { aFault, aManagedCluster, clusterIdOf, startAzure } from "../../support/azure-world.ts";

const prod = clusterIdOf("prod");
const clusters =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}";

it("never writes over what somebody else wrote between reading and writing", async () => {
  const overtaken = aFault({
    method: "PUT",
    path: clusters,
    fault: { kind: "overtaken", tag: "cost-center" },
  });
  const world = await startAzure([aManagedCluster("prod", {}, { eTag: "v1" }), overtaken]);
  try {
    const { gateways, exchanges } = world;
    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "wait" });
    const [, put] = exchanges();
    expect(put).toMatchObject({ method: "PUT", requestHeaders: { "if-match": "v1" }, status: 412 });

    expect(await gateways.clusters.enableAddon(prod)).toMatchObject({ kind: "accepted" });
    expect(await gateways.clusters.find(prod)).toMatchObject({
      cluster: { tags: { "cost-center": "set meanwhile" } },
    });
  } finally {
    await world.stop();
  }
});

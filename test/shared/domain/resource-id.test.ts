import { describe, expect, it } from "vitest";
import { parseResourceId } from "../../../shared/domain/resource-id.ts";

const group = "/subscriptions/5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f/resourceGroups/rg-shop";
const clusters = "providers/Microsoft.ContainerService/managedClusters";

describe("parseResourceId", () => {
  it("takes an id apart as it is spelled", () => {
    expect(parseResourceId(`${group}/${clusters}/aks-shop.prod/`)).toEqual({
      subscriptionId: "5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f",
      resourceGroup: "rg-shop",
      type: "Microsoft.ContainerService/managedClusters",
      name: "aks-shop.prod",
    });
  });

  it.each([
    `${group}/${clusters}/..`,
    `${group}/../../${clusters}/aks`,
    `${group.replace("rg-shop", "..")}/${clusters}/aks`,
    `${group}/./${clusters}/aks`,
    `${group.replace("rg-shop", "%2E%2e")}/${clusters}/aks`,
    `${group.replace("rg-shop", "x\\..\\y")}/${clusters}/aks`,
  ])("takes no id that would be asked for at another address: %s", (id) => {
    expect(parseResourceId(id)).toBeNull();
  });
});

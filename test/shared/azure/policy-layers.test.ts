import { expect, it } from "vitest";
import type { Graph } from "../../../shared/azure/graph.ts";
import { createLayers } from "../../../shared/azure/policy-layers.ts";

const at = "/providers/Microsoft.Authorization/policyDefinitions";
const builtin = `${at}/95edb821-ddaf-4404-9732-666045e056b4`;
const own = `/subscriptions/1${at}/own`;

/** Resource Graph that knows one definition, and counts what it is asked. */
function countingGraph() {
  const asked: string[] = [];
  const graph: Graph = {
    page: async () => ({ rows: [], next: null }),
    all: async (kql, row) => {
      asked.push(kql);
      return [row.parse({ id: own, mode: "Microsoft.Kubernetes.Data" })];
    },
  };
  return { graph, asked };
}

it("asks once for each definition, and never for a built-in one", async () => {
  const { graph, asked } = countingGraph();
  const layers = createLayers(graph);
  await layers([builtin], "1");
  expect(asked).toEqual([]);
  const first = await layers([builtin, own, own.toUpperCase()], "1");
  expect([first(builtin), first(own)]).toEqual(["in-cluster", "in-cluster"]);
  const second = await layers([own], "1");
  expect(second(own)).toBe("in-cluster");
  expect(asked).toHaveLength(1);
});

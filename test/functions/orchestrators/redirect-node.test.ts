import type { OrchestrationContext } from "durable-functions";
import { expect, it } from "vitest";
import { redirectNode } from "../../../functions/orchestrators/redirect-node.ts";
import { runOver } from "../../../functions/orchestrators/run.ts";
import type { Orchestration } from "../../../shared/durable/steps.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subscription = "/subscriptions/11111111-1111-4111-8111-111111111111";
const subject = `${subscription}/resourcegroups/mc_rg/providers/microsoft.compute/virtualmachinescalesets/nodes`;
const cluster = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/Prod`;

function* redirect(context: OrchestrationContext): Orchestration<string> {
  return yield* runOver(context, "cluster", { look: redirectNode });
}

const run = (clusterOfNode: object) =>
  runOrchestration(
    redirect,
    { subject },
    {
      take: () => aTaken({ subject, kind: "cluster" }),
      clusterOfNode: () => clusterOfNode,
      moveAlerts: () => ({ moved: 1 }),
      mark: () => ({ marked: true }),
      wake: () => ({ woken: true }),
      settle: () => ({ kind: "settled" }),
    },
  );

it("hands a node's alerts to its cluster, then asks for a look at the cluster", async () => {
  const ran = await run({ kind: "known", value: cluster });
  expect(ran.calls).toEqual(["take", "clusterOfNode", "moveAlerts", "mark", "wake", "settle"]);
  expect(inputsOf(ran, "moveAlerts")[0]).toEqual({ subject, to: cluster.toLowerCase() });
  expect(inputsOf(ran, "mark")[0]).toEqual({ subject: cluster.toLowerCase(), kind: "cluster" });
});

it("hands what belongs to no cluster to the subscription, never away", async () => {
  for (const answer of [
    { kind: "known", value: null },
    { kind: "unreadable", why: "403" },
  ]) {
    const ran = await run(answer);
    expect(inputsOf(ran, "moveAlerts")[0]).toEqual({ subject, to: subscription });
    expect(inputsOf(ran, "mark")[0]).toEqual({ subject: subscription, kind: "subscription" });
  }
});

import { expect, it } from "vitest";
import { guardCluster } from "../../../functions/orchestrators/guard-cluster.ts";
import type { Case } from "../../../shared/domain/case.ts";
import { aCluster, anAssignment } from "../../support/builders.ts";
import {
  clusterStandIns,
  clusterSubject,
  type StandInCluster,
} from "../../support/cluster-stand-ins.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { inputsOf } from "../../support/stand-ins.ts";

/** One look at a cluster whose add-on would block, with the case that the look before recorded. */
async function look(state: StandInCluster, known: Case | null) {
  const deny = anAssignment({ title: "no-privileged", effect: "deny" });
  const ran = await runOrchestration(
    guardCluster,
    { subject: clusterSubject },
    {
      ...clusterStandIns(state, { case: known }),
      listAssignments: () => ({ kind: "known", value: [deny] }),
    },
  );
  const recorded = inputsOf(ran, "record").at(-1)?.["case"] as Case;
  const lines = inputsOf(ran, "writeLedger").flatMap(({ entries }) => entries as { act: string }[]);
  return { ran, recorded, lines };
}

it("writes nothing into the ledger and tells nobody when a second look finds the same", async () => {
  const state: StandInCluster = { cluster: aCluster() };
  const first = await look(state, null);
  expect(first.lines).toContainEqual(
    expect.objectContaining({ kind: "leave", act: "enable-addon" }),
  );
  expect(first.ran.calls).toContain("tell");

  const second = await look(state, first.recorded);
  expect(second.lines).toEqual([]);
  const changing = ["intend", "reserve", "enableAddon", "mergeTags", "tell", "mark", "wake"];
  expect(second.ran.calls.filter((name) => changing.includes(name))).toEqual([]);
});

import { expect, it } from "vitest";
import { runActivities } from "../../../functions/activities/runs.ts";
import { housekeeping } from "../../../functions/orchestrators/housekeeping.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = "system/housekeeping";

it("removes what is too old, page after page, and comes back in a day", async () => {
  const pages = [
    { removed: 1, next: "2" },
    { removed: 0, next: null },
  ];
  const ran = await runOrchestration(
    housekeeping,
    { subject },
    {
      take: () => aTaken({ subject, kind: "housekeeping" }),
      removeOld: () => ({ alerts: 1 }),
      removeClosedCases: () => pages.shift(),
      purgeRuns: () => ({ purged: 3 }),
      settle: () => ({ kind: "settled" }),
    },
  );
  expect(ran.outcome).toBe("3 runs purged");
  expect(inputsOf(ran, "removeClosedCases").map(({ next }) => next)).toEqual([null, "2"]);
  expect(inputsOf(ran, "purgeRuns")[0]).toEqual({ subject, days: 7 });
  expect(inputsOf(ran, "settle")[0]?.["next"]).toBe("2026-11-24T08:00:00.000Z");
});

it("purges only runs that ended, in the very words that the host knows", async () => {
  const asked: unknown[] = [];
  const client = {
    purgeInstanceHistoryBy: async (filter: unknown) => {
      asked.push(filter);
      return { instancesDeleted: 2 };
    },
  };
  const { purgeRuns } = runActivities(
    () => "2026-11-23T08:00:00.000Z",
    () => client as never,
  );
  expect(await purgeRuns({ subject, days: 7 }, {} as never)).toEqual({ purged: 2 });
  expect(asked).toEqual([
    {
      createdTimeFrom: new Date("2020-01-01T00:00:00Z"),
      createdTimeTo: new Date("2026-11-16T08:00:00Z"),
      runtimeStatus: ["Completed", "Failed", "Terminated"],
    },
  ]);
});

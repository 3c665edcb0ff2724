import { expect, it } from "vitest";
import { deliverMail } from "../../../functions/orchestrators/deliver-mail.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = "system/delivery";

async function deliver(answers: readonly object[]) {
  const left = [...answers];
  return runOrchestration(
    deliverMail,
    { subject },
    {
      take: () => aTaken({ subject, kind: "delivery" }),
      settle: () => ({ kind: "settled" }),
      deliverNext: () => left.shift() ?? { kind: "idle" },
    },
  );
}

it("goes on until nothing waits, then leaves the agenda", async () => {
  const sent = { kind: "sent", id: "a" };
  const ran = await deliver([{ kind: "running" }, sent, { kind: "running" }, sent]);
  expect(ran.outcome).toBe("2 sent");
  expect(ran.calls.filter((name) => name === "deliverNext")).toHaveLength(5);
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ next: null });
});

it("goes on at once after a mail that failed or waited too long", async () => {
  const ran = await deliver([
    { kind: "stale", id: "a" },
    { kind: "failed", id: "b" },
  ]);
  expect(ran.outcome).toBe("0 sent");
  expect(ran.sleeps).toEqual([]);
});

it("honours the service's wait", async () => {
  const ran = await deliver([{ kind: "wait", seconds: 90 }]);
  expect(ran.sleeps).toEqual([91]);
});

it("comes back when the quota allows more", async () => {
  const until = "2026-11-23T08:10:01.000Z";
  const ran = await deliver([{ kind: "paced", until }]);
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ next: until });
});

it("stays on the agenda while the stage holds mail back", async () => {
  const ran = await deliver([{ kind: "held" }]);
  expect(inputsOf(ran, "settle")[0]?.["next"]).toBe("2026-11-23T14:00:00.000Z");
});

it("ends a run that gets long and goes on in the next one", async () => {
  const ran = await deliver(Array.from({ length: 100 }, () => ({ kind: "running" })));
  expect(ran.outcome).toContain("more to come");
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

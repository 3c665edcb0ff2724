import type { OrchestrationContext } from "durable-functions";
import { expect, it } from "vitest";
import { type Ending, type Run, runOver } from "../../../functions/orchestrators/run.ts";
import type { Orchestration } from "../../../shared/durable/steps.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = "/subscriptions/11111111-1111-4111-8111-111111111111";
const input = { subject };

const looking = (look: (run: Run) => Orchestration<Ending>) =>
  function* (context: OrchestrationContext): Orchestration<string> {
    return yield* runOver(context, "subscription", { look });
  };

// biome-ignore lint/correctness/useYield: a look may need nothing from anybody.
const settles = looking(function* () {
  return { kind: "settle", next: null, outcome: "looked" };
});

const base = {
  take: () => aTaken({ subject, kind: "subscription" }),
  settle: () => ({ kind: "settled" }),
  noteFault: () => ({ next: "2026-11-23T08:05:00.000Z" }),
};

it("ends at once when the subject is not due", async () => {
  const ran = await runOrchestration(settles, input, {
    ...base,
    take: () => ({ kind: "nothing" }),
  });
  expect(ran.outcome).toBe("nothing to do");
  expect(ran.calls).toEqual(["take"]);
});

it("waits for its turn before it takes anything, and once", async () => {
  let taken = "";
  const ran = await runOrchestration(
    settles,
    { subject, after: 42 },
    {
      ...base,
      settle: () => ({ kind: "marked-again" }),
      take: (_: unknown, now: string) => {
        taken = now;
        return base.take();
      },
    },
  );
  expect(Date.parse(taken)).toBeGreaterThanOrEqual(Date.parse("2026-11-23T08:00:42.000Z"));
  expect(ran.sleeps).toEqual([43, 61]);
  expect(ran.continuedAsNew?.input).toEqual({ subject });
});

it("takes first and settles last, with the row that it took", async () => {
  const ran = await runOrchestration(settles, input, base);
  expect(ran.calls).toEqual(["take", "settle"]);
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ row: { etag: "row-1" }, next: null });
});

it("starts over with its input alone when the subject was marked meanwhile", async () => {
  const ran = await runOrchestration(settles, input, {
    ...base,
    settle: () => ({ kind: "marked-again" }),
  });
  expect(ran.continuedAsNew?.input).toEqual({ subject });
  expect(ran.sleeps).toEqual([61]);
});

it("leaves the row alone when the look ended unsettled", async () => {
  // biome-ignore lint/correctness/useYield: as above.
  const unsettled = looking(function* () {
    return { kind: "unsettled", outcome: "superseded" };
  });
  const ran = await runOrchestration(unsettled, input, base);
  expect(ran.outcome).toBe("superseded");
  expect(ran.calls).toEqual(["take"]);
});

it("writes a fault into the case and looks again later", async () => {
  const faulty = looking(function* (run) {
    yield* run.steps.listPlans({ subscriptionId: "x" });
    return { kind: "settle", next: null, outcome: "never" };
  });
  const ran = await runOrchestration(faulty, input, {
    ...base,
    listPlans: () => {
      throw new Error("the network is down");
    },
  });
  expect(ran.error).toBeNull();
  expect(inputsOf(ran, "noteFault")[0]).toMatchObject({
    subject,
    kind: "subscription",
    message: "Activity function 'listPlans' failed:  the network is down",
  });
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ next: "2026-11-23T08:05:00.000Z" });
});

it("fails when not even the fault can be kept, so that the sweep starts it again", async () => {
  const down = () => {
    throw new Error("storage is down");
  };
  const ran = await runOrchestration(settles, input, { ...base, settle: down });
  expect(ran.error).toContain("storage is down");
});

import type { OrchestrationContext } from "durable-functions";
import { expect, it } from "vitest";
import type { Known, Wait } from "../../../shared/domain/refusal.ts";
import { observe, patiently } from "../../../shared/durable/patience.ts";
import {
  all,
  goOnIf,
  inOrder,
  type Orchestration,
  sleep,
  stepsOf,
} from "../../../shared/durable/steps.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { inputsOf } from "../../support/stand-ins.ts";

interface Acts {
  count(input: { from: number }): Promise<{ value: number }>;
  ask(input: { name: string }): Promise<Known<string> | Wait>;
}

const input = { subject: "s" };

it("gives back an activity's own result", async () => {
  function* one(context: OrchestrationContext): Orchestration<number> {
    return (yield* stepsOf<Acts>(context).count({ from: 4 })).value;
  }
  const ran = await runOrchestration(one, input, {
    count: ({ from }: { from: number }) => ({ value: from + 1 }),
  });
  expect(ran.outcome).toBe(5);
});

it("tries an activity again after a crash, five times in all, then lets the fault through", async () => {
  function* one(context: OrchestrationContext): Orchestration<number> {
    return (yield* stepsOf<Acts>(context).count({ from: 4 })).value;
  }
  let left = 4;
  const healed = await runOrchestration(one, input, {
    count: () => {
      if (left-- > 0) throw new Error("node exited with code 137");
      return { value: 1 };
    },
  });
  expect(healed.outcome).toBe(1);
  expect(healed.calls).toHaveLength(5);

  const broken = await runOrchestration(one, input, {
    count: () => {
      throw new Error("node exited with code 137");
    },
  });
  expect(broken.calls).toHaveLength(5);
  expect(broken.error).toContain("137");
});

it("tries an activity again whose answer is a fault, and goes on in step when two stay so", async () => {
  function* some(context: OrchestrationContext): Orchestration<string> {
    const steps = stepsOf<Acts>(context);
    try {
      yield* all(
        context,
        [1, 2, 3].map((from) => steps.count({ from })),
      );
      return "no fault";
    } catch (fault) {
      const { value } = yield* steps.count({ from: 10 });
      return `${fault instanceof Error ? fault.message : ""}, then ${value}`;
    }
  }
  let twos = 0;
  const ran = await runOrchestration(some, input, {
    count: ({ from }: { from: number }) => {
      if (from === 2) twos += 1;
      return from === 2 || from === 3 ? { fault: `no ${from}` } : { value: from };
    },
  });
  expect(ran).toMatchObject({ error: null, outcome: "no 2, then 10" });
  expect(twos).toBe(5);
  expect(ran.calls).toHaveLength(3 + 4 * 2 + 1);
  expect(ran.sleeps).toEqual([2, 5, 12.5, 31.25]);
});

it("runs steps at the same time within one activity and keeps their order", async () => {
  function* three(context: OrchestrationContext): Orchestration<number[]> {
    const steps = stepsOf<Acts>(context);
    const some = yield* all(
      context,
      [1, 2, 3].map((from) => steps.count({ from })),
    );
    expect(yield* all(context, [])).toEqual([]);
    return some.map(({ value }) => value);
  }
  let failed = false;
  const ran = await runOrchestration(three, input, {
    count: ({ from }: { from: number }) => {
      if (from === 2 && !failed) {
        failed = true;
        throw new Error("once");
      }
      return { value: from * 10 };
    },
  });
  expect(ran.outcome).toEqual([10, 20, 30]);
  expect(ran.activities).toEqual(["together", "together"]);
});

it("runs steps in order within one activity, until an answer after which it shall not go on", async () => {
  function* some(context: OrchestrationContext): Orchestration<unknown> {
    const steps = stepsOf<Acts>(context);
    const asked = goOnIf("known", steps.ask({ name: "a" }));
    return yield* inOrder(context, [steps.count({ from: 1 }), asked, steps.count({ from: 2 })]);
  }
  const acts = (kind: string) => ({
    count: ({ from }: { from: number }) => ({ value: from * 10 }),
    ask: () => ({ kind }),
  });
  const whole = await runOrchestration(some, input, acts("known"));
  expect(whole.outcome).toEqual([{ value: 10 }, { kind: "known" }, { value: 20 }]);
  expect(whole.calls).toEqual(["count", "ask", "count"]);
  expect(whole.activities).toEqual(["inOrder"]);
  const part = await runOrchestration(some, input, acts("unreadable"));
  expect(part.outcome).toEqual([{ value: 10 }, { kind: "unreadable" }]);
  expect(part.calls).toEqual(["count", "ask"]);
});

it("goes on in order after a fault once that has passed, and repeats nothing before it", async () => {
  function* some(context: OrchestrationContext): Orchestration<unknown> {
    const steps = stepsOf<Acts>(context);
    return yield* inOrder(
      context,
      [1, 2, 3].map((from) => steps.count({ from })),
    );
  }
  let faults = 2;
  const count = ({ from }: { from: number }) =>
    from === 2 && faults-- > 0 ? { fault: "no 2" } : { value: from };
  const ran = await runOrchestration(some, input, { count });
  expect(ran.outcome).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
  expect(inputsOf(ran, "count").map(({ from }) => from)).toEqual([1, 2, 2, 2, 3]);
  expect(ran.sleeps).toEqual([2, 5]);

  const never = await runOrchestration(some, input, {
    count: ({ from }: { from: number }) => (from === 2 ? { fault: "no 2" } : { value: from }),
  });
  expect(never.error).toContain("no 2");
});

it("waits a second longer than asked and never longer than 15 minutes", async () => {
  function* naps(context: OrchestrationContext): Orchestration<string> {
    yield* sleep(context, 30);
    yield* sleep(context, 86_400);
    return "up";
  }
  const ran = await runOrchestration(naps, input, {});
  expect(ran.sleeps[0]).toBe(31);
  expect(ran.sleeps[1]).toBeLessThan(15 * 60);
});

it("asks again after the wait that Azure wants at least, and gives up after ten rounds", async () => {
  function* ask(context: OrchestrationContext): Orchestration<unknown> {
    return yield* patiently(context, () => stepsOf<Acts>(context).ask({ name: "a" }));
  }
  const wait = { kind: "wait", seconds: 7, why: "429" };
  let waits = 2;
  const soon = await runOrchestration(ask, input, {
    ask: () => (waits-- > 0 ? wait : { kind: "known", value: "yes" }),
  });
  expect(soon.outcome).toEqual({ kind: "known", value: "yes" });
  expect(soon.sleeps).toHaveLength(2);
  for (const pause of soon.sleeps) expect(pause).toBeGreaterThanOrEqual(8);

  const never = await runOrchestration(ask, input, { ask: () => wait });
  expect(never.outcome).toEqual(wait);
  expect(never.calls).toHaveLength(10);
});

it("observes facts together, asks only for those that are missing, and calls the rest unreadable", async () => {
  function* look(context: OrchestrationContext): Orchestration<unknown> {
    const steps = stepsOf<Acts>(context);
    return yield* observe(context, {
      fast: () => steps.ask({ name: "fast" }),
      never: () => steps.ask({ name: "never" }),
    });
  }
  const ran = await runOrchestration(look, input, {
    ask: ({ name }: { name: string }) =>
      name === "fast"
        ? { kind: "known", value: 1 }
        : { kind: "wait", seconds: 5, why: "throttled" },
  });
  expect(ran.outcome).toEqual({
    fast: { kind: "known", value: 1 },
    never: { kind: "unreadable", why: "Azure kept us waiting: throttled" },
  });
  expect(ran.calls).toHaveLength(11);
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClockServer, startClockServer } from "./clock-server.ts";
import { createProbe, type Probe } from "./probe.ts";
import { durable, hasEnded, type Status } from "./target-host.ts";

const hour = 3600_000;

describe("the engine", () => {
  let probe: Probe;
  let clock: ClockServer;
  beforeEach(async () => {
    probe = createProbe();
    clock = await startClockServer("2026-03-02T08:00:00.000Z");
  });
  afterEach(async () => {
    await probe.clean();
    await clock.stop();
  });

  const start = async () => {
    const { host, target } = await probe.start({ clockUrl: clock.url });
    const post = (path: string, body: object) =>
      target.call("POST", `${durable}/${path}code=${target.keys.durable}`, { body });
    return { host, target, post };
  };
  const running = ({ runtimeStatus }: Status): boolean => runtimeStatus === "Running";

  it("answers a parent when the last generation of its child ends", async () => {
    const { target, post } = await start();
    await post("orchestrators/family/one?", { left: 3 });
    clock.allow(hour);
    expect((await target.until("one", hasEnded)).output).toBe("home");
    const child = await target.until("one-child", hasEnded);
    expect(child.input).toEqual({ left: 0 });
  });

  it("fails the step of a parent whose child is terminated, with the reason", async () => {
    const { target, post } = await start();
    await post("orchestrators/family/one?", { left: 3 });
    await target.until("one-child", running);
    await post("instances/one-child/terminate?reason=enough&", {});
    expect((await target.until("one", hasEnded)).output).toBe("child ended: enough");
  });

  it("starts an ended instance anew, and lets answers to the former one go", async () => {
    const { target, post } = await start();
    await post("orchestrators/sleeper/one?", { ms: 60_000 });
    await target.until("one", running);
    await post("instances/one/terminate?reason=x&", {});
    await target.until("one", hasEnded);
    await post("orchestrators/sleeper/one?", { ms: 120_000 });
    clock.allow(hour);
    const again = await target.until("one", hasEnded);
    expect(again).toMatchObject({ runtimeStatus: "Completed", output: "2026-03-02T08:02:00.000Z" });
    expect(again.historyEvents?.map((event) => event["EventType"])).toEqual([
      "ExecutionStarted",
      "TimerCreated",
      "TimerFired",
      "ExecutionCompleted",
    ]);
  });

  it("takes a cancelled timer out, so that nothing comes of it", async () => {
    const { host, target, post } = await start();
    await post("orchestrators/impatient/one?", {});
    await target.until("one", running);
    await host.whenIdle();
    clock.allow(3 * hour);
    expect((await target.until("one", hasEnded)).output).toBe("work");
    const { historyEvents = [] } = await target.until("one", hasEnded);
    expect(historyEvents.filter((event) => event["EventType"] === "TimerFired").length).toBe(1);
  });
});

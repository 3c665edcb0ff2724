import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFaults } from "../../../local/host/faults.ts";
import type { StartHostOptions } from "../../../local/host/harness.ts";
import { type ClockServer, startClockServer } from "./clock-server.ts";
import { createProbe, type Probe } from "./probe.ts";
import { durable, hasEnded, type TargetHost } from "./target-host.ts";

describe("fault switches", () => {
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

  const start = async (faults: StartHostOptions["faults"]) => {
    const { host, target } = await probe.start({
      clockUrl: clock.url,
      ...(faults ? { faults } : {}),
    });
    const begin = (name: string, input: object) =>
      target.call("POST", `${durable}/orchestrators/${name}/one?code=${target.keys.durable}`, {
        body: input,
      });
    return { host, target, begin };
  };
  const effects = () => probe.notes<{ step: string; at: string }>("step");
  const output = async (target: TargetHost) => (await target.until("one", hasEnded)).output;

  it("run every activity twice", async () => {
    const { target, begin } = await start({ activitiesTwice: true });
    await begin("leg", { round: 7 });
    expect(await output(target)).toBe("7.leg");
    expect(effects().map(({ step }) => step)).toEqual(["7.leg", "7.leg"]);
  });

  it("let an activity land late once more", async () => {
    const { target, begin } = await start({ lateFirstActivity: 30_000 });
    await begin("leg", { round: 7 });
    expect(await output(target)).toBe("7.leg");
    clock.allow(40_000);
    await expect.poll(effects).toHaveLength(2);
    expect(effects().map(({ at }) => at)).toEqual([
      "2026-03-02T08:00:00.000Z",
      "2026-03-02T08:00:30.000Z",
    ]);
  });

  it("let the worker die under an activity: it fails, and its retry policy tries it again", async () => {
    const { target, begin } = await start({ workerDiesAtActivity: 1 });
    await begin("patient", {});
    clock.allow(120_000);
    expect(await output(target)).toBe("once");
    expect(effects().map(({ at }) => at)).toEqual([
      "2026-03-02T08:00:00.000Z",
      "2026-03-02T08:01:00.000Z",
    ]);
    const { historyEvents = [] } = await target.until("one", hasEnded);
    const failed = historyEvents.find((event) => event["EventType"] === "TaskFailed");
    expect(failed?.["Reason"]).toBe(
      "Activity function 'effect' failed: node exited with code 137 (0x89)",
    );
  });

  it("fire durable timers up to a second early", async () => {
    const { target, begin } = await start({ earlyTimers: true });
    await begin("sleeper", { ms: 1_999 });
    clock.allow(10_000);
    expect(await output(target)).toBe("2026-03-02T08:00:01.000Z");
  });

  it("deliver hub batches twice, the second time in reverse", async () => {
    const { host, target } = await start({ duplicateHubBatches: true });
    const headers = { "x-functions-key": target.keys.master };
    await target.call("POST", "/admin/functions/hastyHub", { body: { input: "[1,2]" }, headers });
    await host.whenIdle();
    expect(probe.notes<{ bodies: number[] }>("bodies").map(({ bodies }) => bodies)).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it("kill when a function passes its point, and tell how often each one has passed it", async () => {
    const killAt = { point: "before-commit", name: "leg", index: 1 } as const;
    const doomed = await start({ killAt });
    void doomed.begin("leg", { round: 7 }).catch(() => undefined);
    expect(await doomed.host.exited).toBeNull();
    const { target } = await start(undefined);
    expect(await output(target)).toBe("7.leg");
    const headers = { "x-functions-key": target.keys.master };
    const { body } = await target.call("GET", "/admin/embedded/passes", { headers });
    expect(body).toContainEqual({ point: "after-commit", name: "leg", count: 2 });
    expect(body).toContainEqual({ point: "after-activity-effect", name: "effect", count: 1 });
  });

  it("are refused when they are not known", () => {
    expect(() => createFaults({ killAtt: {} })).toThrow(/killAtt/);
  });
});

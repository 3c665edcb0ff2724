import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClockServer, startClockServer } from "./clock-server.ts";
import { createProbe, fileSettings, type Probe } from "./probe.ts";
import { durable, hasEnded, type TargetHost } from "./target-host.ts";

interface TimerNote {
  readonly timer: string;
  readonly isPastDue: boolean;
  readonly scheduleStatus: { readonly last: string; readonly next: string };
}
interface HubNote {
  readonly fn: string;
  readonly bodies: readonly unknown[];
  readonly numbers: readonly number[];
  readonly attempt: number | null;
  readonly at: string;
}

const minute = 60_000;

describe("a host on a virtual clock", () => {
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

  const reached = async (time: string): Promise<void> => {
    await expect.poll(() => clock.now(), { timeout: 20_000 }).toBe(Date.parse(time));
  };

  const byHand = (target: TargetHost, fn: string, input: string) =>
    target.call("POST", `/admin/functions/${fn}`, {
      body: { input },
      headers: { "x-functions-key": target.keys.master },
    });

  it("shows the app the clock's time, and lets dates that are given be", async () => {
    const { target } = await probe.start({ clockUrl: clock.url });
    const { body } = await target.call("GET", "/api/now");
    expect(body).toEqual({
      date: "2026-03-02T08:00:00.000Z",
      now: Date.parse("2026-03-02T08:00:00Z"),
      text: expect.stringMatching(/^Mon Mar 02 2026/),
      given: "1970-01-01T00:00:00.000Z",
      parsed: Date.parse("2026-01-01T00:00:00Z"),
      isDate: true,
      name: fileSettings.PROBE_NAME,
    });
  });

  it("prefers the environment to local.settings.json", async () => {
    const { target } = await probe.start({ env: { PROBE_NAME: "from outside" } });
    expect((await target.call("GET", "/api/now")).body).toMatchObject({ name: "from outside" });
  });

  it("asks for no time to pass while it is held, and jumps from due time to due time when it may", async () => {
    const { host, target } = await probe.start({ clockUrl: clock.url });
    const path = `${durable}/orchestrators/sleeper/nap?code=${target.keys.durable}`;
    await target.call("POST", path, { body: { ms: 90 * minute } });
    await host.whenIdle();
    await expect.poll(() => clock.asked.length).toBeGreaterThan(2);
    expect(clock.now()).toBe(Date.parse("2026-03-02T08:00:00Z"));
    expect(new Set(clock.asked)).toEqual(new Set(["2026-03-02T08:01:00.000Z"]));

    clock.allow(90 * minute);
    expect((await target.until("nap", hasEnded)).output).toBe("2026-03-02T09:30:00.000Z");
    await reached("2026-03-02T09:30:00Z");
    await host.whenIdle();
    const ticks = probe.notes<TimerNote>("timer").map(({ timer }) => timer);
    expect(ticks.length).toBe(90);
    expect(ticks.at(0)).toBe("2026-03-02T08:01:00.000Z");
    expect(ticks.at(-1)).toBe("2026-03-02T09:30:00.000Z");
  });

  it("makes up for a timer that was missed, once, and says so", async () => {
    const first = await probe.start({ clockUrl: clock.url });
    clock.allow(minute);
    await reached("2026-03-02T08:01:00Z");
    await first.host.whenIdle();
    await first.host.kill();
    const later = await startClockServer("2026-03-02T08:10:30.000Z");
    const second = await probe.start({ clockUrl: later.url });
    await second.host.whenIdle();
    const [tick, missed, ...more] = probe.notes<TimerNote>("timer");
    expect(tick).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: expect.stringMatching(/^0001/) },
    });
    expect(missed).toMatchObject({
      timer: "2026-03-02T08:10:30.000Z",
      isPastDue: true,
      scheduleStatus: {
        last: "2026-03-02T08:01:00.000+00:00",
        next: "2026-03-02T08:02:00.000+00:00",
      },
    });
    expect(more).toEqual([]);
    await second.host.kill();
    await later.stop();
  });

  it("runs a timer by hand without moving its schedule", async () => {
    const { host, target } = await probe.start({ clockUrl: clock.url });
    expect((await byHand(target, "everyMinute", "")).status).toBe(202);
    await host.whenIdle();
    expect(probe.notes<TimerNote>("timer")).toEqual([
      expect.objectContaining({ timer: "2026-03-02T08:00:00.000Z", isPastDue: false }),
    ]);
    expect(clock.asked.at(-1)).toBe("2026-03-02T08:01:00.000Z");
  });

  it("delivers hub events in batches, in order, with their numbers", async () => {
    const { host, target } = await probe.start({ clockUrl: clock.url });
    const bodies = [{ n: 1 }, "text", { n: 3 }, 4];
    expect((await byHand(target, "hastyHub", JSON.stringify(bodies))).status).toBe(202);
    await host.whenIdle();
    expect(probe.notes<HubNote>("bodies")).toEqual([
      expect.objectContaining({
        bodies: [{ n: 1 }, "text", { n: 3 }],
        numbers: [1, 2, 3],
        attempt: null,
      }),
      expect.objectContaining({ bodies: [4], numbers: [4] }),
    ]);
  });

  it("refuses hub events that are not a list", async () => {
    const { target } = await probe.start({ clockUrl: clock.url });
    expect((await byHand(target, "hastyHub", '{"n":1}')).status).toBe(400);
  });

  it("gives a batch up after a throw, unless there is a retry policy", async () => {
    probe.failHubs(true);
    const { host, target } = await probe.start({ clockUrl: clock.url });
    await byHand(target, "hastyHub", "[1]");
    await byHand(target, "patientHub", "[2]");
    await host.whenIdle();
    clock.allow(35_000);
    await reached("2026-03-02T08:00:35Z");
    await host.whenIdle();
    probe.failHubs(false);
    clock.allow(20_000);
    await reached("2026-03-02T08:00:55Z");
    const notes = probe.notes<HubNote>("bodies");
    expect(notes.filter(({ fn }) => fn === "hastyHub").length).toBe(1);
    expect(
      notes.filter(({ fn }) => fn === "patientHub").map(({ attempt, at }) => [attempt, at]),
    ).toEqual([
      [0, "2026-03-02T08:00:00.000Z"],
      [1, "2026-03-02T08:00:10.000Z"],
      [2, "2026-03-02T08:00:20.000Z"],
      [3, "2026-03-02T08:00:30.000Z"],
      [4, "2026-03-02T08:00:40.000Z"],
    ]);
  });
});

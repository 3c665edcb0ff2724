import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createHostProcess,
  type HostProcess,
  type StartHostOptions,
} from "../../../local/host/harness.ts";
import { type ClockServer, startClockServer } from "./clock-server.ts";
import { builtApp, fileSettings } from "./probe.ts";
import { targetAt } from "./target-host.ts";

describe("a process that runs hosts one after the other", () => {
  let folder: string;
  let hosts: HostProcess;
  let clock: ClockServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "host-process-test-"));
    hosts = createHostProcess();
    clock = await startClockServer("2026-03-02T08:00:00.000Z");
  });
  afterEach(async () => {
    await hosts.end();
    await clock.stop();
    rmSync(folder, { recursive: true });
  });

  const start = async (options: Partial<StartHostOptions> = {}) => {
    const env = { PROBE_FILE: join(folder, "notes"), ...options.env };
    const data = mkdtempSync(join(folder, "data-"));
    const host = await hosts.start({ app: builtApp(), data, ...options, env });
    const target = targetAt(host, () => host.kill());
    const now = async () => (await target.call("GET", "/api/now")).body;
    return { host, now };
  };

  it("gives each its own settings and time, and an app that begins anew", async () => {
    const first = await start({ clockUrl: clock.url, env: { PROBE_NAME: "the first" } });
    expect(await first.now()).toMatchObject({
      name: "the first",
      date: "2026-03-02T08:00:00.000Z",
    });
    await first.host.stop();
    const second = await start();
    expect(second.host.process.pid).toBe(first.host.process.pid);
    const now = (await second.now()) as { name: string; now: number };
    expect(now.name).toBe(fileSettings.PROBE_NAME);
    expect(Math.abs(now.now - Date.now())).toBeLessThan(60_000);
    await expect(fetch(first.host.url)).rejects.toThrow("fetch failed");
  });

  it("is replaced when it has ended", async () => {
    const first = await start();
    await first.host.kill();
    const second = await start();
    expect(second.host.process.pid).not.toBe(first.host.process.pid);
    expect(await second.now()).toMatchObject({ name: fileSettings.PROBE_NAME });
  });

  it("says why a host cannot start, and starts the next", async () => {
    await expect(start({ app: folder })).rejects.toThrow("host.json cannot be read");
    const { now } = await start();
    expect(await now()).toMatchObject({ name: fileSettings.PROBE_NAME });
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHost } from "../../../local/host/harness.ts";
import { judgeVersion } from "../../../local/host/versions.ts";
import { readRecording, recordedApp } from "./recordings.ts";
import {
  hasEnded,
  quiet,
  type Status,
  startTarget,
  type TargetHost,
  targetAt,
} from "./target-host.ts";

interface Scenario {
  readonly id: string;
  readonly start: {
    readonly request: { readonly method: string; readonly url: string; readonly body?: string };
  };
  readonly history: Status;
}

const prefix = "AzureFunctionsJobHost__extensions__durableTask__";
const settings = (version: string, strategy: string, failure: string): Record<string, string> => ({
  [`${prefix}defaultVersion`]: version,
  [`${prefix}versionMatchStrategy`]: strategy,
  [`${prefix}versionFailureStrategy`]: failure,
});

const kinds = ["none", "1.0", "0.9", "2.0", "subNone", "sub2.0", "http1"];

describe.each(["Fail", "Reject"])("versions matched strictly, %s", (failure) => {
  let host: TargetHost;
  beforeAll(async () => {
    host = await startTarget({ env: settings("1.0", "Strict", failure) });
  });
  afterAll(() => host.stop());

  it.each(kinds)("treat %s as the real host", async (kind) => {
    const { id, start, history } = readRecording<Scenario>(`hist/Strict${failure}-${kind}.json`);
    const { method, url, body } = start.request;
    const path = url.replace(/^http:\/\/[^/]+/, "").replace("DURKEY", host.keys.durable);
    await host.call(method, path, body === undefined ? {} : { body: JSON.parse(body) });
    const wanted = history.runtimeStatus;
    const status = await host.until(id, ({ runtimeStatus }) => runtimeStatus === wanted);
    expect(status.output).toEqual(history.output);
    const ends = ({ historyEvents }: Status) => historyEvents?.map((event) => event["EventType"]);
    if (hasEnded(history)) expect(ends(status)).toEqual(ends(history));
  });
});

describe("an upgrade", () => {
  const strict = (version: string) => settings(version, "Strict", "Fail");
  it.each([
    { id: "up-u", from: {}, to: strict("1.0"), recording: "upgrade-strict1.0-u" },
    { id: "up-v1a", from: strict("1.0"), to: strict("2.0"), recording: "upgrade-strict2.0-v1a" },
  ])("ends instances of another version at their next message: $recording", async (upgrade) => {
    const { id, from, to, recording } = upgrade;
    const data = mkdtempSync(join(tmpdir(), "versions-"));
    const start = async (env: Record<string, string>) => {
      const host = await startHost({ app: recordedApp, data, env, stdio: quiet });
      return { host, target: targetAt(host, () => host.kill()) };
    };
    const running = ({ runtimeStatus }: Status) => runtimeStatus === "Running";
    const before = await start(from);
    await before.target.call("POST", "/api/start/oTimer", {
      body: { id, input: { ms: 2000 } },
    });
    await before.target.until(id, running);
    await before.host.kill();

    const after = await start(to);
    const status = await after.target.until(id, hasEnded);
    const recorded = readRecording<Scenario>(`hist/${recording}.json`).history;
    expect(status.runtimeStatus).toBe(recorded.runtimeStatus);
    expect(status.output).toBe(recorded.output);
    expect(status.historyEvents?.at(-1)).toMatchObject({
      ...recorded.historyEvents?.at(-1),
      Timestamp: expect.any(String),
    });
    await after.host.kill();
    rmSync(data, { recursive: true });
  });
});

describe("judgeVersion", () => {
  const currentOrOlder = {
    defaultVersion: "1.10",
    versionMatchStrategy: "CurrentOrOlder",
    versionFailureStrategy: "Fail",
  } as const;

  it.each([
    [null, "run"],
    ["1.9", "run"],
    ["1.10", "run"],
    ["1.11", "fail"],
    ["2.0", "fail"],
  ])("with CurrentOrOlder 1.10 lets %s %s", (version, verdict) => {
    expect(judgeVersion(version, currentOrOlder)).toBe(verdict);
  });

  it("lets everything run with None", () => {
    expect(judgeVersion("7", { ...currentOrOlder, versionMatchStrategy: "None" })).toBe("run");
  });

  it("lets a versioned instance wait when there is no default version", () => {
    const versioning = {
      versionMatchStrategy: "CurrentOrOlder",
      versionFailureStrategy: "Reject",
    } as const;
    expect(judgeVersion("1.0", versioning)).toBe("wait");
    expect(judgeVersion(null, versioning)).toBe("run");
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startHost } from "../../../local/host/harness.ts";
import { begin, events, outcome, type Scenario } from "./recorded-scenarios.ts";
import { readRecording, recordedApp } from "./recordings.ts";
import { hasEnded, quiet, type Status, startTarget, targetAt } from "./target-host.ts";

describe("recorded interruptions", () => {
  it("ends instances as the real host does when it is killed while an activity and a timer run", async () => {
    const data = mkdtempSync(join(tmpdir(), "interrupted-"));
    const slow = join(data, "slow");
    const start = async () => {
      const env = { SLOW_FILE: slow };
      const host = await startHost({ app: recordedApp, data, env, stdio: quiet });
      return { host, target: targetAt(host, () => host.kill()) };
    };
    const [activities, timer] = ["killh1", "killh2"].map((id) =>
      readRecording<Scenario>(`hist/killhost-${id}.json`),
    );
    if (!activities || !timer) throw new Error("Both are recorded.");

    const first = await start();
    await first.target.call("POST", "/api/start/oKill", { body: { id: activities.id } });
    const input = timer.history.input;
    await first.target.call("POST", "/api/start/oTimer", { body: { id: timer.id, input } });
    const oneDone = ({ historyEvents = [] }: Status) =>
      historyEvents.some((event) => event["EventType"] === "TaskCompleted");
    await first.target.until(activities.id, oneDone);
    await first.host.kill();

    const second = await start();
    for (const { id, history } of [activities, timer]) {
      const status = await second.target.until(id, hasEnded);
      expect(outcome(status)).toEqual(outcome(history));
      expect(events(status)).toEqual(events(history));
    }
    await second.host.kill();
    rmSync(data, { recursive: true });
  });

  it("fails an activity over the function timeout in the words of the real host", async () => {
    const env = { AzureFunctionsJobHost__functionTimeout: "00:00:01" };
    const host = await startTarget({ env });
    const scenario = readRecording<Scenario>("hist/funcTimeout.json");
    await begin(host, scenario);
    const status = await host.until(scenario.id, hasEnded);
    const recorded: Status = JSON.parse(
      JSON.stringify(scenario.history).replaceAll("00:00:20", "00:00:01"),
    );
    expect(outcome(status)).toEqual(outcome(recorded));
    expect(events(status)).toEqual(events(recorded));
    await host.stop();
  });
});

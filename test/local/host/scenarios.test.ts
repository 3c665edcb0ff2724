import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClockServer, startClockServer } from "./clock-server.ts";
import { begin, events, outcome, type Scenario } from "./recorded-scenarios.ts";
import { readRecording } from "./recordings.ts";
import { type Answer, hasEnded, type Status, startTarget, type TargetHost } from "./target-host.ts";

const timeless = [
  ...["plain", "noYield", "returnUndef", "retKind-b", "retKind-d", "retKind-iso", "retKind-n"],
  ...["retKind-nul", "retKind-s", "replayFlag", "typed", "noopNoInput", "inNull", "inStr"],
  ...["inNumStr", "inJsonStr", "inObj", "inNum", "inBool", "inArr", "inIso", "inputs", "returns"],
  ...["actFail", "actFailCaught", "failKinds", "throw", "throwAfter", "all", "emptyAll", "fan100"],
  ...["sub", "subFail", "subFailCaught", "can", "canString", "canOpen", "customBig", "versionNone"],
  ...["big", "big20", "big40", "guid"],
];
const timed = [
  ...["retryOk", "retryExhaust", "retryBackoff", "retryInAll", "timer", "timer5", "timerPast"],
  ...["anyActWins", "anyThenMore", "anyActWinsNoCancel", "cancelAll", "subRetry", "subOpen"],
  ...["dupSub", "canStatus"],
];
/** An activity sleeps while a timer runs or others go on: they need a clock that does not stand still meanwhile. */
const raced = ["anyTimerWins", "allFail", "allFailUncaught", "anyOfActs"];

describe.each([
  { kind: "on a virtual clock", virtual: true, names: [...timeless, ...timed] },
  { kind: "on the machine's clock", virtual: false, names: raced },
])("orchestrations $kind", ({ virtual, names }) => {
  let clock: ClockServer | undefined;
  let host: TargetHost;
  beforeAll(async () => {
    clock = virtual ? await startClockServer("2026-03-02T08:00:00Z") : undefined;
    host = await startTarget(clock ? { clockUrl: clock.url } : {});
    clock?.allow(300_000);
    await Promise.all(names.map((name) => begin(host, readRecording(`hist/${name}.json`))));
  });
  afterAll(async () => {
    await host.stop();
    await clock?.stop();
  });

  it.each(names)("end %s as on the real host", async (name) => {
    const { id, history } = readRecording<Scenario>(`hist/${name}.json`);
    const status = await host.until(id, hasEnded);
    expect(outcome(status)).toEqual(outcome(history));
    expect(events(status)).toEqual(events(history));
  });
});

describe("orchestrations that wait, fail or hang", () => {
  let clock: ClockServer;
  let host: TargetHost;
  beforeAll(async () => {
    clock = await startClockServer("2026-03-02T08:00:00Z");
    host = await startTarget({ clockUrl: clock.url });
    clock.allow(300_000);
  });
  afterAll(async () => {
    await host.stop();
    await clock.stop();
  });

  const running = ({ runtimeStatus }: Status): boolean => runtimeStatus === "Running";
  const terminate = (id: string, query: string): Promise<Answer> =>
    host.call(
      "POST",
      `/runtime/webhooks/durabletask/instances/${id}/terminate?${query}code=${host.keys.durable}`,
    );

  it.each([
    ["terminate", "reason=because&"],
    ["terminateNoReason", ""],
  ])("are terminated: %s", async (name, query) => {
    const scenario = readRecording<Scenario>(`hist/${name}.json`);
    await begin(host, scenario);
    await host.until(scenario.id, running);
    expect((await terminate(scenario.id, query)).status).toBe(202);
    const status = await host.until(scenario.id, hasEnded);
    expect(outcome(status)).toEqual(outcome(scenario.history));
    expect(events(status)).toEqual(events(scenario.history));
  });

  it("leave their children alone when they are terminated", async () => {
    const scenario = readRecording<Scenario>("hist/terminateParent.json");
    await begin(host, scenario);
    const kid = `${scenario.id}-kid`;
    await host.until(kid, running);
    await terminate(scenario.id, "reason=parent&");
    const status = await host.until(scenario.id, hasEnded);
    expect(outcome(status)).toEqual(outcome(scenario.history));
    expect(events(status)).toEqual(events(scenario.history));
    expect(running((await host.status(kid)).body as Status)).toBe(true);
  });

  it("show their custom status while they wait", async () => {
    const scenario = readRecording<Scenario>("hist/custom.json");
    await begin(host, scenario);
    const status = await host.until(scenario.id, ({ customStatus }) => customStatus !== null);
    expect(status.customStatus).toEqual({ a: 1, When: "2026-01-02T03:04:05Z" });
  });

  it.each([
    ["throwEmpty", /empty message, or something that is not an Error/],
    ["throwStr", /empty message, or something that is not an Error/],
    ["throwObj", /empty message, or something that is not an Error/],
    ["unknownAct", /'nopeActivity' doesn't exist/],
    ["unknownActUncaught", /'nopeActivity' doesn't exist/],
    ["subUnknown", /'nopeOrch' doesn't exist/],
  ])("fail loudly where the real host hangs: %s", async (name, output) => {
    const scenario = readRecording<Scenario>(`hist/${name}.json`);
    expect(scenario.history.runtimeStatus).toBe("Running");
    await begin(host, scenario);
    const status = await host.until(scenario.id, hasEnded);
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toMatch(output);
  });

  it("fail when they do not fit their history", async () => {
    const scenario = readRecording<Scenario & { final: { body: Status } }>("hist/nonDet.json");
    await begin(host, scenario);
    const status = await host.until(scenario.id, hasEnded);
    expect(outcome(status)).toEqual(outcome(scenario.final.body));
  });

  it("see timers fire when they are due, not up to a second early", async () => {
    const scenario = readRecording<Scenario>("hist/timerCheck.json");
    await begin(host, scenario);
    clock.allow(60_000);
    const status = await host.until(scenario.id, hasEnded);
    const early = (output: unknown) =>
      (output as { ms: number; early: number }[]).map((row) => row.early);
    expect(early(status.output).length).toBe(5);
    for (const milliseconds of early(status.output)) expect(milliseconds).toBeLessThanOrEqual(0);
  });
});

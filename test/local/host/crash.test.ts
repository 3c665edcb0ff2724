import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StartHostOptions } from "../../../local/host/harness.ts";
import { createProbe, type Probe } from "./probe.ts";
import { durable, hasEnded, type TargetHost } from "./target-host.ts";

interface Effect {
  readonly id: string;
  readonly step: string;
}

interface Batch {
  readonly bodies: object[];
}

/** The default of host.json: as many can be cut off by one kill. */
const activitiesAtOnce = 20;
const rounds = [1, 2];
const result = rounds.flatMap((round) =>
  ["first", "left", "right", "leg"].map((step) => `${round}.${step}`),
);
type KillPoint = NonNullable<NonNullable<StartHostOptions["faults"]>["killAt"]>["point"];
const points: KillPoint[] = [
  "before-activity-effect",
  "after-activity-effect",
  "before-commit",
  "after-commit",
];
const moments = points.flatMap((point) => [1, 2, 6].map((index) => ({ point, index })));

describe("a host that is killed", () => {
  let probe: Probe;
  beforeEach(() => {
    probe = createProbe();
  });
  afterEach(() => probe.clean());

  const begin = (
    target: TargetHost,
    id: string,
    name = "journey",
    input: object = { round: 1, done: [] },
  ) =>
    target.call("POST", `${durable}/orchestrators/${name}/${id}?code=${target.keys.durable}`, {
      body: input,
    });

  const effectsOf = (id: string): string[] =>
    probe
      .notes<Effect>("step")
      .flatMap((effect) => (effect.id.startsWith(id) ? [effect.step] : []));

  it("before and after an effect and a commit loses nothing, and repeats little", async () => {
    const trips = Array.from({ length: 8 }, (_, index) => `trip${index}`);
    const first = await probe.start();
    const starts = await Promise.all(trips.map((id) => begin(first.target, id)));
    expect(starts.map(({ status }) => status)).toEqual(trips.map(() => 202));
    await first.host.kill();
    for (const killAt of moments) {
      const { host } = await probe.start({ faults: { killAt } });
      expect(await host.exited).toBeNull();
    }
    const { target } = await probe.start();
    for (const id of trips) {
      expect((await target.until(id, hasEnded)).output).toEqual(result);
      expect([...new Set(effectsOf(id))].sort()).toEqual([...result].sort());
    }
    const effects = probe.notes<Effect>("step");
    const repeated = effects.length - new Set(effects.map(({ id, step }) => `${id} ${step}`)).size;
    expect(repeated).toBeLessThanOrEqual(activitiesAtOnce * (moments.length + 1));
  });

  it("at any moment, again and again, goes on with everything it had accepted", async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `trip${index}`);
    const accepted = new Set<string>();
    for (const [index, id] of ids.entries()) {
      const { host, target } = await probe.start();
      const started = begin(target, id).then(
        ({ status }) => status === 202 && accepted.add(id),
        () => false,
      );
      // Every other one is known to be accepted; the rest may be cut off anywhere.
      if (index % 2 === 0) await started;
      // This waits for nothing: it is what makes the moment of the kill another one each time.
      await new Promise((resolve) => setTimeout(resolve, 13 * index));
      await host.kill();
      await started;
    }
    const { host, target } = await probe.start();
    expect(accepted.size).toBeGreaterThan(0);
    for (const id of accepted) {
      expect((await target.until(id, hasEnded)).output).toEqual(result);
    }
    await host.whenIdle();
  });

  it("keeps its keys, and its state to itself", async () => {
    const first = await probe.start();
    await expect(probe.start()).rejects.toThrow(/Another host runs on/);
    await first.host.kill();
    const second = await probe.start();
    expect(second.host.keys).toEqual(first.host.keys);
  });

  it("lets a timer fire that came due while it was away", async () => {
    const first = await probe.start();
    await begin(first.target, "nap", "sleeper", { ms: 50 });
    await first.target.until("nap", ({ runtimeStatus }) => runtimeStatus === "Running");
    await first.host.kill();
    const second = await probe.start();
    expect((await second.target.until("nap", hasEnded)).runtimeStatus).toBe("Completed");
  });

  it("delivers the hub events again that were not done", async () => {
    probe.failHubs(true);
    const headers = (target: TargetHost) => ({ "x-functions-key": target.keys.master });
    const first = await probe.start();
    const body = { input: JSON.stringify([{ n: 1 }, { n: 2 }]) };
    const path = "/admin/functions/patientHub";
    const sent = await first.target.call("POST", path, { body, headers: headers(first.target) });
    expect(sent.status).toBe(202);
    await first.host.whenIdle();
    await first.host.kill();
    probe.failHubs(false);
    const second = await probe.start();
    await second.host.whenIdle();
    const bodies = probe.notes<Batch>("bodies").map((batch) => batch.bodies);
    expect(bodies).toEqual([
      [{ n: 1 }, { n: 2 }],
      [{ n: 1 }, { n: 2 }],
    ]);
    await second.host.kill();
    const third = await probe.start();
    await third.host.whenIdle();
    expect(probe.notes<Batch>("bodies").length).toBe(2);
  });
});

describe("a host that is stopped", () => {
  it("lets its activities come to their end, exits with 0, and the next one goes on", async () => {
    const probe = createProbe();
    const first = await probe.start();
    await first.target.call(
      "POST",
      `${durable}/orchestrators/journey/trip?code=${first.target.keys.durable}`,
      { body: { round: 1, done: [] } },
    );
    await first.host.stop();
    expect(await first.host.exited).toBe(0);
    const second = await probe.start();
    expect((await second.target.until("trip", hasEnded)).output).toEqual(result);
    const steps = probe.notes<Effect>("step").map(({ step }) => step);
    expect(steps.sort()).toEqual([...result].sort());
    await probe.clean();
  });
});

import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../../local/azure/estate-entry.ts";
import { outsideOf } from "../../../local/proof/outside.ts";
import { isProven } from "../../../local/proof/prove.ts";
import { verdictOf } from "../../../local/proof/run-all.ts";
import { totals } from "../../../local/proof/table.ts";
import { type Trial, undisturbed } from "../../../local/proof/world.ts";
import { aRecording, aRefusedRecording, exampleOf, untouched } from "./a-recording.ts";

const cluster = "/subscriptions/{s}/providers/Microsoft.ContainerService/managedClusters/{name}";
const fault = (over: Partial<FaultRule> = {}): Trial => ({
  ...undisturbed,
  azure: [
    {
      match: { method: "GET", pathTemplate: cluster },
      fault: { status: 404 },
      when: "every",
      ...over,
    },
  ],
});
const operations = [{ method: "GET", template: cluster, act: null, count: 1 }];

describe("what a trial excuses", () => {
  it("is the kind of thing that Azure denies all the time", () => {
    const at = (pathTemplate: string) => fault({ match: { method: "GET", pathTemplate } });
    expect(outsideOf(fault(), null)).toMatchObject({ denied: "cluster", disturbance: "lasting" });
    expect(outsideOf(at("/subscriptions/{id}"), null).denied).toBe("subscription");
    expect(outsideOf(at("/{scope}/providers/Microsoft.Resources/tags/default"), null).denied).toBe(
      "recipients",
    );
    expect(outsideOf(fault({ when: "first" }), null)).toMatchObject({
      denied: null,
      disturbance: "once",
    });
    expect(outsideOf(fault({ fault: { status: 403 } }), null).denied).toBeNull();
    const endless = fault({ when: "first", fault: { kind: "operation-never-ends" } });
    expect(outsideOf(endless, null).disturbance).toBe("lasting");
  });

  it("is nothing where Azure is well", () => {
    expect(outsideOf(undisturbed, null).disturbance).toBe("none");
    expect(outsideOf({ ...undisturbed, stopAfter: 1 }, null).disturbance).toBe("lasting");
  });
});

describe("the verdict on a scenario", () => {
  const yardstick = { example: exampleOf(), expected: aRecording(), untouched };
  const of = (trial: Trial, over: Parameters<typeof aRecording>[0] = {}) =>
    verdictOf(yardstick, aRecording(over), { id: "one", trial }).kind;
  const killed = {
    ...undisturbed,
    host: { killAt: { point: "before-commit", name: "x", index: 1 } },
  };

  it("is that it did not come, when nobody was killed and nothing went wrong", () => {
    expect(of(killed as Trial)).toBe("unreached");
    expect(of(killed as Trial, { kills: 1 })).toBe("equal");
    expect(of(fault())).toBe("unreached");
    expect(of(fault(), { operations })).toBe("equal");
    expect(
      of(fault({ match: { method: "GET", pathTemplate: cluster, act: "x" } }), { operations }),
    ).toBe("unreached");
  });

  it("is a failure when it does not come to rest", () => {
    const late = aRecording().mails.map((mail) => ({ ...mail, at: aRecording().at - 1_000 }));
    expect(of(undisturbed, { mails: late })).toBe("failed");
    expect(of(fault({ when: "first" }), { mails: late, operations })).toBe("failed");
    expect(of(fault(), { mails: late, operations })).toBe("equal");
  });

  it("is a failure when something is missing and Azure was well", () => {
    const { estate, ledger, writes, cases } = aRefusedRecording();
    expect(of(undisturbed, { estate, ledger, writes, cases })).toBe("failed");
    expect(of(fault(), { estate, ledger, writes, cases, operations })).toBe("explained");
  });
});

describe("a proof", () => {
  const tried = (...kinds: readonly ("equal" | "explained" | "failed" | "unreached")[]) =>
    kinds.map((kind) => ({
      scenario: { id: kind, trial: undisturbed },
      verdict: { kind, problems: [], notes: [] },
    }));
  const whole = { isBroken: false, problems: [] };

  it("counts what did not come as neither passed nor failed", () => {
    expect(totals(tried("equal", "explained", "unreached", "failed"))).toBe(
      "4 scenarios, 2 passed, 1 failed",
    );
  });

  it("holds when nothing failed, nearly all points came, and the undisturbed run came to rest", () => {
    expect(isProven(tried("equal", "explained"), whole)).toBe(true);
    expect(isProven(tried("equal", "failed"), whole)).toBe(false);
    expect(isProven(tried("unreached"), whole)).toBe(false);
    expect(isProven(tried("equal"), { ...whole, problems: ["x ran at the end"] })).toBe(false);
  });

  it("of an app without a protection holds when something failed", () => {
    expect(isProven(tried("equal", "failed"), { ...whole, isBroken: true })).toBe(true);
    expect(isProven(tried("equal", "unreached"), { ...whole, isBroken: true })).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { may, mayChange, stageAfter } from "../../../shared/decisions/stage.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import { anInForce, now } from "../../support/builders.ts";

describe("a stage", () => {
  it.each([
    ["off", false, false, false, false],
    ["watch", false, false, false, false],
    ["tell", true, true, false, false],
    ["fix-new", true, true, true, false],
    ["fix-all", true, true, true, true],
  ] as const)("%s allows mail %s, tags %s, fixing what is new %s, all %s", (...row) => {
    const [stage, mail, tag, fixNew, fixAll] = row;
    expect(may(stage)).toEqual({ mail, tag, fixNew, fixAll });
  });

  it("changes nothing while everything is stopped", () => {
    const stopped = { at: now, by: "kim", why: "incident" };
    expect(mayChange(anInForce({ stage: "fix-all" }), false)).toBe(true);
    expect(mayChange(anInForce({ stage: "fix-all", stopped }), true)).toBe(false);
    expect(mayChange(anInForce({ stage: "fix-new" }), false)).toBe(false);
    expect(mayChange(anInForce({ stage: "fix-new" }), true)).toBe(true);
  });

  it("is followed by the next, up to the last", () => {
    const walk = (stage: Stage): readonly Stage[] => {
      const next = stageAfter(stage);
      return next ? [stage, ...walk(next)] : [stage];
    };
    expect(walk("off")).toEqual(["off", "watch", "tell", "fix-new", "fix-all"]);
  });
});

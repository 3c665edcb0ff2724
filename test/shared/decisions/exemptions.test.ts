import { describe, expect, it } from "vitest";
import { exemptionFor, pausedUntil } from "../../../shared/decisions/exemptions.ts";
import { aCluster, anExemption, aPolicy, now } from "../../support/builders.ts";

describe("an exemption", () => {
  const policy = (...exemptions: ReturnType<typeof anExemption>[]) => aPolicy({ exemptions });
  const subject = aCluster().id;

  it("counts for its own rule only", () => {
    const given = policy(anExemption({ rule: "sensor" }));
    expect(exemptionFor(given, { subject, rule: "addon" }, now)).toBeNull();
    expect(exemptionFor(given, { subject, rule: "sensor" }, now)).not.toBeNull();
  });

  it("counts up to its last day", () => {
    const until = (day: string) =>
      exemptionFor(policy(anExemption({ until: day })), { subject, rule: "addon" }, now);
    expect(until("2026-11-23")).not.toBeNull();
    expect(until("2026-11-22")).toBeNull();
  });

  it("does not reach a neighbour whose name begins the same", () => {
    const given = policy(anExemption({ scope: subject.replace(/prod$/, "pro") }));
    expect(exemptionFor(given, { subject, rule: "addon" }, now)).toBeNull();
  });

  it("is the one that lasts longest", () => {
    const given = policy(anExemption(), anExemption({ until: "2027-01-31", reason: "longer" }));
    expect(exemptionFor(given, { subject, rule: "addon" }, now)?.reason).toBe("longer");
  });
});

describe("a pause", () => {
  it.each([
    ["2026-11-23", "2026-11-23"],
    [" 2026-12-07 ", "2026-12-07"],
    ["2026-12-08", null],
    ["2026-11-22", null],
    ["2026-11-31", null],
    ["tomorrow", null],
    ["2026-11-24T00:00:00Z", null],
    ["", null],
  ])("until %j: %j", (value, until) => {
    expect(pausedUntil({ "Guardrail-Pause-Until": value }, now)).toBe(until);
  });

  it("needs its tag", () => {
    expect(pausedUntil({ owner: "2026-11-24" }, now)).toBeNull();
  });
});

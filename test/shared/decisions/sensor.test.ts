import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideSensor, type SensorFacts } from "../../../shared/decisions/sensor.ts";
import type { Mode } from "../../../shared/domain/policy.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aCluster,
  anAssignment,
  anExemption,
  anInForce,
  aPolicy,
  aProtectedCluster,
  now,
} from "../../support/builders.ts";

const workspace =
  "/subscriptions/s/resourceGroups/r/providers/Microsoft.OperationalInsights/workspaces/w";
const under = (mode: Mode, workspaceId: string | null, exemptions = aPolicy().exemptions) => {
  const { rules } = aPolicy();
  const policy = aPolicy({ rules: { ...rules, sensor: { mode, workspaceId } }, exemptions });
  return anInForce({ policy });
};
const facts = (over: Partial<SensorFacts> = {}): SensorFacts => ({
  cluster: aCluster(),
  createdAt: known("2026-01-01T00:00:00.000Z"),
  assignments: known([]),
  case: null,
  now,
  ...over,
});
const reasonFor = (over: Partial<SensorFacts>, inForce = under("enforce", workspace)) => {
  const decision = decideSensor(facts(over), inForce);
  return decision.kind === "leave" ? decision.reason : "act";
};

describe("a sensor that is off", () => {
  it("is switched on only where the policy enforces it and names a workspace", () => {
    expect(decideSensor(facts(), under("enforce", workspace))).toMatchObject({
      kind: "act",
      act: "enable-sensor",
    });
    expect(reasonFor({}, under("observe", workspace))).toBe("stage");
    expect(reasonFor({}, under("enforce", null))).toBe("stage");
  });

  it("is left where it is exempt, where Azure Policy deploys it, and on a stopped cluster", () => {
    const exempt = under("enforce", workspace, [anExemption({ rule: "sensor" })]);
    expect(reasonFor({}, exempt)).toBe("exempt");
    const deploys = anAssignment({
      definition: "64def556-fbad-4622-930e-72d1d5589bf5",
      layer: "resource",
      effect: "deployifnotexists",
    });
    expect(reasonFor({ assignments: known([deploys]) })).toBe("azure-policy-remediates");
    expect(reasonFor({ cluster: aCluster({ powerState: "Stopped" }) })).toBe("stopped");
    expect(reasonFor({ assignments: unreadable("403") })).toBe("unreadable");
  });
});

it("asks for nothing more once it is on", () => {
  const modes = fc.constantFrom<Mode>("observe", "enforce");
  fc.assert(
    fc.property(modes, fc.constantFrom(null, workspace), (mode, workspaceId) => {
      const decision = decideSensor(
        facts({ cluster: aProtectedCluster() }),
        under(mode, workspaceId),
      );
      expect(decision).toMatchObject({ kind: "leave", reason: "compliant" });
    }),
  );
});

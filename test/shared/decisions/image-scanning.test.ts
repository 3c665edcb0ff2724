import { describe, expect, it } from "vitest";
import { scanningOf } from "../../../shared/decisions/image-scanning.ts";
import type { DefenderPlan } from "../../../shared/domain/defender-plan.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";

const extension = "ContainerRegistriesVulnerabilityAssessments";
const aPlan = (
  name: string,
  { on = true, scans = true, failure = null as string | null } = {},
): DefenderPlan => ({
  name,
  on,
  subPlan: null,
  extensions: [{ name: extension, on: scans, failure }],
  deprecated: false,
  replacedBy: [],
  enabledAt: null,
  trialLeft: null,
});

describe("images of a subscription's registries", () => {
  it.each<[string, readonly DefenderPlan[], object]>([
    ["with the plan and its extension", [aPlan("Containers")], { kind: "on" }],
    [
      "with the posture plan's extension alone",
      [aPlan("CloudPosture"), aPlan("Containers", { on: false })],
      { kind: "on" },
    ],
    [
      "without the extension",
      [aPlan("Containers", { scans: false })],
      { kind: "off", why: "no-extension" },
    ],
    [
      "with an extension that failed",
      [aPlan("Containers", { failure: "role assignment" })],
      { kind: "off", why: "no-extension" },
    ],
    ["without the plan", [aPlan("Containers", { on: false })], { kind: "off", why: "no-plan" }],
    ["with plans of other things", [aPlan("VirtualMachines")], { kind: "off", why: "no-plan" }],
    ["without any plan", [], { kind: "off", why: "no-plan" }],
  ])("%s", (_, plans, expected) => {
    expect(scanningOf(known(plans))).toEqual(expected);
  });

  it("are of unknown state when the plans cannot be read", () => {
    expect(scanningOf(unreadable("Forbidden"))).toEqual({ kind: "unreadable", why: "Forbidden" });
  });
});

import { describe, expect, it } from "vitest";
import { alertFindings, alertUrgency, mergeAlerts } from "../../../shared/decisions/alerts.ts";
import { judgeCluster } from "../../../shared/decisions/compliance.ts";
import type { DefenderAlert } from "../../../shared/domain/alert.ts";
import { known } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCompliance,
  aFinding,
  aFullPlan,
  aLeave,
  anAlert,
  anInForce,
  aPolicy,
  aProtectedCluster,
  now,
} from "../../support/builders.ts";

const rules = aPolicy().alerts;

describe("an alert", () => {
  it.each([
    ["High", "K8S_ExposedDashboard", "urgent"],
    ["Medium", "K8S_ExposedDashboard", "digest"],
    ["Low", "K8S_ExposedDashboard", "digest"],
    ["Informational", "K8S_ExposedDashboard", "case-only"],
    ["Informational", "k8s_privilegedcontainer", "digest"],
  ] as const)("of severity %s and type %s is told: %s", (severity, type, how) => {
    expect(alertUrgency({ severity, type }, rules)).toBe(how);
  });

  it("below the policy's bar waits in the case", () => {
    const high = { ...rules, tellFrom: "High" } as const;
    expect(alertUrgency(anAlert({ severity: "Medium" }), high)).toBe("case-only");
  });
});

it("of alerts told twice the one seen last counts", () => {
  const first = anAlert({ seenAt: "2026-11-23T08:00:00.000Z" });
  const last = anAlert({ seenAt: "2026-11-23T08:30:00.000Z", status: "resolved" });
  expect(mergeAlerts([last, first])).toEqual([last]);
  expect(mergeAlerts([first, last])).toEqual([last]);
});

describe("an alert's finding", () => {
  const judge = (alerts: readonly DefenderAlert[], findings = aCase().findings, at = now) =>
    judgeCluster(
      {
        cluster: aProtectedCluster(),
        addon: aLeave(),
        sensor: aLeave(),
        control: known(aCompliance()),
        workload: known(aCompliance()),
        plans: known([aFullPlan()]),
        alerts,
        addonOnSince: null,
        case: aCase({ findings }),
        now: at,
      },
      anInForce(),
    ).findings;

  it("stands until Defender shows it closed", () => {
    const open = judge([anAlert()]);
    expect(open[0]).toMatchObject({
      key: `alert:${anAlert().id}`,
      rule: "alerts",
      resolvedAt: null,
    });
    for (const status of ["resolved", "dismissed"] as const) {
      expect(judge([anAlert({ status })], open)[0]?.resolvedAt).toBe(now);
    }
  });

  it("ends 30 days after it was last seen, told of or not", () => {
    const open = judge([anAlert()]);
    const later = "2026-12-23T08:55:00.000Z";
    const before = "2026-12-23T08:54:59.000Z";
    expect(judge([anAlert()], open, before)[0]?.resolvedAt).toBeNull();
    expect(judge([anAlert()], open, later)[0]?.resolvedAt).toBe(later);
    expect(judge([], open, before)[0]?.resolvedAt).toBeNull();
    expect(judge([], open, later)[0]?.resolvedAt).toBe(later);
  });

  it("is remembered but never open for a test", () => {
    const found = judge([anAlert({ test: true })]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ title: expect.stringMatching(/^Test: /), resolvedAt: now });
    expect(judge([anAlert({ test: true })], found)).toEqual(found);
  });

  it("does not arise from an alert that was over before it was seen", () => {
    expect(alertFindings([anAlert({ status: "resolved" })], [], now)).toEqual([]);
    expect(alertFindings([anAlert({ seenAt: "2026-10-01T00:00:00.000Z" })], [], now)).toEqual([]);
  });

  it("is not closed by anything that Azure Policy says", () => {
    const findings = judge([anAlert()], [aFinding()]);
    expect(findings.filter(({ resolvedAt }) => resolvedAt === null)).toHaveLength(1);
  });
});

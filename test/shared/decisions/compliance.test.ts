import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClusterFacts, judgeCluster } from "../../../shared/decisions/compliance.ts";
import type { Finding } from "../../../shared/domain/finding.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import type { Compliance } from "../../../shared/domain/violation.ts";
import {
  aCase,
  aCluster,
  aCompliance,
  aFinding,
  aFullPlan,
  aLeave,
  anAlert,
  anExemption,
  anInForce,
  aPlan,
  aPolicy,
  aProtectedCluster,
  aViolation,
  now,
} from "../../support/builders.ts";

const facts = (over: Partial<ClusterFacts> = {}): ClusterFacts => ({
  cluster: aProtectedCluster(),
  addon: aLeave(),
  sensor: aLeave({ rule: "sensor", act: "enable-sensor" }),
  control: known(aCompliance()),
  workload: known(aCompliance()),
  plans: known([aFullPlan()]),
  alerts: [],
  addonOnSince: null,
  case: null,
  now,
  ...over,
});
const judge = (over: Partial<ClusterFacts> = {}, inForce = anInForce()) =>
  judgeCluster(facts(over), inForce);
const partOf = (name: string, over: Partial<ClusterFacts>) =>
  judge(over).parts.find((part) => part.name === name);
const silent = known(aCompliance({ compliant: 0 }));
const violating = (over: Parameters<typeof aViolation>[0] = {}) =>
  known(aCompliance({ violations: [aViolation(over)] }));
const openKeys = (findings: readonly Finding[]) =>
  findings.filter(({ resolvedAt }) => resolvedAt === null).map(({ key }) => key);

describe("the verdict", () => {
  it.each<[string, Partial<ClusterFacts>, string]>([
    ["all that can be asked is compliant", {}, "compliant"],
    ["a workload violates", { workload: violating() }, "noncompliant"],
    ["the cluster violates", { control: violating({ layer: "resource" }) }, "noncompliant"],
    [
      "the add-on is off",
      { cluster: aProtectedCluster({ addon: { on: false, key: null } }) },
      "noncompliant",
    ],
    ["there is no row about the cluster", { control: silent }, "unknown"],
    ["there is no row from inside", { workload: silent }, "unknown"],
    [
      "everything inside is exempt",
      { workload: known(aCompliance({ compliant: 0, exempt: 3 })) },
      "unknown",
    ],
    [
      "something is in conflict",
      { control: known(aCompliance({ undecided: { Conflict: 1 } })) },
      "unknown",
    ],
    [
      "an error stands beside a violation",
      {
        workload: known({ ...aCompliance(), violations: [aViolation()], undecided: { Error: 1 } }),
      },
      "noncompliant",
    ],
    ["the cluster's states cannot be read", { control: unreadable("403") }, "unknown"],
    ["those from inside cannot be read", { workload: unreadable("403") }, "unknown"],
    ["an alert stands", { alerts: [anAlert()] }, "compliant"],
  ])("when %s: %s", (_, over, verdict) => {
    expect(judge(over).verdict).toBe(verdict);
  });

  it("is never compliant without a row that says so in both layers", () => {
    const compliance = fc.record({
      violations: fc.constantFrom([], [aViolation()]),
      compliant: fc.nat(2),
      undecided: fc.constantFrom<Compliance["undecided"]>({}, { Error: 1 }, { NotStarted: 0 }),
      exempt: fc.nat(1),
    });
    const layer = fc.oneof(compliance.map(known), fc.constant(unreadable("403")));
    fc.assert(
      fc.property(layer, layer, fc.boolean(), (control, workload, on) => {
        const cluster = aProtectedCluster({ addon: { on, key: null } });
        const { verdict } = judge({ control, workload, cluster });
        if (verdict !== "compliant") return;
        expect(on).toBe(true);
        for (const seen of [control, workload]) {
          if (seen.kind !== "known") throw new Error("compliant though unreadable");
          expect(seen.value.compliant).toBeGreaterThan(0);
          expect(seen.value.violations).toEqual([]);
          expect(Object.values(seen.value.undecided).some((count) => count > 0)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("findings", () => {
  it("name the definition once, whichever assignments found it, with all that violates it", () => {
    const pod = (name: string) => ({ type: "pod", namespace: "shop", name, reason: null });
    const workload = known(
      aCompliance({
        violations: [
          aViolation({ components: [pod("a"), pod("b")], componentCount: 2 }),
          aViolation({
            assignment: "other",
            components: [pod("B"), pod("c")],
            componentCount: 500,
            cutOff: true,
          }),
        ],
      }),
    );
    const [finding, ...more] = judge({ workload }).findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      key: "policy:95edb821-ddaf-4404-9732-666045e056b4",
      part: "workload",
      severity: "High",
      componentCount: 500,
      cutOff: true,
      firstSeen: now,
      resolvedAt: null,
    });
    expect(finding?.components).toHaveLength(3);
  });

  it("call a policy of the house by its assignment", () => {
    const own = violating({ definition: "own", assignment: "Labels of the house" });
    expect(judge({ control: own }).findings[0]?.title).toContain("Labels of the house");
  });

  it("keep when they were first seen, and end when they are seen no more", () => {
    const before = aFinding({ firstSeen: "2026-11-01T00:00:00.000Z" });
    const known_ = aCase({ findings: [before] });
    expect(judge({ workload: violating(), case: known_ }).findings[0]).toMatchObject({
      firstSeen: before.firstSeen,
      lastSeen: now,
      resolvedAt: null,
    });
    expect(judge({ case: known_ }).findings[0]).toEqual({ ...before, resolvedAt: now });
  });

  it("begin anew when they come back", () => {
    const over = aFinding({ resolvedAt: "2026-11-22T10:00:00.000Z" });
    const again = judge({ workload: violating(), case: aCase({ findings: [over] }) });
    expect(again.findings[0]).toMatchObject({ firstSeen: now, resolvedAt: null });
  });

  it("are forgotten 30 days after their end", () => {
    const over = aFinding({ resolvedAt: "2026-10-24T09:00:00.000Z" });
    expect(judge({ case: aCase({ findings: [over] }) }).findings).toEqual([]);
  });

  it.each<[string, Partial<ClusterFacts>]>([
    ["the states cannot be read", { workload: unreadable("403") }],
    ["there are no rows", { workload: silent }],
    ["something is undecided", { workload: known(aCompliance({ undecided: { Error: 1 } })) }],
    ["the add-on is off", { cluster: aProtectedCluster({ addon: { on: false, key: null } }) }],
    ["the add-on has just come on", { addonOnSince: "2026-11-23T08:59:00.000Z" }],
  ])("stay open while %s", (_, over) => {
    const { findings } = judge({ ...over, case: aCase({ findings: [aFinding()] }) });
    expect(openKeys(findings)).toContain(aFinding().key);
  });

  it("are the missing add-on and sensor, too", () => {
    const { findings } = judge({ cluster: aCluster() });
    expect(openKeys(findings)).toEqual(["addon", "sensor"]);
  });

  it("of an exempt rule are left out, and do not count as fixed", () => {
    const exemptions = [anExemption({ rule: "compliance" }), anExemption({ rule: "sensor" })];
    const inForce = anInForce({ policy: aPolicy({ exemptions }) });
    const sensor = { on: false, workspaceId: null };
    const cluster = aProtectedCluster({ sensor });
    const before = aCase({ findings: [aFinding()] });
    expect(judge({ cluster, workload: violating(), case: before }, inForce).findings).toEqual([]);
    expect(judge({ cluster, case: before }, inForce).findings).toEqual([]);
  });
});

describe("the four parts", () => {
  it("show findings, none, or not readable and why", () => {
    const { parts } = judge({
      workload: violating(),
      control: unreadable("403"),
      alerts: [anAlert()],
    });
    expect(parts).toEqual([
      { name: "audit-log", status: "findings", why: null },
      { name: "node", status: "none", why: null },
      { name: "configuration", status: "unreadable", why: "403" },
      { name: "workload", status: "findings", why: null },
    ]);
  });

  it.each<[string, string, Partial<ClusterFacts>]>([
    ["audit-log", "Defender for Containers is off", { plans: known([aPlan()]) }],
    ["audit-log", "could not be read", { plans: unreadable("403") }],
    ["node", "Defender for Containers is off", { plans: known([aPlan()]) }],
    ["node", "could not be read", { plans: unreadable("403") }],
    [
      "node",
      "sensor is off",
      { cluster: aProtectedCluster({ sensor: { on: false, workspaceId: null } }) },
    ],
    [
      "workload",
      "add-on is off",
      { cluster: aProtectedCluster({ addon: { on: false, key: null } }) },
    ],
    ["workload", "no report", { workload: silent }],
    [
      "configuration",
      "1 Conflict",
      { control: known(aCompliance({ undecided: { Conflict: 1 } })) },
    ],
  ])("%s is not readable: %s", (name, why, over) => {
    expect(partOf(name, over)).toMatchObject({
      status: "unreadable",
      why: expect.stringContaining(why),
    });
  });

  it("take the older plan for the audit log, and the plan for machines for nodes", () => {
    const older = [aPlan({ name: "KubernetesService", on: true })];
    expect(partOf("audit-log", { plans: known(older) })?.status).toBe("none");
    const machines = [aPlan({ name: "VirtualMachines", on: true })];
    expect(partOf("node", { plans: known(machines) })?.status).toBe("none");
  });

  it("put an alert of a node where it belongs", () => {
    const alerts = [anAlert({ layer: "node" })];
    expect(partOf("node", { alerts })?.status).toBe("findings");
    expect(partOf("audit-log", { alerts })?.status).toBe("none");
  });
});

describe("an add-on that has just come on", () => {
  const since = "2026-11-23T08:30:00.000Z";

  it("makes what is inside unknown for 45 minutes, even if old rows say compliant", () => {
    const judged = judge({ addonOnSince: since });
    expect(judged.verdict).toBe("unknown");
    expect(judged.unknownLooks).toBe(0);
    expect(judged.lookAgain?.at).toBe("2026-11-23T09:15:01.000Z");
    expect(judge({ addonOnSince: since, now: "2026-11-23T09:15:00.000Z" }).verdict).toBe(
      "compliant",
    );
  });

  it("shows the violations of its first report at once", () => {
    expect(judge({ addonOnSince: since, workload: violating() })).toMatchObject({
      verdict: "noncompliant",
      lookAgain: { at: "2026-11-23T09:15:01.000Z" },
    });
  });
});

describe("reports that do not come", () => {
  const run = (at: string, earlier: ReturnType<typeof judge> | null) =>
    judge({
      workload: silent,
      now: at,
      case: earlier && aCase({ ...earlier, updatedAt: at }),
    });

  it("are waited for 1, 6 and 24 hours; then they are a finding, and scans are enough", () => {
    let judged = run(now, null);
    const looks = [judged.lookAgain?.at];
    while (judged.lookAgain) {
      expect(openKeys(judged.findings)).toEqual([]);
      judged = run(judged.lookAgain.at, judged);
      looks.push(judged.lookAgain?.at);
    }
    expect(looks).toEqual([
      "2026-11-23T10:00:01.000Z",
      "2026-11-23T16:00:02.000Z",
      "2026-11-24T16:00:03.000Z",
      undefined,
    ]);
    expect(openKeys(judged.findings)).toEqual(["no-policy-reports"]);
    expect(judged.verdict).toBe("unknown");
    const later = run("2026-12-24T09:00:00.000Z", judged);
    expect(later.lookAgain).toBeNull();
    expect(openKeys(later.findings)).toEqual(["no-policy-reports"]);
  });

  it("are not waited for any longer because of a look in between", () => {
    const first = run(now, null);
    const between = run("2026-11-23T09:30:00.000Z", first);
    expect(between.lookAgain).toEqual(first.lookAgain);
    expect(between.unknownLooks).toBe(first.unknownLooks);
  });

  it("are forgotten once they come", () => {
    const judged = judge({ case: aCase({ unknownLooks: 3 }) });
    expect(judged).toMatchObject({ unknownLooks: 0, lookAgain: null, verdict: "compliant" });
  });

  it("are not expected of a stopped cluster, nor from inside without the add-on", () => {
    const stopped = aProtectedCluster({ powerState: "Stopped" });
    expect(judge({ cluster: stopped, workload: silent }).lookAgain).toBeNull();
    const off = aProtectedCluster({ addon: { on: false, key: null } });
    expect(judge({ cluster: off, workload: silent }).lookAgain).toBeNull();
  });
});

it("finds the same when it looks twice", () => {
  const layers = fc.constantFrom(known(aCompliance()), silent, violating(), unreadable("403"));
  fc.assert(
    fc.property(layers, layers, fc.boolean(), (control, workload, alerted) => {
      const alerts = alerted ? [anAlert()] : [];
      const first = judge({ control, workload, alerts });
      const second = judge({ control, workload, alerts, case: aCase({ ...first }) });
      expect(second).toEqual(first);
    }),
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingOfImage } from "../../../shared/decisions/image-findings.ts";
import {
  type ImagesLook,
  judgeRegistry,
  type RegistryFacts,
} from "../../../shared/decisions/judge-registry.ts";
import type { InForce } from "../../../shared/domain/policy.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCompliance,
  anAlert,
  anExemption,
  anInForce,
  aPolicy,
  aViolation,
} from "../../support/builders.ts";
import { aKeptImage, aRegistry, registrySubject } from "../../support/image-fixtures.ts";

const now = "2026-11-23T09:00:00.000Z";
const facts = {
  version: "v1",
  open: 1,
  running: 0,
  unknown: 0,
  leftOut: {},
  openRecommendations: 1,
  changedAt: now,
};
const clean: ImagesLook = {
  kind: "read",
  findings: [],
  facts: { ...facts, open: 0 },
  unjudged: null,
};
const vulnerable: ImagesLook = { ...clean, findings: [findingOfImage(aKeptImage())], facts };
const admin = aViolation({ definition: "dc921057-6b28-4fbe-9b83-f7bec05db6c2", layer: "resource" });

const judge = (over: Partial<RegistryFacts> = {}, inForce: InForce = anInForce()) =>
  judgeRegistry(
    {
      registry: aRegistry(),
      control: known(aCompliance()),
      images: clean,
      alerts: [],
      case: null,
      now,
      ...over,
    },
    inForce,
  );
const partOf = (judged: ReturnType<typeof judge>, name: string) =>
  judged.parts.find((part) => part.name === name);
const images = (mode: "observe" | "enforce") => {
  const policy = aPolicy();
  const rules = { ...policy.rules, images: { ...policy.rules.images, mode } };
  return anInForce({ policy: { ...policy, rules } });
};

describe("a registry", () => {
  it("is compliant when its settings and its images are", () => {
    expect(judge()).toMatchObject({ verdict: "compliant", findings: [], decision: null });
  });

  it("is not when an image has something to update, or a setting is wrong", () => {
    expect(judge({ images: vulnerable })).toMatchObject({
      verdict: "noncompliant",
      findings: [{ rule: "images", part: "images" }],
    });
    const control = known(aCompliance({ violations: [admin] }));
    expect(judge({ control })).toMatchObject({
      verdict: "noncompliant",
      findings: [{ title: "Admin account on", part: "configuration" }],
    });
  });

  it("is told, not blamed, where the policy only observes images", () => {
    const judged = judge({ images: vulnerable }, images("observe"));
    expect(judged.verdict).toBe("compliant");
    expect(judged.findings).toHaveLength(1);
  });

  it("is unknown, never clean, without a scan, and says why", () => {
    const dark: ImagesLook = {
      ...vulnerable,
      findings: [],
      facts: { ...facts, open: 0 },
      unjudged: { reason: "no-plan", why: null },
    };
    const judged = judge({ images: dark });
    expect(judged.verdict).toBe("unknown");
    expect(judged.decision).toMatchObject({ rule: "images", reason: "not-scanned" });
    expect(partOf(judged, "images")).toMatchObject({
      status: "unreadable",
      why: expect.stringContaining("Defender for Containers is off"),
    });
  });

  it("is unknown while an image is out of sight, and while no policy reports on it", () => {
    const judged = judge({ images: { ...clean, facts: { ...facts, unknown: 2 } } });
    expect(judged.verdict).toBe("unknown");
    expect(partOf(judged, "images")?.why).toContain("2 images");
    expect(judge({ control: known(aCompliance({ compliant: 0 })) }).verdict).toBe("unknown");
    expect(judge({ control: unreadable("403") }).verdict).toBe("unknown");
  });

  it("waits for missing reports as a cluster does, then says that none come", () => {
    const control = known(aCompliance({ compliant: 0 }));
    let before = aCase({ subject: registrySubject, kind: "registry", findings: [] });
    const waits: (number | null)[] = [];
    let at = now;
    for (let look = 0; look < 4; look += 1) {
      const judged = judge({ control, case: before, now: at });
      expect(judged.verdict).toBe("unknown");
      const wait = judged.lookAgain ? Date.parse(judged.lookAgain.at) - Date.parse(at) : null;
      waits.push(wait === null ? null : Math.floor(wait / 3_600_000));
      expect(judged.findings.map(({ title }) => title)).toEqual(
        wait === null ? ["No policy reports on this registry"] : [],
      );
      at = judged.lookAgain?.at ?? at;
      before = { ...before, ...judged };
    }
    expect(waits).toEqual([1, 6, 24, null]);
    const judged = judge({ case: before, now: at });
    expect(judged).toMatchObject({ verdict: "compliant", unknownLooks: 0, lookAgain: null });
    expect(judged.findings).toMatchObject([{ resolvedAt: at }]);
  });

  it("waits for no policy because of its images", () => {
    const judged = judge({ images: { ...clean, facts: { ...facts, unknown: 2 } } });
    expect(judged).toMatchObject({ verdict: "unknown", unknownLooks: 0, lookAgain: null });
  });

  it("keeps the images of the last look when they cannot be read now", () => {
    const before = aCase({
      subject: registrySubject,
      kind: "registry",
      findings: [findingOfImage(aKeptImage())],
    });
    const judged = judge({ images: { kind: "unreadable", why: "throttled" }, case: before });
    expect(judged.findings).toHaveLength(1);
    expect(judged.decision).toMatchObject({ reason: "unreadable", detail: "throttled" });
  });

  it("is excused by an exemption, from images and settings each by itself", () => {
    const excuse = (rule: "images" | "compliance") =>
      anInForce({
        policy: aPolicy({
          exemptions: [anExemption({ scope: aRegistry().id, rule, until: "2026-12-31" })],
        }),
      });
    const control = known(aCompliance({ violations: [admin] }));
    const judged = judge({ images: { kind: "excused" }, control }, excuse("images"));
    expect(judged.findings.map(({ rule }) => rule)).toEqual(["compliance"]);
    expect(judged.decision).toMatchObject({ rule: "images", reason: "exempt" });
    expect(judge({ images: vulnerable, control }, excuse("compliance")).findings).toMatchObject([
      { rule: "images" },
    ]);
  });

  it("tells its alerts, which do not make it noncompliant", () => {
    const alert = anAlert({
      subject: registrySubject,
      resource: registrySubject,
      layer: "registry",
    });
    const judged = judge({ alerts: [alert] });
    expect(judged.verdict).toBe("compliant");
    expect(partOf(judged, "audit-log")?.status).toBe("findings");
  });
});

it("is never compliant on what was not seen", () => {
  const looks = fc.constantFrom<ImagesLook>(
    clean,
    vulnerable,
    { kind: "unreadable", why: "403" },
    { ...vulnerable, findings: [], unjudged: { reason: "not-assessed", why: null } },
  );
  const controls = fc.constantFrom(
    known(aCompliance()),
    known(aCompliance({ compliant: 0 })),
    known(aCompliance({ undecided: { NotStarted: 1 } })),
    unreadable("403"),
  );
  const holds = fc.property(looks, controls, (look, control) => {
    const judged = judge({ images: look, control });
    const seen = look === clean && control.kind === "known" && control.value.compliant > 0;
    const decided = seen && Object.keys(control.value.undecided).length === 0;
    expect(judged.verdict === "compliant").toBe(decided);
  });
  fc.assert(holds);
});

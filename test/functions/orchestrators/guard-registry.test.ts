import { describe, expect, it } from "vitest";
import { guardRegistry } from "../../../functions/orchestrators/guard-registry.ts";
import { findingOfImage } from "../../../shared/decisions/image-findings.ts";
import type { Case } from "../../../shared/domain/case.ts";
import { known } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCompliance,
  anExemption,
  anInForce,
  aPlan,
  aPolicy,
  aViolation,
} from "../../support/builders.ts";
import { aKeptImage, aRegistry, registrySubject } from "../../support/image-fixtures.ts";
import { noImages, registryStandIns } from "../../support/registry-stand-ins.ts";
import { type Ran, runOrchestration, type StandIns } from "../../support/run-orchestration.ts";
import { inputsOf } from "../../support/stand-ins.ts";

const subject = registrySubject;
const facts = { ...noImages.facts, version: "v2", open: 1, openRecommendations: 1 };
const vulnerable = { ...noImages, findings: [findingOfImage(aKeptImage())], facts };

interface Given {
  readonly registry?: ReturnType<typeof aRegistry> | null;
  readonly case?: Case | null;
  readonly inForce?: ReturnType<typeof anInForce>;
  readonly with?: StandIns;
}

async function guard(given: Given = {}): Promise<Ran> {
  const state = { registry: given.registry === undefined ? aRegistry() : given.registry };
  const { case: before = null, inForce = anInForce() } = given;
  const standIns = registryStandIns(state, { case: before, inForce });
  return runOrchestration(guardRegistry, { subject }, { ...standIns, ...given.with });
}

const aRegistryCase = (over: Partial<Case> = {}): Case =>
  aCase({ subject, kind: "registry", resourceId: aRegistry().id, name: "acrShop", ...over });
const withImages = (version: string, told: "no" | "preview" | "mail" = "mail") =>
  aRegistryCase({
    facts: { ...aRegistryCase().facts, images: { ...facts, version, told } },
  });
const recorded = (ran: Ran): Case => inputsOf(ran, "record").at(-1)?.["case"] as Case;

describe("a look at a registry", () => {
  it("judges its images, tags it, tells the owners of repositories, then records", async () => {
    const ran = await guard({ with: { judgeImages: () => vulnerable } });
    expect(ran.error).toBeNull();
    expect(recorded(ran)).toMatchObject({
      kind: "registry",
      name: "acrShop",
      subscriptionName: "Shop",
      findings: [{ key: expect.stringMatching(/^image:team-a\/shop@sha256:/) }],
      writes: [{ act: "write-tags" }],
      facts: { images: { version: "v2", told: "mail" }, resourceGroup: "rg-shop" },
    });
    expect(inputsOf(ran, "mergeTags")[0]?.["tags"]).toEqual({
      "guardrail-compliance": "noncompliant",
      "guardrail-since": "2026-11-23",
    });
    expect(inputsOf(ran, "tellImages")).toEqual([
      {
        subject,
        caseId: recorded(ran).id,
        before: null,
        after: "v2",
        untold: false,
        since: null,
      },
    ]);
    const order = ["judgeImages", "mergeTags", "tellImages", "record", "settle"];
    const places = order.map((name) => ran.calls.indexOf(name));
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it("leaves image findings to their own notices", async () => {
    const ran = await guard({ with: { judgeImages: () => vulnerable } });
    expect(inputsOf(ran, "tell")).toEqual([]);
  });

  it("tells the registry's owners of its settings", async () => {
    const admin = aViolation({
      definition: "dc921057-6b28-4fbe-9b83-f7bec05db6c2",
      layer: "resource",
    });
    const compliance = known(aCompliance({ violations: [admin] }));
    const ran = await guard({ with: { registryCompliance: () => compliance } });
    expect(inputsOf(ran, "tell")[0]).toMatchObject({
      to: ["shop-team@contoso.com"],
      notices: [{ key: `finding:policy:${admin.definition}` }],
    });
  });

  it("looks again in an hour where no policy has reported, and remembers that it did", async () => {
    const compliance = known(aCompliance({ compliant: 0 }));
    const ran = await guard({ with: { registryCompliance: () => compliance } });
    const one = recorded(ran);
    expect(one).toMatchObject({
      unknownLooks: 1,
      decisions: [{ act: "write-tags", reason: "no-policy-reports" }],
    });
    expect(one.lookAgain?.at).toBeDefined();
    expect(inputsOf(ran, "settle").at(-1)?.["next"]).toBe(one.lookAgain?.at);
  });

  it("asks with the plans that decide whether images are scanned", async () => {
    const ran = await guard({ with: { recentPlans: () => known([aPlan()]) } });
    expect(inputsOf(ran, "judgeImages")[0]).toMatchObject({
      registry: "acrShop",
      scanning: { kind: "off", why: "no-plan" },
      owners: { to: ["shop-team@contoso.com"] },
      version: null,
    });
  });

  it("is quiet when nothing changed: no notice, no tag, no image written or removed", async () => {
    const registry = aRegistry({
      tags: { "guardrail-compliance": "noncompliant", "guardrail-since": "2026-11-22" },
    });
    const before = withImages("v2");
    const ran = await guard({ registry, case: before, with: { judgeImages: () => vulnerable } });
    for (const name of ["tellImages", "tell", "mergeTags", "dropImages"]) {
      expect(ran.calls).not.toContain(name);
    }
  });

  it("removes the images that the case names no longer, once it is recorded", async () => {
    const ran = await guard({ case: withImages("v1"), with: { judgeImages: () => vulnerable } });
    expect(inputsOf(ran, "dropImages")).toEqual([{ subject, version: "v1", current: "v2" }]);
    expect(ran.calls.indexOf("record")).toBeLessThan(ran.calls.indexOf("dropImages"));
  });

  it("keeps every version when a newer run has recorded the case", async () => {
    const ran = await guard({
      case: withImages("v1"),
      with: { judgeImages: () => vulnerable, record: () => ({ kind: "conflict" }) },
    });
    expect(ran.calls).not.toContain("dropImages");
    expect(ran.calls).not.toContain("settle");
  });

  it("tells everything once the stage lets mails out", async () => {
    const ran = await guard({
      case: withImages("v2", "preview"),
      with: { judgeImages: () => vulnerable },
    });
    expect(inputsOf(ran, "tellImages")[0]).toMatchObject({ before: "v2", untold: true });
  });

  it("tells nobody of images that are only observed, and does not tag for them", async () => {
    const policy = aPolicy();
    const rules = { ...policy.rules, images: { ...policy.rules.images, mode: "observe" as const } };
    const inForce = anInForce({ policy: { ...policy, rules } });
    const registry = aRegistry({ tags: { "guardrail-compliance": "noncompliant" } });
    const ran = await guard({ registry, inForce, with: { judgeImages: () => vulnerable } });
    expect(ran.calls).not.toContain("tellImages");
    expect(inputsOf(ran, "mergeTags")[0]?.["tags"]).toMatchObject({
      "guardrail-compliance": "compliant",
    });
  });

  it("does not look into images that are exempt", async () => {
    const exemptions = [
      anExemption({ scope: aRegistry().id, rule: "images", until: "2026-12-31" }),
    ];
    const inForce = anInForce({ policy: aPolicy({ exemptions }) });
    const ran = await guard({ inForce, case: withImages("v1") });
    expect(ran.calls).not.toContain("judgeImages");
    expect(inputsOf(ran, "dropImages")).toEqual([{ subject, version: "v1", current: null }]);
  });

  it("keeps what it knew when Azure keeps the images from it, and comes back soon", async () => {
    const wait = { kind: "wait", seconds: 5, why: "throttled" };
    const ran = await guard({ case: withImages("v1"), with: { judgeImages: () => wait } });
    expect(recorded(ran).facts.images).toMatchObject({ version: "v1" });
    expect(ran.calls).not.toContain("dropImages");
    expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
  });

  it("leaves no case of a registry in which all is well", async () => {
    const registry = aRegistry({
      tags: { "guardrail-compliance": "compliant", "guardrail-since": "2026-11-01" },
    });
    const ran = await guard({ registry });
    expect(ran.calls).not.toContain("record");
    expect(ran.outcome).toBe("compliant");
  });

  it("closes the case of a registry that is gone, with its images", async () => {
    const ran = await guard({ registry: null, case: withImages("v1") });
    expect(recorded(ran)).toMatchObject({ gone: true });
    expect(inputsOf(ran, "dropImages")).toEqual([{ subject, version: "v1", current: null }]);
  });

  it("concludes nothing from a registry that it may not read", async () => {
    const no = { kind: "refused", status: 403, code: "AuthorizationFailed", message: "no" };
    const ran = await guard({ case: withImages("v1"), with: { findRegistry: () => no } });
    expect(recorded(ran)).toMatchObject({
      gone: false,
      facts: { images: { version: "v1" } },
      parts: [{ status: "unreadable" }, { status: "unreadable" }],
    });
  });
});

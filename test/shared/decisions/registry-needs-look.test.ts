import { describe, expect, it } from "vitest";
import type { EstateRegistry } from "../../../shared/azure/ports.ts";
import { registryNeedsLook } from "../../../shared/decisions/registry-needs-look.ts";
import type { Case } from "../../../shared/domain/case.ts";
import type { Scanning } from "../../../shared/domain/image-finding.ts";
import {
  aCase,
  aFinding,
  aLeave,
  anExemption,
  anInForce,
  aPolicy,
} from "../../support/builders.ts";
import { aRegistry, registrySubject } from "../../support/image-fixtures.ts";

const now = "2026-11-23T09:00:00.000Z";
const changedAt = "2026-11-22T08:00:00.000Z";
const admin = "dc921057-6b28-4fbe-9b83-f7bec05db6c2";
const on: Scanning = { kind: "on" };
const off: Scanning = { kind: "off", why: "no-plan" };

const row = (over: Partial<EstateRegistry> = {}): EstateRegistry => ({
  id: aRegistry().id,
  name: "acrShop",
  subscriptionId: "11111111-1111-4111-8111-111111111111",
  loginServer: "acrshop.azurecr.io",
  tags: {},
  nonCompliant: [],
  openRecommendations: 3,
  recommendationsChangedAt: changedAt,
  ...over,
});
const known = (over: Partial<Case> = {}): Case =>
  aCase({
    subject: registrySubject,
    kind: "registry",
    ...over,
    facts: {
      ...aCase().facts,
      images: {
        version: "v1",
        open: 1,
        running: 0,
        unknown: 0,
        leftOut: {},
        openRecommendations: 3,
        changedAt,
        told: "mail",
      },
      ...over.facts,
    },
  });
const why = (over: Partial<EstateRegistry>, one: Case | null, scanning: Scanning = on) =>
  registryNeedsLook({ row: row(over), scanning }, one, anInForce(), now);

describe("a registry that was never looked at", () => {
  it.each([
    ["Defender recommends something for its images", {}, on],
    ["its images are not scanned", { openRecommendations: 0 }, off],
    [`it violates ${admin}`, { nonCompliant: [admin] }, on],
  ] as const)("is looked at because %s", (reason, over, scanning) => {
    expect(why(over, null, scanning)).toBe(reason);
  });

  it("is left where nothing is open", () => {
    expect(why({ openRecommendations: 0 }, null)).toBeNull();
    expect(why({ openRecommendations: 0, recommendationsChangedAt: null }, null)).toBeNull();
  });
});

describe("a registry with a case", () => {
  it("is left when nothing differs, in whatever words Azure writes the time", () => {
    expect(why({}, known())).toBeNull();
    expect(why({ recommendationsChangedAt: "2026-11-22T08:00:00Z" }, known())).toBeNull();
  });

  it.each([
    ["has looked at its images anew", { recommendationsChangedAt: "2026-11-22T08:00:01Z" }],
    ["recommendations for its images have changed", { openRecommendations: 2 }],
    ["violates", { nonCompliant: [admin] }],
  ])("is looked at when Azure %s", (reason, over) => {
    expect(why(over, known())).toContain(reason);
  });

  it("is looked at when a setting may be fixed", () => {
    const findings = [aFinding({ key: `policy:${admin}`, part: "configuration", title: "Admin" })];
    expect(why({}, known({ findings }))).toBe("perhaps fixed: Admin");
  });

  it("is looked at once when scanning goes off, and once when it has results again", () => {
    const dark = known({
      decisions: [aLeave({ rule: "images", act: null, reason: "not-scanned" })],
    });
    expect(why({}, known(), off)).toBe("its images are not scanned any more");
    expect(why({}, dark, off)).toBeNull();
    expect(why({}, dark, on)).toBe("its images are scanned now");
  });

  it("is looked at when the policy has changed", () => {
    expect(why({}, known({ policyHash: "old" }))).toBe("the policy has changed");
  });

  it("is not looked at for what is exempt", () => {
    const exemptions = (["images", "compliance"] as const).map((rule) =>
      anExemption({ scope: aRegistry().id, rule, until: "2026-12-31" }),
    );
    const inForce = anInForce({ policy: aPolicy({ exemptions }) });
    const changed = row({ openRecommendations: 9, nonCompliant: [admin] });
    expect(registryNeedsLook({ row: changed, scanning: off }, known(), inForce, now)).toBeNull();
  });

  it("does not take Azure Policy's word about images for a setting", () => {
    expect(why({ nonCompliant: ["090c7b07-b4ed-4561-ad20-e9075f3ccaff"] }, known())).toBeNull();
  });
});

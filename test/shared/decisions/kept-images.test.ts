import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsInCase } from "../../../shared/decisions/image-findings.ts";
import { decideImages } from "../../../shared/decisions/images.ts";
import { mergeImages, rememberedOf, sameImages } from "../../../shared/decisions/kept-images.ts";
import type { ClosedImage, ImageAssessment } from "../../../shared/domain/image-finding.ts";
import { isOpenImage, type KeptImage } from "../../../shared/domain/kept-image.ts";
import {
  aKeptImage,
  aKeptImageAt,
  anAssessment,
  anImageFinding,
  aSecretFinding,
  digestOf,
  found,
} from "../../support/image-fixtures.ts";

const now = "2026-11-23T09:00:00.000Z";
const { owners } = aKeptImage();
const nothing = { findings: [], unknown: [], closed: [] };
const seen = (judgement: Partial<typeof nothing> | object) => ({
  judgement: { ...nothing, ...judgement },
  ownersOf: () => owners,
  now,
});
const closed = (why: ClosedImage["why"]) => [
  { image: { ...anImageFinding().image, about: "software", unknownSince: null } as const, why },
];

describe("images over the looks", () => {
  it("keep the time at which they were found while they are found", () => {
    const [kept] = mergeImages([aKeptImage()], seen({ findings: [anImageFinding()] }));
    expect(kept).toEqual(aKeptImage());
  });

  it("are kept twice where a secret lies in one whose software is known already", () => {
    const secret = aSecretFinding();
    const kept = mergeImages([aKeptImage()], seen({ findings: [secret, anImageFinding()] }));
    expect(kept).toEqual([aKeptImage({ finding: secret, firstSeen: now }), aKeptImage()]);
    expect(rememberedOf(kept).map(({ about }) => about)).toEqual(["secret", "software"]);
    expect(findingsInCase(kept).map(({ key, title }) => [key.split("@")[0], title])).toEqual([
      ["image:secret:team-a/shop", "team-a/shop:v1: a secret lies in it"],
      ["image:team-a/shop", "team-a/shop:v1: 1 package to update"],
    ]);
  });

  it("begin anew when they come back", () => {
    const back = mergeImages(
      [aKeptImage({ resolvedAt: found })],
      seen({ findings: [anImageFinding()] }),
    );
    expect(back).toEqual([aKeptImage({ firstSeen: now })]);
  });

  it.each(["clean", "replaced", "gone"] as const)("are fixed when they are %s", (why) => {
    expect(mergeImages([aKeptImage()], seen({ closed: closed(why) }))).toEqual([
      aKeptImage({ resolvedAt: now }),
    ]);
  });

  it.each(["exempt", "under-the-bar", "no-result-for-long"] as const)(
    "go without a word when they are %s: that is no fix",
    (why) => {
      expect(mergeImages([aKeptImage()], seen({ closed: closed(why) }))).toEqual([]);
    },
  );

  it("stay open while nothing is known of them, and say since when and why", () => {
    const image = { ...anImageFinding().image, about: "software", unknownSince: found };
    const unknown = [{ image, reason: "no-plan", why: null }];
    expect(mergeImages([aKeptImage()], seen({ unknown }))).toEqual([
      aKeptImage({ unknown: { since: found, reason: "no-plan", why: null } }),
    ]);
  });

  it("are forgotten 30 days after they were fixed", () => {
    const old = aKeptImage({ resolvedAt: "2026-10-23T09:00:00.000Z" });
    const young = aKeptImageAt(2, "team-b/api", { resolvedAt: "2026-10-25T09:00:00.000Z" });
    expect(mergeImages([old, young], seen({}))).toEqual([young]);
  });
});

const assessments: fc.Arbitrary<readonly ImageAssessment[]> = fc.array(
  fc
    .record({
      place: fc.integer({ min: 1, max: 4 }),
      status: fc.constantFrom("unhealthy", "healthy", "not-applicable"),
      severity: fc.constantFrom("Low", "High", "Critical"),
      fixable: fc.boolean(),
    })
    .map(({ place, ...over }) =>
      anAssessment({ image: { ...anImageFinding().image, digest: digestOf(place) }, ...over }),
    ),
  { maxLength: 6 },
);

describe("laws of the images that are kept", () => {
  const rule = { mode: "enforce", from: "High", fixableOnly: true, runningFirst: true } as const;
  const look = (before: readonly KeptImage[], all: readonly ImageAssessment[], at: string) => {
    const observed = {
      scanning: { kind: "on" },
      assessments: all,
      running: [],
      before: rememberedOf(before),
      now: at,
    } as const;
    const judgement = decideImages(observed, rule);
    return mergeImages(before, { judgement, ownersOf: () => owners, now: at });
  };

  it("a second look at the same Azure keeps the same: nothing is written, nobody is told", () => {
    const holds = fc.property(assessments, assessments, (first, second) => {
      const one = look(look([], first, found), second, now);
      const other = look(one, second, "2026-11-23T09:30:00.000Z");
      expect(sameImages(one, other)).toBe(true);
    });
    fc.assert(holds);
  });

  it("no image is open that Defender calls healthy, and none is lost while it is unhealthy", () => {
    const holds = fc.property(assessments, assessments, (first, second) => {
      const kept = look(look([], first, found), second, now);
      const open = new Set(kept.filter(isOpenImage).map(({ finding }) => finding.image.digest));
      for (const place of [1, 2, 3, 4]) {
        const own = second.filter(({ image }) => image.digest === digestOf(place));
        const bad = own.some(
          ({ status, severity, fixable }) =>
            status === "unhealthy" && severity !== "Low" && fixable,
        );
        if (bad) expect(open).toContain(digestOf(place));
        if (own.length > 0 && own.every(({ status }) => status === "healthy")) {
          expect(open).not.toContain(digestOf(place));
        }
      }
    });
    fc.assert(holds);
  });

  it("what a case itself holds stays small, worst first, whatever there is", () => {
    const many = Array.from({ length: 5_000 }, (_, place) => aKeptImageAt(place, "team-a/shop"));
    const findings = findingsInCase(many);
    expect(JSON.stringify(findings).length).toBeLessThan(13_000);
    expect(findings[0]?.key).toBe(`image:team-a/shop@${digestOf(0)}`);
    expect(findings.length).toBeGreaterThan(20);
  });
});

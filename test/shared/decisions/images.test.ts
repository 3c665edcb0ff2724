import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingKey, keyOfFinding } from "../../../shared/decisions/image-grouping.ts";
import { decideImages, type ObservedImages } from "../../../shared/decisions/images.ts";
import {
  type Image,
  type ImageAssessment,
  type ImagesRule,
  imageSeverities,
  type RememberedImage,
  reachesImageBar,
} from "../../../shared/domain/image-finding.ts";
import { anAssessment as anAssessmentOf } from "../../support/image-fixtures.ts";

const registry =
  "/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/acr";
const now = "2026-11-23T08:00:00.000Z";
const yesterday = "2026-11-22T08:00:00.000Z";
const longAgo = "2026-09-01T08:00:00.000Z";

const anImage = (over: Partial<Image> = {}): Image => ({
  registry,
  repository: "team-a/shop",
  digest: "sha256:1",
  tags: ["v1"],
  pushedAt: yesterday,
  ...over,
});
const anAssessment = (over: Partial<ImageAssessment> = {}): ImageAssessment =>
  anAssessmentOf({ image: anImage(), since: yesterday, ...over });
const remembered = (over: Partial<RememberedImage> = {}): RememberedImage => ({
  ...anImage(),
  about: "software",
  unknownSince: null,
  ...over,
});
const rule: ImagesRule = { mode: "enforce", from: "High", fixableOnly: true, runningFirst: true };
const observed = (over: Partial<ObservedImages> = {}): ObservedImages => ({
  scanning: { kind: "on" },
  assessments: [],
  running: [],
  before: [],
  now,
  ...over,
});
const judge = (over: Partial<ObservedImages>, ruled: Partial<ImagesRule> = {}) =>
  decideImages(observed(over), { ...rule, ...ruled });

describe("what is found", () => {
  it("is grouped by image and by software, with all that people need to fix it", () => {
    const assessments = [
      anAssessment({ cves: ["CVE-2026-1"], severity: "High" }),
      anAssessment({
        cves: ["CVE-2026-2", "CVE-2026-1"],
        severity: "Critical",
        installed: ["3.0.9"],
        fixed: "3.0.9.1",
        since: longAgo,
        image: anImage({ tags: ["latest"] }),
      }),
      anAssessment({ software: "zlib", installed: ["1.2"], cves: ["CVE-2026-3"] }),
    ];
    const running = [
      { digest: "sha256:1", cluster: "/c/two", namespace: "shop" },
      { digest: "sha256:1", cluster: "/c/one", namespace: null },
      { digest: "sha256:1", cluster: "/c/two", namespace: "shop" },
      { digest: "sha256:9", cluster: "/c/three", namespace: "shop" },
    ];
    expect(judge({ assessments, running }).findings).toEqual([
      {
        image: anImage({ tags: ["latest", "v1"] }),
        severity: "Critical",
        since: longAgo,
        runsIn: [
          { cluster: "/c/one", namespace: null },
          { cluster: "/c/two", namespace: "shop" },
        ],
        software: [
          {
            software: "openssl",
            installed: ["3.0.11", "3.0.9"],
            fixed: "3.0.15",
            fixable: true,
            severity: "Critical",
            cves: ["CVE-2026-2", "CVE-2026-1"],
            since: longAgo,
          },
          expect.objectContaining({ software: "zlib", cves: ["CVE-2026-3"] }),
        ],
        secrets: [],
      },
    ]);
  });

  it("is told in the same words whichever of two equals Azure names first", () => {
    const two = [anAssessment({ cves: ["CVE-2"] }), anAssessment({ cves: ["CVE-1"] })];
    const cves = (assessments: readonly ImageAssessment[]) =>
      judge({ assessments }).findings[0]?.software[0]?.cves;
    expect(cves(two)).toEqual(["CVE-1", "CVE-2"]);
    expect(cves(two.toReversed())).toEqual(["CVE-1", "CVE-2"]);
  });

  it("comes worst first, and what runs before all else when asked", () => {
    const assessments = [
      anAssessment({ image: anImage({ digest: "sha256:3" }), severity: "High" }),
      anAssessment({ image: anImage({ digest: "sha256:2" }), severity: "Critical" }),
      anAssessment({ image: anImage({ digest: "sha256:1" }), severity: "High" }),
    ];
    const running = [{ digest: "sha256:3", cluster: "/c/one", namespace: "shop" }];
    const digests = (runningFirst: boolean) =>
      judge({ assessments, running }, { runningFirst }).findings.map(({ image }) => image.digest);
    expect(digests(true)).toEqual(["sha256:3", "sha256:2", "sha256:1"]);
    expect(digests(false)).toEqual(["sha256:2", "sha256:1", "sha256:3"]);
  });

  it.each<[string, Partial<ImageAssessment>, string]>([
    ["what an exemption covers", { status: "not-applicable", cause: "Exempt" }, "exempt"],
    ["what a policy switched off", { status: "not-applicable", cause: "OffByPolicy" }, "exempt"],
    [
      "what could not be assessed",
      { status: "not-applicable", cause: "UnsupportedPricingPlan" },
      "notAssessed",
    ],
    ["what is under the bar", { severity: "Medium" }, "underTheBar"],
    ["what nobody has fixed", { fixed: null, fixable: false }, "unfixable"],
    ["what Defender cannot rate", { severity: "Unknown" }, "unrated"],
  ])("is not %s, which is counted", (_, over, reason) => {
    const { findings, leftOut } = judge({ assessments: [anAssessment(over)] });
    expect(findings).toEqual([]);
    expect(leftOut).toEqual({
      ...{ exempt: 0, notAssessed: 0, underTheBar: 0, unfixable: 0, unrated: 0 },
      [reason]: 1,
    });
  });

  it("is a fix without a version too, and the unfixable when the rule says so", () => {
    const nameless = anAssessment({ fixed: null });
    expect(judge({ assessments: [nameless] }).findings).toHaveLength(1);
    const unfixable = anAssessment({ fixed: null, fixable: false });
    expect(judge({ assessments: [unfixable] }, { fixableOnly: false }).findings).toHaveLength(1);
  });
});

describe("an image with a finding", () => {
  const before = [remembered()];

  it.each<[string, Partial<ObservedImages>, string]>([
    ["rescanned clean", { assessments: [anAssessment({ status: "healthy" })] }, "clean"],
    [
      "exempt",
      { assessments: [anAssessment({ status: "not-applicable", cause: "Exempt" })] },
      "exempt",
    ],
    ["down to small things", { assessments: [anAssessment({ severity: "Low" })] }, "under-the-bar"],
    ["vanished", {}, "gone"],
    [
      "replaced by a later push of its tag, however old it was",
      {
        before: [remembered({ pushedAt: longAgo })],
        assessments: [anAssessment({ image: anImage({ digest: "sha256:2" }) })],
      },
      "replaced",
    ],
    [
      "unseen for a month",
      { before: [remembered({ pushedAt: longAgo, unknownSince: "2026-10-20T00:00:00.000Z" })] },
      "no-result-for-long",
    ],
  ])("is done with when it is %s", (_, over, why) => {
    const { closed, unknown } = judge({ before, ...over });
    expect({ closed, unknown }).toMatchObject({ closed: [{ why }], unknown: [] });
  });

  it.each<[string, Partial<ObservedImages>, object]>([
    ["the plan is off", { scanning: { kind: "off", why: "no-plan" } }, { reason: "no-plan" }],
    [
      "the extension is off",
      { scanning: { kind: "off", why: "no-extension" } },
      { reason: "no-extension" },
    ],
    [
      "Azure cannot be read",
      { scanning: { kind: "unreadable", why: "Forbidden" } },
      { reason: "unreadable", why: "Forbidden" },
    ],
    [
      "it was not pushed for long and runs nowhere",
      { before: [remembered({ pushedAt: longAgo })] },
      { reason: "not-pulled" },
    ],
    [
      "Defender could not assess it",
      {
        assessments: [anAssessment({ status: "not-applicable", cause: "UnsupportedPricingPlan" })],
      },
      { reason: "not-assessed", why: "UnsupportedPricingPlan" },
    ],
  ])("is unknown, never clean, when %s", (_, over, expected) => {
    const { closed, unknown } = judge({ before, ...over });
    expect(closed).toEqual([]);
    expect(unknown).toMatchObject([{ ...expected, image: { unknownSince: now } }]);
  });

  it.each<[string, Partial<Image>]>([
    ["an earlier push of the tag", { pushedAt: "2026-08-01T00:00:00.000Z" }],
    ["a later push of another tag", { tags: ["v2"] }],
    ["a later push to another repository", { repository: "team-b/pay" }],
  ])("is not replaced by %s", (_, over) => {
    const other = anAssessment({ image: anImage({ digest: "sha256:2", ...over }) });
    const old = [remembered({ pushedAt: longAgo })];
    const { closed, unknown } = judge({ before: old, assessments: [other] });
    expect({ closed, unknown }).toMatchObject({ closed: [], unknown: [{ reason: "not-pulled" }] });
  });

  it("keeps the time since which it is unknown", () => {
    const known = remembered({ unknownSince: yesterday });
    const { unknown } = judge({ before: [known], scanning: { kind: "off", why: "no-plan" } });
    expect(unknown).toMatchObject([{ image: { unknownSince: yesterday } }]);
  });

  it("is gone when it vanished and still runs, however old: what runs is scanned daily", () => {
    const running = [{ digest: "sha256:1", cluster: "/c/one", namespace: "shop" }];
    const old = [remembered({ pushedAt: longAgo })];
    expect(judge({ before: old, running }).closed).toMatchObject([{ why: "gone" }]);
  });
});

describe("a secret in an image", () => {
  const aSecret = (over: Partial<ImageAssessment> = {}): ImageAssessment =>
    anAssessment({ about: "secret", software: "Exposed key", cves: [], fixed: null, ...over });

  it("is a finding of its own beside the software, and comes before it", () => {
    const [first, second] = judge({
      assessments: [anAssessment({ severity: "Critical" }), aSecret(), aSecret()],
    }).findings;
    expect(first).toMatchObject({
      software: [],
      secrets: [{ kind: "Exposed key", severity: "High", since: yesterday }],
    });
    expect(second).toMatchObject({ secrets: [], software: [{ software: "openssl" }] });
  });

  it("counts however it is rated, and unrated as High: anybody who pulls the image has it", () => {
    const severities = (severity: ImageAssessment["severity"]) =>
      judge({ assessments: [aSecret({ severity, fixable: false })] }).findings.map(
        (finding) => finding.severity,
      );
    expect(severities("Low")).toEqual(["Low"]);
    expect(severities("Unknown")).toEqual(["High"]);
  });

  it("is none where Defender calls it exempt, and unknown where it could not look", () => {
    const before = [remembered({ about: "secret" })];
    const shown = (cause: string) =>
      judge({ before, assessments: [aSecret({ status: "not-applicable", cause })] });
    expect(shown("Exempt")).toMatchObject({ findings: [], closed: [{ why: "exempt" }] });
    expect(shown("UnsupportedPricingPlan")).toMatchObject({
      findings: [],
      unknown: [{ reason: "not-assessed" }],
    });
  });

  it("neither ends nor begins with what is found in the image's software", () => {
    const before = [remembered({ about: "secret" }), remembered()];
    const rebuilt = [anAssessment({ status: "healthy" }), aSecret()];
    const judged = judge({ before, assessments: rebuilt });
    expect(judged.findings.map(({ secrets }) => secrets.length)).toEqual([1]);
    expect(judged.closed).toMatchObject([{ image: { about: "software" }, why: "clean" }]);
  });

  it("ends with a push that takes the tag", () => {
    const later = anImage({ digest: "sha256:2", pushedAt: now });
    const assessments = [anAssessment({ image: later, status: "healthy" })];
    const judged = judge({ before: [remembered({ about: "secret" })], assessments });
    expect(judged.closed).toMatchObject([{ image: { about: "secret" }, why: "replaced" }]);
  });
});

it("says of a registry that is not scanned that nothing is known", () => {
  expect(judge({}).unjudged).toBeNull();
  expect(judge({ scanning: { kind: "off", why: "no-plan" } }).unjudged).toEqual({
    reason: "no-plan",
    why: null,
  });
});

const images = fc.record({
  registry: fc.constant(registry),
  repository: fc.constantFrom("team-a/shop", "team-b/pay"),
  digest: fc.constantFrom("sha256:1", "sha256:2", "sha256:3"),
  tags: fc.uniqueArray(fc.constantFrom("v1", "v2"), { maxLength: 2 }),
  pushedAt: fc.constantFrom(yesterday, longAgo, null),
});
const about = fc.constantFrom<ImageAssessment["about"]>("software", "secret");
const assessments = fc.array(
  fc.record({
    image: images,
    about,
    software: fc.constantFrom("openssl", "zlib", "glibc"),
    installed: fc.array(fc.constantFrom("1", "2"), { maxLength: 2 }),
    fixed: fc.constantFrom("2", "10", null),
    fixable: fc.boolean(),
    severity: fc.constantFrom(...imageSeverities),
    cves: fc.array(fc.constantFrom("CVE-1", "CVE-2", "CVE-3"), { maxLength: 3 }),
    status: fc.constantFrom("unhealthy", "healthy", "not-applicable"),
    cause: fc.constantFrom("Exempt", "UnsupportedPricingPlan", null),
    since: fc.constantFrom(yesterday, longAgo, null),
  }) satisfies fc.Arbitrary<ImageAssessment>,
  { maxLength: 12 },
);
const worlds: fc.Arbitrary<ObservedImages> = fc.record({
  scanning: fc.constantFrom<ObservedImages["scanning"]>(
    { kind: "on" },
    { kind: "off", why: "no-plan" },
    { kind: "unreadable", why: "Forbidden" },
  ),
  assessments,
  running: fc.array(
    fc.record({
      digest: fc.constantFrom("sha256:1", "sha256:2"),
      cluster: fc.constantFrom("/c/one", "/c/two"),
      namespace: fc.constantFrom("shop", null),
    }),
    { maxLength: 3 },
  ),
  before: fc.uniqueArray(
    fc
      .tuple(images, about, fc.constantFrom(yesterday, longAgo, null))
      .map(([image, of, unknownSince]) => ({ ...image, about: of, unknownSince })),
    { maxLength: 5, selector: (image) => findingKey(image, image.about) },
  ),
  now: fc.constant(now),
});
const rules: fc.Arbitrary<ImagesRule> = fc.record({
  mode: fc.constantFrom("observe", "enforce"),
  from: fc.constantFrom("Low", "Medium", "High", "Critical"),
  fixableOnly: fc.boolean(),
  runningFirst: fc.boolean(),
});

function keyOf({ repository, digest }: Pick<Image, "repository" | "digest">): string {
  return `${repository}@${digest}`;
}

describe("the laws", () => {
  const holds = (law: (world: ObservedImages, ruled: ImagesRule) => void) =>
    fc.assert(fc.property(worlds, rules, law));

  it("give every image that had a finding exactly one fate", () =>
    holds((world, ruled) => {
      const { findings, unknown, closed } = decideImages(world, ruled);
      const keys = [...unknown, ...closed].map(({ image }) => findingKey(image, image.about));
      const found = new Set(findings.map(keyOfFinding));
      const rest = world.before
        .map((image) => findingKey(image, image.about))
        .filter((key) => !found.has(key));
      expect(keys.toSorted()).toEqual(rest.toSorted());
    }));

  it("find nothing but what Defender calls unhealthy and the rule wants", () =>
    holds((world, ruled) => {
      for (const { image, software } of decideImages(world, ruled).findings) {
        for (const one of software) {
          expect(reachesImageBar(one.severity, ruled.from)).toBe(true);
          expect(one.fixable || !ruled.fixableOnly).toBe(true);
          const ground = world.assessments.some(
            (given) =>
              given.status === "unhealthy" &&
              given.software === one.software &&
              keyOf(given.image) === keyOf(image),
          );
          expect(ground).toBe(true);
        }
      }
    }));

  it("never close an image of which nothing is shown while nobody looks", () =>
    holds((world, ruled) => {
      if (world.scanning.kind === "on") return;
      const shown = new Set(world.assessments.map(({ image }) => keyOf(image)));
      for (const { image } of decideImages(world, ruled).closed) {
        expect(shown.has(keyOf(image))).toBe(true);
      }
    }));

  it("count every assessment once: told, left out or healthy", () =>
    holds((world, ruled) => {
      const all = decideImages(world, { ...ruled, from: "Low", fixableOnly: false });
      const left = Object.values(all.leftOut).reduce((sum, one) => sum + one, 0);
      const told = world.assessments.filter(
        ({ status, severity, about }) =>
          status === "unhealthy" && (severity !== "Unknown" || about === "secret"),
      );
      const healthy = world.assessments.filter(({ status }) => status === "healthy");
      expect(left + told.length + healthy.length).toBe(world.assessments.length);
    }));

  it("do not depend on the order in which Azure answers", () =>
    holds((world, ruled) => {
      const turned = {
        ...world,
        assessments: world.assessments.toReversed(),
        running: world.running.toReversed(),
      };
      const { findings, closed } = decideImages(world, ruled);
      const again = decideImages(turned, ruled);
      expect(again.findings).toEqual(findings);
      expect(again.closed).toEqual(closed);
    }));

  it("put secrets first, then worse before better, within what runs and what does not", () =>
    holds((world, ruled) => {
      const { findings } = decideImages(world, ruled);
      const ranks = findings.map(({ severity, runsIn, secrets }) => {
        const first = ruled.runningFirst && runsIn.length > 0 ? 10 : 0;
        return (secrets.length > 0 ? 100 : 0) + first + imageSeverities.indexOf(severity);
      });
      expect(ranks).toEqual(ranks.toSorted((left, right) => right - left));
    }));

  it("find no less under a lower bar", () =>
    holds((world, ruled) => {
      const strict = decideImages(world, ruled).findings.map(({ image }) => keyOf(image));
      const loose = decideImages(world, { ...ruled, from: "Low", fixableOnly: false });
      const found = new Set(loose.findings.map(({ image }) => keyOf(image)));
      expect(strict.every((key) => found.has(key))).toBe(true);
    }));
});

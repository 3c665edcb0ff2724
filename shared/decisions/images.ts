import {
  type ClosedImage,
  type Image,
  type ImageAssessment,
  type ImageFinding,
  type ImagePlace,
  type ImagesRule,
  type NoScanReason,
  type RememberedImage,
  reachesImageBar,
  type Scanning,
  type UnknownImage,
} from "../domain/image-finding.ts";
import {
  type AssessedImage,
  compareFindings,
  findingKey,
  findingOf,
  groupByImage,
  groupByKind,
  groupBySoftware,
  keyOfFinding,
} from "./image-grouping.ts";
import { hasPassed } from "./time.ts";

/** What was read of a registry's images. */
export interface ObservedImages {
  readonly scanning: Scanning;
  /** All of the registry. */
  readonly assessments: readonly ImageAssessment[];
  readonly running: readonly ImagePlace[];
  /** Images with an open finding, as the case remembers them. */
  readonly before: readonly RememberedImage[];
  /** ISO time. */
  readonly now: string;
}

/** What holds of a registry's images. */
export interface ImageJudgement {
  readonly findings: readonly ImageFinding[];
  /** Those of `before` of which nothing is known now: their findings neither end nor are told again. */
  readonly unknown: readonly UnknownImage[];
  /** Those of `before` whose finding ends. */
  readonly closed: readonly ClosedImage[];
  /** Why the registry as a whole says nothing; null when it does. */
  readonly unjudged: { readonly reason: NoScanReason; readonly why: string | null } | null;
  /** How many pieces of software and secrets, over all images, are no finding, by reason. */
  readonly leftOut: Readonly<Record<LeftOut, number>>;
}

/** Why software of an unhealthy or not applicable assessment is no finding. */
export type LeftOut = "exempt" | "notAssessed" | "underTheBar" | "unfixable" | "unrated";

/** Defender stops scanning what was neither pushed nor pulled for so long (its documentation, 2026). */
const scannedFor = { days: 30 };

/** An image that nobody has seen for so long is let go of. */
const rememberedFor = { days: 30 };

/**
 * Decides which images have something to update or hold secrets, which are done with, and which are
 * unknown. A secret counts however it is rated, and whether or not anything else could be updated.
 */
export function decideImages(observed: ObservedImages, rule: ImagesRule): ImageJudgement {
  const images = groupByImage(observed.assessments);
  const placesOf = Map.groupBy(observed.running, ({ digest }) => digest);
  const subjects = new Map([...images.values()].flatMap(byAbout));
  const sorting = [...subjects.values()].map((assessed) => sortOut(assessed, rule));
  const findings = sorting
    .filter(({ told }) => told.length > 0)
    .map(({ image, told }) => findingOf(image, partsOf(told), placesOf.get(image.digest) ?? []))
    .sort(compareFindings(rule.runningFirst));
  const open = new Set(findings.map(keyOfFinding));
  const fates = observed.before
    .filter((image) => !open.has(findingKey(image, image.about)))
    .map((image) => fateOf(image, { observed, images, subjects }));
  return {
    findings,
    unknown: fates.flatMap((fate) => ("reason" in fate ? [fate] : [])),
    closed: fates.flatMap((fate) => ("reason" in fate ? [] : [fate])),
    unjudged: unjudged(observed.scanning),
    leftOut: countLeftOut(sorting.flatMap(({ left }) => left)),
  };
}

/** What is said of an image, software and secrets apart. */
const byAbout = ({ image, assessments }: AssessedImage): [string, AssessedImage][] =>
  [...Map.groupBy(assessments, ({ about }) => about)].map(([about, members]) => [
    findingKey(image, about),
    { image, assessments: members },
  ]);

const partsOf = (told: readonly ImageAssessment[]) =>
  told[0]?.about === "secret"
    ? { secrets: groupByKind(told) }
    : { software: groupBySoftware(told) };

interface Sorted {
  readonly image: Image;
  readonly told: readonly ImageAssessment[];
  readonly left: readonly LeftOut[];
}

function sortOut({ image, assessments }: AssessedImage, rule: ImagesRule): Sorted {
  const why = new Map(assessments.map((one) => [one, whyLeftOut(one, rule)]));
  return {
    image,
    told: assessments.filter((one) => why.get(one) === "told"),
    left: [...why.values()].filter((reason) => reason !== "told" && reason !== "healthy"),
  };
}

function whyLeftOut(one: ImageAssessment, rule: ImagesRule): LeftOut | "told" | "healthy" {
  if (one.status === "healthy") return "healthy";
  if (one.status === "not-applicable") return isExcuse(one.cause) ? "exempt" : "notAssessed";
  if (one.about === "secret") return "told";
  if (one.severity === "Unknown") return "unrated";
  if (!reachesImageBar(one.severity, rule.from)) return "underTheBar";
  return rule.fixableOnly && !one.fixable ? "unfixable" : "told";
}

function countLeftOut(reasons: readonly LeftOut[]): ImageJudgement["leftOut"] {
  const count = (wanted: LeftOut) => reasons.filter((reason) => reason === wanted).length;
  return {
    exempt: count("exempt"),
    notAssessed: count("notAssessed"),
    underTheBar: count("underTheBar"),
    unfixable: count("unfixable"),
    unrated: count("unrated"),
  };
}

function unjudged(scanning: Scanning): ImageJudgement["unjudged"] {
  if (scanning.kind === "on") return null;
  return scanning.kind === "off"
    ? { reason: scanning.why, why: null }
    : { reason: "unreadable", why: scanning.why };
}

interface Surroundings {
  readonly observed: ObservedImages;
  readonly images: ReadonlyMap<string, AssessedImage>;
  /** The same, software and secrets apart. */
  readonly subjects: ReadonlyMap<string, AssessedImage>;
}

/** What becomes of an image that had a finding and has none now. */
function fateOf(image: RememberedImage, around: Surroundings): UnknownImage | ClosedImage {
  const { scanning } = around.observed;
  const assessed = around.subjects.get(findingKey(image, image.about));
  if (assessed) return fateByAssessments(image, assessed.assessments, around);
  const off = unjudged(scanning);
  if (off) return unknown(image, { ...off, now: around.observed.now });
  if (isReplaced(image, around.images)) return { image, why: "replaced" };
  return isOutOfSight(image, around.observed)
    ? unknown(image, { reason: "not-pulled", why: null, now: around.observed.now })
    : { image, why: "gone" };
}

function fateByAssessments(
  image: RememberedImage,
  assessments: readonly ImageAssessment[],
  { observed }: Surroundings,
): UnknownImage | ClosedImage {
  const unassessed = assessments.find(
    ({ status, cause }) => status === "not-applicable" && !isExcuse(cause),
  );
  if (unassessed) {
    return unknown(image, { reason: "not-assessed", why: unassessed.cause, now: observed.now });
  }
  if (assessments.some(({ status }) => status === "unhealthy")) {
    return { image, why: "under-the-bar" };
  }
  const excused = assessments.some(({ status }) => status === "not-applicable");
  return { image, why: excused ? "exempt" : "clean" };
}

/** Causes with which Defender says that someone decided so; others say that it could not look. */
function isExcuse(cause: string | null): boolean {
  return ["exempt", "offbypolicy"].includes(cause?.toLowerCase() ?? "");
}

function unknown(
  image: RememberedImage,
  { reason, why, now }: { reason: NoScanReason; why: string | null; now: string },
): UnknownImage | ClosedImage {
  const since = image.unknownSince ?? now;
  if (reason === "not-pulled" && hasPassed(since, rememberedFor, now)) {
    return { image, why: "no-result-for-long" };
  }
  return { image: { ...image, unknownSince: since }, reason, why };
}

/** Whether a later image of the repository has taken one of its tags. */
function isReplaced(image: Image, images: ReadonlyMap<string, AssessedImage>): boolean {
  return [...images.values()].some(
    ({ image: other }) =>
      other.repository === image.repository &&
      other.digest !== image.digest &&
      (other.pushedAt ?? "") > (image.pushedAt ?? "") &&
      other.tags.some((tag) => image.tags.includes(tag)),
  );
}

/** Whether Defender may have stopped looking: then that it shows nothing says nothing. */
function isOutOfSight(image: Image, { running, now }: ObservedImages): boolean {
  if (running.some(({ digest }) => digest === image.digest)) return false;
  return image.pushedAt === null || hasPassed(image.pushedAt, scannedFor, now);
}

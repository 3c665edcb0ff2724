import { type ImageSeverity, imageSeverities } from "./image-severity.ts";
import type { Severity } from "./policy.ts";

export { type ImageSeverity, imageSeverities } from "./image-severity.ts";
export type { ImagesRule } from "./policy.ts";

/** An image in a registry. */
export interface Image {
  /** Canonical ARM id. */
  readonly registry: string;
  readonly repository: string;
  /** `sha256:` and its hash. */
  readonly digest: string;
  /** Empty also where Azure does not say. */
  readonly tags: readonly string[];
  /** ISO time; null where Azure does not say. */
  readonly pushedAt: string | null;
}

/**
 * One recommendation of Defender: one piece of software, or one kind of secret, in one image. All text
 * is untrusted.
 */
export interface ImageAssessment {
  readonly image: Image;
  readonly about: "software" | "secret";
  /** Its name; of a secret the kind, by the name of Defender's recommendation: never the secret. */
  readonly software: string;
  readonly installed: readonly string[];
  /** Null = no version is named; see `fixable`. */
  readonly fixed: string | null;
  /** Defender may know that a fix exists and not name the version. */
  readonly fixable: boolean;
  /** The worst of the recommendation's own and of its vulnerabilities'. */
  readonly severity: ImageSeverity;
  /** Worst first. */
  readonly cves: readonly string[];
  readonly status: "unhealthy" | "healthy" | "not-applicable";
  /** Azure's reason for `not-applicable`, such as `Exempt`. */
  readonly cause: string | null;
  /** ISO time since which the status holds. */
  readonly since: string | null;
}

/** Where an image runs. */
export interface ImagePlace {
  readonly digest: string;
  /** ARM id. */
  readonly cluster: string;
  readonly namespace: string | null;
}

/** Whether Defender scans a registry's images: without that, no finding means nothing. */
export type Scanning =
  | { readonly kind: "on" }
  | { readonly kind: "off"; readonly why: "no-plan" | "no-extension" }
  | { readonly kind: "unreadable"; readonly why: string };

/** Software to update in an image. */
export interface SoftwareFinding {
  readonly software: string;
  readonly installed: readonly string[];
  readonly fixed: string | null;
  readonly fixable: boolean;
  readonly severity: ImageSeverity;
  /** All of them, worst first. */
  readonly cves: readonly string[];
  readonly since: string | null;
}

/** A kind of secret that lies in an image. */
export interface SecretFinding {
  /** As Defender names its recommendation. */
  readonly kind: string;
  readonly severity: ImageSeverity;
  readonly since: string | null;
}

/**
 * An image in which something must be updated, or in which secrets lie: two findings where both hold,
 * because other things are to be done, and they begin and end by themselves.
 */
export interface ImageFinding {
  readonly image: Image;
  readonly severity: ImageSeverity;
  /** Worst first; empty in a finding about secrets. */
  readonly software: readonly SoftwareFinding[];
  /** Worst first; empty in a finding about software. */
  readonly secrets: readonly SecretFinding[];
  /** The earliest of what is in it. */
  readonly since: string | null;
  readonly runsIn: readonly Omit<ImagePlace, "digest">[];
}

/** An image that a case remembers an open finding of. */
export interface RememberedImage extends Image {
  readonly about: ImageAssessment["about"];
  /** ISO time since which nothing was known of it; null while Defender showed it. */
  readonly unknownSince: string | null;
}

/** Why nothing is known of an image. */
export type NoScanReason =
  | "no-plan"
  | "no-extension"
  | "unreadable"
  | "not-pulled"
  | "not-assessed";

/** An image of which nothing is known: neither that it is clean nor that it is not. */
export interface UnknownImage {
  readonly image: RememberedImage;
  readonly reason: NoScanReason;
  /** Azure's own words where it gave some. */
  readonly why: string | null;
}

/** An image whose finding ends, and why. */
export interface ClosedImage {
  readonly image: RememberedImage;
  readonly why: "clean" | "exempt" | "under-the-bar" | "replaced" | "gone" | "no-result-for-long";
}

/** Whether a severity reaches a bar. */
export const reachesImageBar = (severity: ImageSeverity, bar: ImageSeverity): boolean =>
  rankOf(severity) >= rankOf(bar);

/** The worst of some severities; `Unknown` of none. */
export const worstOf = (severities: readonly ImageSeverity[]): ImageSeverity =>
  severities.reduce<ImageSeverity>(
    (worst, one) => (rankOf(one) > rankOf(worst) ? one : worst),
    "Unknown",
  );

/** The severity by which a case and its mails order an image's finding among all others. */
export function caseSeverityOf(severity: ImageSeverity): Severity {
  if (severity === "Critical") return "High";
  return severity === "Unknown" ? "Informational" : severity;
}

const rankOf = (severity: ImageSeverity): number => imageSeverities.indexOf(severity);

import type { ImageFinding, NoScanReason } from "./image-finding.ts";
import type { Recipients } from "./owner.ts";

/** An image with a finding, as it is kept beside the case of its registry. */
export interface KeptImage {
  readonly finding: ImageFinding;
  /** ISO time of the look that found it; images of one look are told together. */
  readonly firstSeen: string;
  /** Set while Defender shows nothing of it: the finding neither ends nor is told again. */
  readonly unknown: {
    readonly since: string;
    readonly reason: NoScanReason;
    readonly why: string | null;
  } | null;
  readonly resolvedAt: string | null;
  /** Whom the policy or the registry's owners name for its repository. */
  readonly owners: Recipients;
}

/** What a case knows of its registry's images in numbers; the images are kept beside it. */
export interface ImageFacts {
  /** Under which the images are kept; null = none are. */
  readonly version: string | null;
  /** Images with something to update or a secret, and how many of them run. */
  readonly open: number;
  readonly running: number;
  /** Open images of which Defender shows nothing now. */
  readonly unknown: number;
  /** Software and secrets that are no finding, over all images, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What a scan compares: recommendations open, and the last change of any (ISO time). */
  readonly openRecommendations: number;
  readonly changedAt: string | null;
  /** How owners heard of them: not at all, as previews for operators, by mail. */
  readonly told: Told;
}

/** How far what was found went out. */
export type Told = "no" | "preview" | "mail";

/** Whether something in an image is still to be updated. */
export const isOpenImage = ({ resolvedAt }: Pick<KeptImage, "resolvedAt">): boolean =>
  resolvedAt === null;

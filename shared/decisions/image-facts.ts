import type { ImageAssessment } from "../domain/image-finding.ts";
import { type ImageFacts, isOpenImage, type KeptImage } from "../domain/kept-image.ts";
import { imageKey } from "./image-grouping.ts";
import type { ImageJudgement } from "./images.ts";

/** What a look at a registry's images rests on. */
export interface ImagesLookedAt {
  readonly assessments: readonly ImageAssessment[];
  readonly judgement: Pick<ImageJudgement, "leftOut">;
  readonly kept: readonly KeptImage[];
  readonly version: string | null;
}

/** The numbers that a case keeps of a registry's images. */
export function imageFacts({
  assessments,
  judgement,
  kept,
  version,
}: ImagesLookedAt): Omit<ImageFacts, "told"> {
  const open = kept.filter(isOpenImage);
  return {
    version,
    open: imagesIn(open),
    running: imagesIn(open.filter(({ finding }) => finding.runsIn.length > 0)),
    unknown: imagesIn(open.filter(({ unknown }) => unknown !== null)),
    leftOut: judgement.leftOut,
    openRecommendations: assessments.filter(({ status }) => status === "unhealthy").length,
    changedAt: latestChange(assessments),
  };
}

/** An image with software to update and a secret in it is one image. */
const imagesIn = (kept: readonly KeptImage[]): number =>
  new Set(kept.map(({ finding }) => imageKey(finding.image))).size;

function latestChange(assessments: readonly ImageAssessment[]): string | null {
  const times = assessments
    .map(({ since }) => (since === null ? Number.NaN : Date.parse(since)))
    .filter((time) => !Number.isNaN(time));
  const last = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  return Number.isFinite(last) ? new Date(last).toISOString() : null;
}

import type { ImageFinding, RememberedImage } from "../domain/image-finding.ts";
import { isOpenImage, type KeptImage } from "../domain/kept-image.ts";
import type { Recipients } from "../domain/owner.ts";
import { aboutOf, findingKey, keyOfFinding } from "./image-grouping.ts";
import type { ImageJudgement } from "./images.ts";
import { hasPassed } from "./time.ts";

/** What a look learned of a registry's images, and whom to tell. */
export interface ImagesSeen {
  readonly judgement: Pick<ImageJudgement, "findings" | "unknown" | "closed">;
  ownersOf(repository: string): Recipients;
  /** ISO time of the look. */
  readonly now: string;
}

const keptResolved = { days: 30 };
const mostResolved = 1_000;

/** The open images of an earlier look, as {@link decideImages} wants them. */
export const rememberedOf = (kept: readonly KeptImage[]): readonly RememberedImage[] =>
  kept.filter(isOpenImage).map(({ finding, unknown }) => ({
    ...finding.image,
    about: aboutOf(finding),
    unknownSince: unknown?.since ?? null,
  }));

/**
 * An earlier look's images with those of this one: what is still found keeps its first time, what is
 * over is resolved now, what is excused or lost from sight goes without a word, and what was resolved
 * 30 days ago goes.
 */
export function mergeImages(
  earlier: readonly KeptImage[],
  { judgement, ownersOf, now }: ImagesSeen,
): readonly KeptImage[] {
  const before = new Map(earlier.map((kept) => [keyOfFinding(kept.finding), kept]));
  const owned = (finding: ImageFinding) => ownersOf(finding.image.repository);
  const found = judgement.findings.map((finding): KeptImage => {
    const known = before.get(keyOfFinding(finding));
    const firstSeen = known && isOpenImage(known) ? known.firstSeen : now;
    return { finding, firstSeen, unknown: null, resolvedAt: null, owners: owned(finding) };
  });
  const dark = judgement.unknown.flatMap(({ image, reason, why }): KeptImage[] => {
    const known = before.get(findingKey(image, image.about));
    if (!known) return [];
    const unknown = { since: image.unknownSince ?? now, reason, why };
    return [{ ...known, unknown, owners: owned(known.finding) }];
  });
  const present = new Set([...found, ...dark].map(({ finding }) => keyOfFinding(finding)));
  const fixed = new Set(
    judgement.closed.filter(isFixed).map(({ image }) => findingKey(image, image.about)),
  );
  const past = earlier.flatMap((kept): KeptImage[] => {
    const key = keyOfFinding(kept.finding);
    if (present.has(key)) return [];
    if (isOpenImage(kept))
      return fixed.has(key) ? [{ ...kept, resolvedAt: now, unknown: null }] : [];
    return hasPassed(kept.resolvedAt ?? now, keptResolved, now) ? [] : [kept];
  });
  return [...found, ...dark, ...newestFirst(past).slice(0, mostResolved)];
}

/** That nobody minds an image any more, or that it is out of sight, is no fix. */
const isFixed = ({ why }: ImageJudgement["closed"][number]): boolean =>
  why === "clean" || why === "replaced" || why === "gone";

const newestFirst = (kept: readonly KeptImage[]): readonly KeptImage[] =>
  kept.toSorted((left, right) => (right.resolvedAt ?? "").localeCompare(left.resolvedAt ?? ""));

/** Whether two looks kept the same: then nothing is written. */
export const sameImages = (one: readonly KeptImage[], other: readonly KeptImage[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

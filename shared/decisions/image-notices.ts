import { caseSeverityOf, worstOf } from "../domain/image-finding.ts";
import { type ImageFacts, isOpenImage, type KeptImage, type Told } from "../domain/kept-image.ts";
import type { Notice } from "../domain/notice.ts";
import type { InForce } from "../domain/policy.ts";
import { aboutOf, imageKey, keyOfFinding } from "./image-grouping.ts";
import { may } from "./stage.ts";

/** A registry's images before and after a look. */
export interface ImageNews {
  readonly subject: string;
  readonly caseId: string;
  readonly before: readonly KeptImage[];
  readonly after: readonly KeptImage[];
  /** Nobody was told of what was there before: the stage let no mail out. */
  readonly untold: boolean;
  readonly now: string;
  /** ISO time before which nothing is told, so that one scan becomes one mail. */
  readonly notBefore: string;
}

/** How far what is found goes out now. */
export function toldAs({ policy, stage }: Pick<InForce, "policy" | "stage">): Told {
  if (stage === "off" || policy.rules.images.mode === "observe") return "no";
  return may(stage).mail ? "mail" : "preview";
}

/** Whether what is there goes further now than it ever did. */
export const isUntold = (earlier: Pick<ImageFacts, "told"> | null, now: Told): boolean =>
  earlier !== null && reach.indexOf(earlier.told) < reach.indexOf(now);

const reach: readonly Told[] = ["no", "preview", "mail"];

/** What one set of recipients is told. */
export interface TellOwners {
  readonly to: readonly string[];
  readonly notices: readonly Notice[];
}

/** The notice that tells what one look found: images are told by the look, not one by one. */
export const foundKey = ({ firstSeen }: Pick<KeptImage, "firstSeen">): string =>
  `finding:images:${firstSeen}`;

/** The notice that tells what was over at one look. */
export const fixedKey = ({ resolvedAt }: Pick<KeptImage, "resolvedAt">): string =>
  `fixed:images:${resolvedAt}`;

/** Whether a notice is about images. */
export const isAboutImages = ({ key }: Pick<Notice, "key">): boolean =>
  key.startsWith("finding:images:") || key.startsWith("fixed:images:");

/**
 * What the owners of a registry's repositories must be told after a look: what is new to them, and
 * what is over of what they heard. Each hears of their own repositories only.
 */
export function decideImageNotices(news: ImageNews): readonly TellOwners[] {
  const before = new Map(news.before.filter(isOpenImage).map((kept) => [nameOf(kept), kept]));
  const fresh = news.after.filter((kept) => {
    const known = before.get(nameOf(kept));
    return isOpenImage(kept) && (news.untold || !known || setOf(known) !== setOf(kept));
  });
  const over = news.after.filter((kept) => !isOpenImage(kept) && before.has(nameOf(kept)));
  const groups = Map.groupBy([...fresh, ...over], setOf);
  return [...groups.values()].flatMap((images): TellOwners[] => {
    const to = images[0]?.owners.to ?? [];
    if (to.length === 0) return [];
    const found = Map.groupBy(images.filter(isOpenImage), foundKey);
    const fixed = Map.groupBy(
      images.filter((kept) => !isOpenImage(kept)),
      fixedKey,
    );
    const notices = [
      ...[...found].map(([key, own]) => noticeOf(news, { kind: "finding", key, images: own })),
      ...[...fixed].map(([key, own]) => noticeOf(news, { kind: "fixed", key, images: own })),
    ];
    return [{ to, notices }];
  });
}

const nameOf = ({ finding }: KeptImage): string => keyOfFinding(finding);
const setOf = ({ owners }: KeptImage): string => owners.to.join();

/** An image with software to update and a secret in it is one image. */
function counted(images: readonly KeptImage[]): string {
  const count = new Set(images.map(({ finding }) => imageKey(finding.image))).size;
  return count === 1 ? "1 image" : `${count} images`;
}

function toDo(images: readonly KeptImage[]): string {
  const leaking = images.filter(({ finding }) => aboutOf(finding) === "secret");
  const secrets = leaking.length > 0 ? `, ${counted(leaking)} with secrets to revoke` : "";
  return `${counted(images)} to rebuild${secrets}`;
}

function noticeOf(
  { subject, caseId, now, notBefore }: ImageNews,
  { kind, key, images }: Pick<Notice, "kind" | "key"> & { readonly images: readonly KeptImage[] },
): Notice {
  return {
    key,
    subject,
    caseId,
    kind,
    severity: caseSeverityOf(worstOf(images.map(({ finding }) => finding.severity))),
    urgent: false,
    title: kind === "finding" ? toDo(images) : `${counted(images)} done`,
    createdAt: now,
    notBefore,
    sentAt: null,
    digest: null,
  };
}

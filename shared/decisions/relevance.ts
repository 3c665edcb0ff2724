import type { Case } from "../domain/case.ts";
import type { Finding } from "../domain/finding.ts";
import { isOpenImage, type KeptImage } from "../domain/kept-image.ts";
import type { Notice } from "../domain/notice.ts";
import { ownersSubject } from "../domain/subject.ts";
import { fixedKey, foundKey, isAboutImages } from "./image-notices.ts";
import { hasPassed } from "./time.ts";

/** What of a set of notices still holds, by the cases as they are now. */
export interface Relevance {
  /** Whether a notice that nobody was told yet is still worth it. */
  isWorthTelling(notice: Notice): boolean;
  /**
   * Whether what was told is still for these recipients to fix; alerts are not repeated, and images not
   * while Defender shows nothing of them.
   */
  isStillOpen(notice: Notice): boolean;
}

/** What the notices of one set of recipients are held against. */
export interface RelevanceFacts {
  /** The recipients' subject. */
  readonly owners: string;
  readonly cases: readonly Case[];
  /** What they were told. */
  readonly told: readonly Notice[];
  /** Images of these recipients by the subject of their registry. */
  readonly images: ReadonlyMap<string, readonly KeptImage[]>;
  readonly now: string;
}

/**
 * A look leaves notices before it records its case, so an alert may be in no case yet. Later no case has
 * it because it is long over; a weekend without a window for mail is not later.
 */
const youngFor = { days: 4 };

/**
 * Holds notices against the cases: what is over before anybody was told is not told, what is fixed is
 * told only to those who heard of it, and nobody is reminded of what others own by now.
 */
export function relevanceOf({ owners, cases, told, images, now }: RelevanceFacts): Relevance {
  const bySubject = new Map(cases.map((one) => [one.subject, one]));
  const toldNames = new Set(told.map(({ subject, key }) => `${subject}\n${key}`));
  const findingOf = ({ subject, key }: Notice): Finding | undefined =>
    bySubject.get(subject)?.findings.find((one) => one.key === keyIn(key));

  const imagesOf = ({ subject }: Notice) => images.get(subject) ?? [];
  const isTheirs = ({ recipients }: Case) =>
    recipients === null || ownersSubject(recipients.to) === owners;

  return {
    isWorthTelling(notice) {
      const own = bySubject.get(notice.subject);
      if (own && !own.gone && isAboutImages(notice)) {
        return imagesOf(notice).some((kept) =>
          isOpenImage(kept)
            ? notice.key === foundKey(kept)
            : notice.key === fixedKey(kept) &&
              toldNames.has(`${notice.subject}\n${foundKey(kept)}`),
        );
      }
      if (notice.kind === "alert") {
        const finding = findingOf(notice);
        return finding
          ? !isOverSince(finding, notice.createdAt)
          : !hasPassed(notice.createdAt, youngFor, now);
      }
      if (!own || own.gone) return false;
      switch (notice.kind) {
        case "finding":
          return findingOf(notice)?.resolvedAt === null;
        case "fixed": {
          const finding = findingOf(notice);
          const heard = toldNames.has(`${notice.subject}\nfinding:${keyIn(notice.key)}`);
          return heard && finding !== undefined && finding.resolvedAt !== null;
        }
        case "refusal":
          return own.refusals.some(({ act }) => act === keyIn(notice.key));
        case "left":
          return own.decisions.some(
            (one) => one.kind === "leave" && `left:${one.rule}:${one.reason}` === notice.key,
          );
        default:
          return true;
      }
    },
    isStillOpen(notice) {
      const own = bySubject.get(notice.subject);
      if (notice.kind !== "finding" || !own || own.gone) return false;
      return isAboutImages(notice)
        ? imagesOf(notice).some(
            (kept) => isOpenImage(kept) && !kept.unknown && foundKey(kept) === notice.key,
          )
        : isTheirs(own) && findingOf(notice)?.resolvedAt === null;
    },
  };
}

/** What stands behind the kind: the key of a finding, of an alert's finding as a whole. */
const keyIn = (key: string): string =>
  key.startsWith("alert:") ? key : key.slice(key.indexOf(":") + 1);

/** An alert that ended after it was noticed is not told; a test counts as ended from the start. */
const isOverSince = ({ resolvedAt }: Finding, noticedAt: string): boolean =>
  resolvedAt !== null && Date.parse(resolvedAt) > Date.parse(noticedAt);

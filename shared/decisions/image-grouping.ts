import {
  type Image,
  type ImageAssessment,
  type ImageFinding,
  type ImagePlace,
  type ImageSeverity,
  imageSeverities,
  type SecretFinding,
  type SoftwareFinding,
  worstOf,
} from "../domain/image-finding.ts";

/** Everything that Defender says of one image, or all of it that is about one kind of thing. */
export interface AssessedImage {
  readonly image: Image;
  readonly assessments: readonly ImageAssessment[];
}

/** The key of an image within its registry. */
export const imageKey = ({ repository, digest }: Pick<Image, "repository" | "digest">): string =>
  `${repository}@${digest}`;

/** The key of what is found in an image: software and secrets have one each. */
export const findingKey = (
  image: Pick<Image, "repository" | "digest">,
  about: ImageAssessment["about"],
): string => (about === "secret" ? `secret:${imageKey(image)}` : imageKey(image));

/** What a finding is about. */
export const aboutOf = ({ secrets }: Pick<ImageFinding, "secrets">): ImageAssessment["about"] =>
  secrets.length > 0 ? "secret" : "software";

/** The key of a finding. */
export const keyOfFinding = (finding: Pick<ImageFinding, "image" | "secrets">): string =>
  findingKey(finding.image, aboutOf(finding));

/** Groups assessments by image; tags of all of them count, and the latest push. */
export function groupByImage(
  assessments: readonly ImageAssessment[],
): ReadonlyMap<string, AssessedImage> {
  const groups = Map.groupBy(assessments, ({ image }) => imageKey(image));
  return new Map(
    [...groups].flatMap(([key, members]): [string, AssessedImage][] => {
      const first = members[0]?.image;
      if (!first) return [];
      const pushes = members.flatMap(({ image }) => image.pushedAt ?? []).sort();
      const image = {
        ...first,
        tags: sorted(members.flatMap((member) => member.image.tags)),
        pushedAt: pushes.at(-1) ?? null,
      };
      return [[key, { image, assessments: members }]];
    }),
  );
}

/** Groups the assessments of one image by software, worst first. */
export function groupBySoftware(assessments: readonly ImageAssessment[]): SoftwareFinding[] {
  const groups = Map.groupBy(assessments, ({ software }) => software);
  return [...groups].map(([software, members]) => together(software, members)).sort(worstFirst);
}

function together(software: string, members: readonly ImageAssessment[]): SoftwareFinding {
  const byWorst = members.toSorted((left, right) => rank(right) - rank(left) || order(left, right));
  return {
    software,
    installed: sorted(members.flatMap(({ installed }) => installed)),
    fixed: highest(members.flatMap(({ fixed }) => fixed ?? [])),
    fixable: members.some(({ fixable }) => fixable),
    severity: worstOf(members.map(({ severity }) => severity)),
    cves: [...new Set(byWorst.flatMap(({ cves }) => cves))],
    since: earliest(members.map(({ since }) => since)),
  };
}

/** A secret that nobody rated is no small matter: whoever pulls the image has it. */
const unrated: ImageSeverity = "High";

/** Groups the assessments of secrets in one image by kind, worst first. */
export function groupByKind(assessments: readonly ImageAssessment[]): SecretFinding[] {
  const groups = Map.groupBy(assessments, ({ software }) => software);
  return [...groups]
    .map(([kind, members]): SecretFinding => {
      const worst = worstOf(members.map(({ severity }) => severity));
      const severity = worst === "Unknown" ? unrated : worst;
      return { kind, severity, since: earliest(members.map(({ since }) => since)) };
    })
    .sort((left, right) => rank(right) - rank(left) || compare(left.kind, right.kind));
}

/** Builds the finding of an image from what must be updated in it, or from the secrets that lie in it. */
export function findingOf(
  image: Image,
  { software = [], secrets = [] }: Partial<Pick<ImageFinding, "software" | "secrets">>,
  places: readonly ImagePlace[],
): ImageFinding {
  const parts = [...software, ...secrets];
  const runsIn = places.map(({ cluster, namespace }) => ({ cluster, namespace }));
  return {
    image,
    severity: worstOf(parts.map(({ severity }) => severity)),
    software,
    secrets,
    since: earliest(parts.map(({ since }) => since)),
    runsIn: [...new Map(runsIn.map((place) => [placeKey(place), place])).entries()]
      .sort(([left], [right]) => compare(left, right))
      .map(([, place]) => place),
  };
}

const placeKey = ({ cluster, namespace }: Omit<ImagePlace, "digest">): string =>
  `${cluster} ${namespace ?? ""}`;

/** Orders findings: secrets first, then running ones when asked, worst first, then by name. */
export function compareFindings(runningFirst: boolean) {
  const leaks = (finding: ImageFinding): number => Number(aboutOf(finding) === "secret");
  const runs = ({ runsIn }: ImageFinding): number => (runningFirst && runsIn.length > 0 ? 1 : 0);
  return (left: ImageFinding, right: ImageFinding): number =>
    leaks(right) - leaks(left) ||
    runs(right) - runs(left) ||
    rank(right) - rank(left) ||
    compare(imageKey(left.image), imageKey(right.image));
}

const worstFirst = (left: SoftwareFinding, right: SoftwareFinding): number =>
  rank(right) - rank(left) || compare(left.software, right.software);

const rank = ({ severity }: { readonly severity: ImageSeverity }): number =>
  imageSeverities.indexOf(severity);

/** So that the same assessments in another order are told in the same words. */
const order = (left: ImageAssessment, right: ImageAssessment): number =>
  compare(left.cves.join(), right.cves.join());

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/** The highest of versions that may be of any scheme: numbers in them count as numbers. */
function highest(versions: readonly string[]): string | null {
  const numeric = (left: string, right: string): number =>
    left.localeCompare(right, "en", { numeric: true }) || compare(left, right);
  return [...versions].sort(numeric).at(-1) ?? null;
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((time) => time !== null).sort()[0] ?? null;
}

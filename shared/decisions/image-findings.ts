import type { Finding } from "../domain/finding.ts";
import { caseSeverityOf, type Image, type ImageFinding } from "../domain/image-finding.ts";
import { isOpenImage, type KeptImage } from "../domain/kept-image.ts";
import { keyOfFinding } from "./image-grouping.ts";

const prefix = "image:";

/** Whether a finding stands for an image. */
export const isImageFinding = ({ key }: Pick<Finding, "key">): boolean => key.startsWith(prefix);

/** An image as the finding that cases hold, and people read. */
export function findingOfImage({ finding, firstSeen, resolvedAt, unknown }: KeptImage): Finding {
  const runs = finding.runsIn.length > 0 ? ", and it runs" : "";
  return {
    key: `${prefix}${keyOfFinding(finding)}`,
    rule: "images",
    part: "images",
    severity: caseSeverityOf(finding.severity),
    title: `${imageName(finding.image)}: ${wrongWith(finding)}${runs}`.slice(0, 200),
    definition: null,
    assignment: null,
    components: [],
    componentCount: 0,
    cutOff: false,
    firstSeen,
    lastSeen: unknown?.since ?? resolvedAt ?? firstSeen,
    resolvedAt,
  };
}

function wrongWith({ software, secrets }: ImageFinding): string {
  if (secrets.length === 1) return "a secret lies in it";
  if (secrets.length > 1) return `secrets of ${secrets.length} kinds lie in it`;
  return `${software.length === 1 ? "1 package" : `${software.length} packages`} to update`;
}

/** As people call it: by its first tag, else by the start of its digest. */
export const imageName = ({ repository, tags, digest }: ImageFinding["image"] | Image): string =>
  tags[0] ? `${repository}:${tags[0]}` : `${repository}@${digest.slice(0, 19)}`;

/** Characters of JSON that the case's own row has for images; all of them are kept beside it. */
const roomInCase = 12_000;

/** The findings that a case itself holds: open ones first, in their order, as many as fit. */
export function findingsInCase(kept: readonly KeptImage[]): readonly Finding[] {
  const open = kept.filter(isOpenImage);
  const done = kept.filter((one) => !isOpenImage(one));
  const findings: Finding[] = [];
  let length = 0;
  for (const one of [...open, ...done]) {
    const finding = findingOfImage(one);
    length += JSON.stringify(finding).length;
    if (length > roomInCase) break;
    findings.push(finding);
  }
  return findings;
}

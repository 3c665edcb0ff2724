import type { Case } from "../domain/case.ts";
import type { ImageFinding } from "../domain/image-finding.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { MailRules } from "../domain/policy.ts";
import { type Card, code, firstOf, prose, type Row } from "./document.ts";
import { counted, line } from "./plain.ts";
import { shellOption, shellWord } from "./shell-word.ts";
import { targetOf } from "./target.ts";
import { dayOf, daysBetween } from "./when.ts";

/** An image in a mail, and the case of its registry. */
export interface ImageInCase {
  readonly case: Case;
  readonly kept: KeptImage;
  readonly mail: MailRules;
  /** ISO time of the mail. */
  readonly now: string;
}

const mostPlaces = 4;

/** How bad it is, in Defender's words. */
export const severityOf = ({ severity }: ImageFinding): Card["severity"] =>
  severity === "Unknown" ? "Informational" : severity;

/** Whether a rebuilt image takes the place of this one by itself: a tag moves, a digest does not. */
export const isTagged = ({ image }: ImageFinding): boolean => image.tags.length > 0;

/** Registry, repository and tags, and since when it is known. */
export function whereRows({ case: one, kept, mail, now }: ImageInCase): readonly Row[] {
  const { finding, firstSeen } = kept;
  const { repository, tags } = finding.image;
  const { shown, rest } = firstOf(tags, 3);
  const names = shown.map((tag) => line(tag, 60));
  const more = rest > 0 ? ` and ${rest} more` : "";
  const label = tags.length > 1 ? "tags" : "tag";
  const tagged = names.length > 0 ? `, ${label} ${names.join(", ")}${more}` : ", no tag known";
  const since = finding.since ?? firstSeen;
  const days = daysBetween(mail, since, now);
  return [
    prose("Where", `Registry ${line(one.name, 63)}: ${line(repository, 120)}${tagged}`),
    prose("Since", `${dayOf(mail, since)}${days > 0 ? `, ${counted(days, "day")}` : ""}`),
  ];
}

/** Where it runs, if anywhere: a rebuilt image changes nothing until it is rolled out. */
export function rollOut({ runsIn }: ImageFinding): readonly Row[] {
  if (runsIn.length === 0) return [];
  const { shown, rest } = firstOf(runsIn, mostPlaces);
  const places = shown.map(
    ({ cluster, namespace }) =>
      `${line(cluster.split("/").at(-1) ?? cluster, 63)}${namespace ? `, namespace ${line(namespace, 63)}` : ""}`,
  );
  const more = rest > 0 ? [`and ${counted(rest, "more place")}`] : [];
  const each = places.length + rest > 1 ? "in each of these" : "here";
  return [prose("Roll out", `Then, ${each}, the workloads that use it:`, ...places, ...more)];
}

/** One command that only reads, and what its answer means. */
export function checkRows({ case: one, kept: { finding } }: ImageInCase): readonly Row[] {
  const { name, subscriptionId } = targetOf(one);
  const { repository, tags, digest } = finding.image;
  const image = tags[0] ? `${repository}:${tags[0]}` : `${repository}@${digest}`;
  const command = [
    "az acr repository show",
    shellOption("-n", "--name", name),
    `--image ${shellWord(line(image, 400))} --query digest -o tsv`,
    shellOption("--subscription", "--subscription", subscriptionId),
  ].join(" ");
  const meaning = isTagged(finding)
    ? `Rebuilt when it names another digest than ${shortDigest(digest)} (shortened).`
    : "Gone when Azure no longer finds it.";
  return [code("Check", [command]), prose("", meaning)];
}

/** As Docker shortens it: 12 digits. */
const shortDigest = (digest: string): string =>
  line(digest, 80).replace(/^(sha256:.{12}).*$/, "$1");

/** Said where Defender shows nothing of it now, so that its finding only stays. */
export const unseenRows = ({ unknown }: KeptImage): readonly Row[] =>
  unknown ? [prose("Not seen", `Defender shows nothing of it now: ${whys[unknown.reason]}.`)] : [];

const whys: Readonly<Record<NonNullable<KeptImage["unknown"]>["reason"], string>> = {
  "no-plan": "Defender for Containers is off in the subscription",
  "no-extension": "its plan no longer scans images",
  unreadable: "we could not read whether it still scans",
  "not-pulled": "what nobody pushed or pulled for 30 days is not scanned",
  "not-assessed": "it could not scan this image",
};

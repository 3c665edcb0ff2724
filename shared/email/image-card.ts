import { imageName } from "../decisions/image-findings.ts";
import type { Case } from "../domain/case.ts";
import type { ImageFinding, SoftwareFinding } from "../domain/image-finding.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import { type Card, code, firstOf, prose, type Row } from "./document.ts";
import { counted, line } from "./plain.ts";
import { shellOption, shellWord } from "./shell-word.ts";
import { targetOf } from "./target.ts";

/** An image in a mail, and the case of its registry. */
export interface ImageInCase {
  readonly case: Case;
  readonly kept: KeptImage;
}

const mostPackages = 6;
const mostIds = 5;
const mostPlaces = 4;

/** Everything that the people who build an image need: one fix, what to roll out, how to check. */
export function imageCard(image: ImageInCase, mark: string, since: string | null): Card {
  const { finding, unknown } = image.kept;
  const fixes = finding.software.every(({ fixable }) => fixable) ? " that have a fix" : "";
  return {
    kind: "card",
    mark,
    severity: severityOf(finding),
    title: line(imageName(finding.image), 140),
    body: `${counted(finding.software.length, "package")} with known vulnerabilities${fixes}.`,
    rows: [
      prose("Where", ...whereLines(image)),
      ...(since ? [prose("Since", since)] : []),
      prose("Change", rebuild(finding), ...packages(finding)),
      prose("Ids", ids(finding)),
      ...rollOut(finding),
      code("Check", [checkCommand(image)]),
      prose("", `It is rebuilt when the answer is another than ${shortDigest(finding)}.`),
      ...(unknown
        ? [prose("Not seen", `Defender shows nothing of it at present (${unknown.reason}).`)]
        : []),
    ],
  };
}

/** How bad it is, in Defender's words. */
export const severityOf = ({ severity }: ImageFinding): Card["severity"] =>
  severity === "Unknown" ? "Informational" : severity;

function whereLines({ case: one, kept: { finding } }: ImageInCase): string[] {
  const { repository, tags, digest } = finding.image;
  const { shown, rest } = firstOf(tags, 3);
  const names = shown.map((tag) => line(tag, 60));
  const more = rest > 0 ? ` and ${rest} more` : "";
  const tagged = names.length > 0 ? `, tag ${names.join(", ")}${more}` : ", no tag";
  return [`Registry ${line(one.name, 63)}: ${line(repository, 120)}${tagged}`, line(digest, 80)];
}

/** Whether a package comes from the base image, nobody tells us: both ways are one rebuild. */
function rebuild({ software }: ImageFinding): string {
  const named = software.some(({ fixed }) => fixed !== null);
  return named
    ? "Rebuild it on a newer base image; what that does not bring, raise yourself:"
    : "Rebuild it on a newer base image. Defender names no version that fixes:";
}

function packages({ software }: ImageFinding): string[] {
  const { shown, rest } = firstOf(software, mostPackages);
  return [...shown.map(packageLine), ...(rest > 0 ? [`and ${counted(rest, "more package")}`] : [])];
}

const without = (fixable: boolean): string => (fixable ? " (a fix exists)" : " (no fix yet)");

function packageLine({ software, installed, fixed, fixable, severity }: SoftwareFinding): string {
  const { shown, rest } = firstOf(installed, 2);
  const now = shown.map((version) => line(version, 60)).join(", ");
  const from = now === "" ? "" : ` ${now}${rest > 0 ? ` and ${rest} more` : ""}`;
  const to = fixed === null ? without(fixable) : ` → ${line(fixed, 60)}`;
  return `${line(software, 80)}${from}${to}, ${severity.toLowerCase()}`;
}

/** The first few, worst first; the case holds them all. */
function ids({ software }: ImageFinding): string {
  const all = [...new Set(software.flatMap(({ cves }) => cves))];
  const { shown, rest } = firstOf(all, mostIds);
  const names = shown.map((id) => line(id, 40)).join(", ") || "none named";
  return rest > 0 ? `${names} and ${rest} more` : names;
}

function rollOut({ runsIn }: ImageFinding): readonly Row[] {
  if (runsIn.length === 0) return [];
  const { shown, rest } = firstOf(runsIn, mostPlaces);
  const places = shown.map(
    ({ cluster, namespace }) =>
      `${line(cluster.split("/").at(-1) ?? cluster, 63)}${namespace ? `, namespace ${line(namespace, 63)}` : ""}`,
  );
  const more = rest > 0 ? [`and ${counted(rest, "more place")}`] : [];
  return [
    prose("Roll out", "Then, in each of these, the workloads that use it:", ...places, ...more),
  ];
}

function checkCommand({ case: one, kept: { finding } }: ImageInCase): string {
  const { name, subscriptionId } = targetOf(one);
  const { repository, tags, digest } = finding.image;
  const image = tags[0] ? `${repository}:${tags[0]}` : `${repository}@${digest}`;
  return [
    "az acr repository show",
    shellOption("-n", "--name", name),
    `--image ${shellWord(line(image, 400))} --query digest -o tsv`,
    shellOption("--subscription", "--subscription", subscriptionId),
  ].join(" ");
}

const shortDigest = ({ image }: ImageFinding): string => line(image.digest, 22).replace("…", "...");

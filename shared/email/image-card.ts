import { imageName } from "../decisions/image-findings.ts";
import type { ImageFinding, SoftwareFinding } from "../domain/image-finding.ts";
import { type Card, firstOf, prose, type Row } from "./document.ts";
import {
  checkRows,
  type ImageInCase,
  isTagged,
  rollOut,
  severityOf,
  unseenRows,
  whereRows,
} from "./image-parts.ts";
import { counted, line } from "./plain.ts";

const mostPackages = 6;
const mostIds = 5;

/** Everything that the people who build an image need: one fix, what to roll out, how to check. */
export function imageCard(image: ImageInCase, mark: string): Card {
  const { finding } = image.kept;
  const fixes = finding.software.every(({ fixable }) => fixable) ? " that have a fix" : "";
  return {
    kind: "card",
    mark,
    severity: severityOf(finding),
    title: line(imageName(finding.image), 140),
    body: `${counted(finding.software.length, "package")} with known vulnerabilities${fixes}.`,
    rows: [
      ...whereRows(image),
      changeRow(finding),
      prose("CVEs", ids(finding)),
      ...rollOut(finding),
      ...checkRows(image),
      ...unseenRows(image.kept),
    ],
  };
}

function changeRow(finding: ImageFinding): Row {
  const what = [rebuild(finding), ...packages(finding)];
  if (isTagged(finding) || finding.runsIn.length > 0) return prose("Change", ...what);
  return prose(
    "Change",
    "We see no tag on it and nothing that runs it. If nobody pulls it by its digest, delete it; else:",
    ...what,
  );
}

/** Whether a package comes from the base image, nobody tells us: both ways are one rebuild. */
function rebuild({ software }: ImageFinding): string {
  if (software.every(({ fixable }) => !fixable)) {
    return "Nobody has fixed these yet: use another base image or package, or wait and rebuild:";
  }
  return software.some(({ fixed }) => fixed !== null)
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

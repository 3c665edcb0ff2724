import { imageName } from "../decisions/image-findings.ts";
import { aboutOf } from "../decisions/image-grouping.ts";
import type { Case } from "../domain/case.ts";
import {
  type ImageAssessment,
  type ImageSeverity,
  imageSeverities,
  worstOf,
} from "../domain/image-finding.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { MailRules } from "../domain/policy.ts";
import { type Cell, firstOf, type Item, type Section, section } from "./document.ts";
import type { Detail } from "./fit.ts";
import { imageCard } from "./image-card.ts";
import { counted, joined, line } from "./plain.ts";
import { secretCard } from "./secret-card.ts";

/** The images of one registry that a mail tells its readers of. */
export interface ToldImages {
  readonly fresh: readonly KeptImage[];
  readonly open: readonly KeptImage[];
  readonly fixed: readonly KeptImage[];
}

/** What telling of images needs besides them. */
export interface ImageTelling {
  readonly case: Case;
  readonly images: ToldImages;
  readonly detail: Detail;
  readonly mail: MailRules;
  readonly now: string;
  numbers(): string;
}

/** Images in full; the rest is a table. */
const mostInFull = 10;

/** Secrets first, then what to rebuild: new before still open, in the order that the policy asks for. */
export function imageSections(telling: ImageTelling): readonly Section[] {
  const parts = partsOf(telling.images).filter(({ images }) => images.length > 0);
  const sections: Section[] = [];
  let room = Math.min(mostInFull, telling.detail.cards);
  for (const part of parts) {
    const last = part === parts.at(-1);
    sections.push(...partSection(telling, { ...part, room, last }));
    room = Math.max(0, room - part.images.length);
  }
  return [...sections, ...fixedImages(telling)];
}

interface Part {
  readonly title: string;
  readonly about: ImageAssessment["about"];
  readonly images: readonly KeptImage[];
}

function partsOf({ fresh, open }: ToldImages): readonly Part[] {
  const only = (about: Part["about"], images: readonly KeptImage[]) => ({
    about,
    images: images.filter(({ finding }) => aboutOf(finding) === about),
  });
  return [
    { title: "Secrets to revoke", ...only("secret", fresh) },
    { title: "Secrets still to revoke", ...only("secret", open) },
    { title: "Images to rebuild", ...only("software", fresh) },
    { title: "Images still to rebuild", ...only("software", open) },
  ];
}

function partSection(
  telling: ImageTelling,
  { title, about, images, room, last }: Part & { readonly room: number; readonly last: boolean },
): readonly Section[] {
  const { shown, rest } = firstOf(images, room);
  const write = about === "secret" ? secretCard : imageCard;
  const cards = shown.map((kept) => write({ ...telling, kept }, telling.numbers()));
  const full = shown.length > 0 ? `; the first ${shown.length} in full` : "";
  const aside = rest > 0 ? `${counted(images.length, "image")}${full}` : null;
  return section(title, aside, [
    ...cards,
    ...restOf(images.slice(shown.length), about, telling),
    ...(last ? closing(telling) : []),
  ]);
}

/** A row an image; where even that is too much, a row a repository. */
function restOf(
  rest: readonly KeptImage[],
  about: Part["about"],
  { detail }: ImageTelling,
): readonly Item[] {
  if (rest.length === 0) return [];
  if (rest.length <= detail.tableRows) {
    const head = ["Image", "Worst", about === "secret" ? "Secrets" : "Packages", "Runs in"];
    return [{ kind: "table", head, rows: rest.map(imageRow) }];
  }
  const repositories = [...Map.groupBy(rest, ({ finding }) => finding.image.repository)].sort(
    ([, left], [, right]) => rank(right) - rank(left) || right.length - left.length,
  );
  const { shown } = firstOf(repositories, detail.tableRows);
  const named = shown.reduce((sum, [, images]) => sum + images.length, 0);
  const head = ["Repository", "Images", "Worst", "Running"];
  const more = rest.length - named;
  return [
    { kind: "table", head, rows: shown.map(repositoryRow) },
    ...(more > 0
      ? [
          {
            kind: "lines" as const,
            lines: [`and ${moreImages(more, repositories.length - shown.length)}`],
          },
        ]
      : []),
  ];
}

const moreImages = (images: number, repositories: number): string =>
  `${counted(images, "more image")} in ${counted(repositories, "repository", "repositories")}: Defender for Cloud shows them all`;

const cell = (text: string): Cell => ({ text, href: null });

function imageRow({ finding }: KeptImage): readonly Cell[] {
  const [place] = finding.runsIn;
  const more = finding.runsIn.length > 1 ? ` and ${finding.runsIn.length - 1} more` : "";
  const where = place ? `${line(place.cluster.split("/").at(-1) ?? "", 40)}${more}` : "-";
  return [
    cell(line(imageName(finding.image), 90)),
    cell(finding.severity),
    cell(String(finding.software.length + finding.secrets.length)),
    cell(where),
  ];
}

function repositoryRow([repository, images]: [string, readonly KeptImage[]]): readonly Cell[] {
  const running = images.filter(({ finding }) => finding.runsIn.length > 0).length;
  return [
    cell(line(repository, 90)),
    cell(String(images.length)),
    cell(worstIn(images)),
    cell(running > 0 ? String(running) : "-"),
  ];
}

const worstIn = (images: readonly KeptImage[]): ImageSeverity =>
  worstOf(images.map(({ finding }) => finding.severity));

const rank = (images: readonly KeptImage[]): number => imageSeverities.indexOf(worstIn(images));

function closing({ case: one }: ImageTelling): readonly Item[] {
  const { leftOut = {} } = one.facts.images ?? {};
  const { unfixable = 0, underTheBar = 0, exempt = 0 } = leftOut;
  const unlisted = [
    ...(unfixable > 0 ? [`${counted(unfixable, "package")} that nobody has fixed yet`] : []),
    ...(underTheBar > 0
      ? [`${underTheBar} below the severity that your organization asks for`]
      : []),
    ...(exempt > 0 ? [`${exempt} exempt`] : []),
  ];
  return [
    {
      kind: "lines",
      lines: [
        "A new image is scanned within hours of its push; you then get one closing line.",
        "If you push it under another tag, delete the old image: it stays open as long as it is scanned.",
        ...(unlisted.length > 0
          ? [`Not listed, counted over the whole registry: ${joined(unlisted)}.`]
          : []),
      ],
    },
  ];
}

function fixedImages({ images: { fixed }, detail }: ImageTelling): readonly Section[] {
  const { shown, rest } = firstOf(fixed, detail.lines);
  const lines = [...shown.map(doneLine), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return section("Images done", "thank you", lines.length > 0 ? [{ kind: "lines", lines }] : []);
}

/** That the image is gone does not end a secret. */
function doneLine({ finding }: KeptImage): string {
  const name = line(imageName(finding.image), 140);
  return aboutOf(finding) === "secret"
    ? `${name}: no secret is found any more. What was not revoked still works.`
    : name;
}

import { imageName } from "../decisions/image-findings.ts";
import type { Case } from "../domain/case.ts";
import { type ImageSeverity, imageSeverities, worstOf } from "../domain/image-finding.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { MailRules } from "../domain/policy.ts";
import { type Cell, firstOf, type Item, type Section, section } from "./document.ts";
import type { Detail } from "./fit.ts";
import { imageCard } from "./image-card.ts";
import { counted, line } from "./plain.ts";
import { dayOf, daysBetween } from "./when.ts";

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

/** What to rebuild: new first, then what is still open; in the order that the policy asks for. */
export function imageSections(telling: ImageTelling): readonly Section[] {
  const { images, detail } = telling;
  const room = Math.min(mostInFull, detail.cards);
  const left = Math.max(0, room - images.fresh.length);
  const last = images.open.length > 0 ? "open" : "fresh";
  return [
    ...toRebuild(telling, { title: "Images to rebuild", which: "fresh", room, last }),
    ...toRebuild(telling, { title: "Images still to rebuild", which: "open", room: left, last }),
    ...fixedImages(telling),
  ];
}

interface Part {
  readonly title: string;
  readonly which: "fresh" | "open";
  readonly room: number;
  readonly last: "fresh" | "open";
}

function toRebuild(telling: ImageTelling, { title, which, room, last }: Part): readonly Section[] {
  const all = telling.images[which];
  if (all.length === 0) return [];
  const { shown, rest } = firstOf(all, room);
  const cards = shown.map((kept) =>
    imageCard(
      { case: telling.case, kept },
      telling.numbers(),
      which === "open" ? sinceLine(telling, kept) : null,
    ),
  );
  const aside =
    rest > 0 ? `${counted(all.length, "image")}; the first ${shown.length} in full` : null;
  return section(title, aside, [
    ...cards,
    ...restOf(all.slice(shown.length), telling),
    ...(which === last ? closing(telling) : []),
  ]);
}

function sinceLine({ mail, now }: ImageTelling, { firstSeen }: KeptImage): string {
  const days = daysBetween(mail, firstSeen, now);
  return `${dayOf(mail, firstSeen)}, ${counted(days, "day")}`;
}

/** A row an image; where even that is too much, a row a repository. */
function restOf(rest: readonly KeptImage[], { detail }: ImageTelling): readonly Item[] {
  if (rest.length === 0) return [];
  if (rest.length <= detail.tableRows) {
    const head = ["Image", "Worst", "Packages", "Runs in"];
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
      ? [{ kind: "lines" as const, lines: [`and ${counted(more, "more image")}`] }]
      : []),
  ];
}

const cell = (text: string): Cell => ({ text, href: null });

function imageRow({ finding }: KeptImage): readonly Cell[] {
  const [place] = finding.runsIn;
  const more = finding.runsIn.length > 1 ? ` and ${finding.runsIn.length - 1} more` : "";
  const where = place ? `${line(place.cluster.split("/").at(-1) ?? "", 40)}${more}` : "-";
  return [
    cell(line(imageName(finding.image), 90)),
    cell(finding.severity),
    cell(String(finding.software.length)),
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
  const unlisted = [
    ...said(leftOut["unfixable"], "that nobody has fixed yet"),
    ...said(leftOut["underTheBar"], "below the bar of your organization"),
    ...said(leftOut["exempt"], "exempt"),
  ];
  return [
    {
      kind: "lines",
      lines: [
        "A new image is scanned within hours of its push; you then get one closing line.",
        ...(unlisted.length > 0
          ? [`Not listed, over the whole registry: packages ${unlisted.join(", ")}.`]
          : []),
      ],
    },
  ];
}

const said = (count: number | undefined, words: string): string[] =>
  count ? [`${words}: ${count}`] : [];

function fixedImages({ images: { fixed }, detail }: ImageTelling): readonly Section[] {
  const { shown, rest } = firstOf(fixed, detail.lines);
  const lines = [
    ...shown.map(({ finding }) => line(imageName(finding.image), 140)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
  return section("Images done", "thank you", lines.length > 0 ? [{ kind: "lines", lines }] : []);
}

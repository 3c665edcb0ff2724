import type { TagWrite } from "../../shared/decisions/tagging.ts";
import type { Change, ReadingBack } from "./change.ts";
import type { Answer, Work } from "./work.ts";
import { fixForWrite, underOf } from "./write-rights.ts";

/** Tags by their names. */
export type Tags = Readonly<Record<string, string>>;

/** Tags to be written, and how the resource that bears them is read back. */
interface WantedTags<Read extends Answer> extends Pick<TagWrite, "tags" | "detail"> {
  readBack(isShown: (now: { readonly tags: Tags }) => boolean): ReadingBack<Read>;
}

/** Writing our own tags; they take no room under the limits. */
export function tagsChange<Read extends Answer>(
  work: Work,
  present: Tags,
  { tags, detail, readBack }: WantedTags<Read>,
): Change<Read> {
  const { steps, subject } = work;
  return {
    act: "write-tags",
    rule: "compliance",
    detail,
    addedCost: null,
    before: tagText(pick(present, tags)),
    value: tagText(tags),
    counted: false,
    start: () => steps.mergeTags({ subject, tags, under: underOf(work) }),
    ...readBack((now) => tagText(pick(now.tags, tags)) === tagText(tags)),
    fixFor: (refusal) => fixForWrite(refusal, work),
  };
}

/** What tags show of a write that set `value`, in the words in which the case keeps it. */
export const shownTags = (tags: Tags, value: string): string => tagText(pick(tags, tagsOf(value)));

/** Azure compares the names of tags without regard to case. */
function pick(tags: Tags, wanted: Tags): Tags {
  const names = new Set(Object.keys(wanted).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([name]) => names.has(name.toLowerCase())));
}

const tagsOf = (text: string): Tags =>
  Object.fromEntries(
    text.split(", ").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=")];
    }),
  );

const tagText = (tags: Tags): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name.toLowerCase()}=${value}`)
    .sort()
    .join(", ");

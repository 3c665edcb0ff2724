import { alertLine } from "./alert-card.ts";
import { type CaseView, severitiesToFix, worstOf } from "./case-view.ts";
import type { Block, Item } from "./document.ts";
import { cut, firstOf, section } from "./document.ts";
import { changesInShort, type Telling } from "./done.ts";
import { fixedLines } from "./fixes.ts";
import { leftLines } from "./left.ts";
import { portalLink } from "./links.ts";
import { counted, line } from "./plain.ts";

/**
 * The resources that a mail does not tell in full: what is to fix is counted, what it says only once
 * (alerts, our changes, what is fixed) is told in short, because no later mail repeats it.
 */
export function restOfCases(rest: readonly CaseView[], telling: Telling): readonly Block[] {
  if (rest.length === 0) return [];
  const { detail, mail } = telling;
  const lines = (of: (view: CaseView) => readonly string[]): readonly Item[] => {
    const named = rest.flatMap((view) => of(view).map((text) => `${nameOf(view)}: ${text}`));
    return cut(named, detail.tableRows);
  };
  const changes = rest.flatMap(({ case: one, changes: made }) =>
    made.map((change) => ({ one, change })),
  );
  const { shown, rest: more } = firstOf(changes, detail.tableRows);
  const sections = [
    ...section(counted(rest.length, "more resource"), null, table(rest, telling)),
    ...section(
      "Alerts",
      null,
      lines(({ alerts }) => alerts.map(alertLine)),
    ),
    ...section(
      "New",
      null,
      lines(({ bare }) => bare.map(({ title }) => line(title, 160))),
    ),
    ...section("Fixed", "thank you", lines(fixedAndGone)),
    ...section("Done by us", null, [...changesInShort(shown, telling), ...cut([], 0, more)]),
    ...section(
      "Not changed, and why",
      null,
      lines((view) => leftLines(view.case, mail)),
    ),
  ];
  return [{ heading: null, sections }];
}

const nameOf = ({ case: one }: CaseView): string => line(one.name, 63);

function table(rest: readonly CaseView[], { detail }: Telling): readonly Item[] {
  const { shown, rest: more } = firstOf(rest, detail.tableRows);
  const rows = shown.map((view) => [
    { text: nameOf(view), href: portalLink(view.case.resourceId) },
    { text: String(severitiesToFix(view).length), href: null },
    { text: worstOf(view) ?? "-", href: null },
    { text: view.case.id, href: null },
  ]);
  const head = ["Resource", "To fix", "Worst", "Case"];
  return [{ kind: "table", head, rows }, ...cut([], 0, more)];
}

function fixedAndGone(view: CaseView): readonly string[] {
  const images = view.images.fixed.length;
  return [
    ...fixedLines(view),
    ...(images > 0 ? [`${counted(images, "image")} done`] : []),
    ...(view.case.gone ? ["Azure does not know this resource any more."] : []),
  ];
}

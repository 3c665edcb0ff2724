import type { Case } from "../domain/case.ts";
import type { Finding } from "../domain/finding.ts";
import type { Notice } from "../domain/notice.ts";
import type { MailRules } from "../domain/policy.ts";
import { type Card, code, prose, type Row } from "./document.ts";
import type { Change, GuideEntry } from "./guide/entry.ts";
import { guideFor, guideForKey } from "./guide.ts";
import { obstacleRows } from "./obstacle.ts";
import { counted, line } from "./plain.ts";
import { targetOf } from "./target.ts";
import { dayOf, daysBetween } from "./when.ts";
import { whereInShort, whereLines } from "./where.ts";
import { type Place, placesOf } from "./workloads.ts";

/** A finding with where it is and what to do about it. */
export interface Fix {
  readonly finding: Finding;
  readonly place: Place;
  readonly guide: GuideEntry;
  /** What stands in the way of the change. */
  readonly first: readonly Row[];
}

/** A mail is laid out several times until it fits; what it says of a finding stays the same. */
const known = new WeakMap<Case, WeakMap<Finding, Fix>>();

/** How to fix one finding of a case. */
export function fixOf(one: Case, finding: Finding): Fix {
  const ofCase = known.get(one) ?? new WeakMap<Finding, Fix>();
  known.set(one, ofCase);
  const fix = ofCase.get(finding) ?? freshFix(one, finding);
  ofCase.set(finding, fix);
  return fix;
}

function freshFix(one: Case, finding: Finding): Fix {
  const place = placesOf(finding.components);
  const context = {
    ...targetOf(one),
    assignment: finding.assignment,
    title: finding.title,
    place,
    plan: finding.plan,
  };
  const guide = finding.definition
    ? guideFor(finding.definition, context)
    : guideForKey(finding.key, context);
  return { finding, place, guide, first: obstacleRows(one, finding) };
}

/** Everything an owner needs to fix it. */
export function fixCard(
  { finding, place, guide, first }: Fix,
  mark: string,
  since: string | null,
): Card {
  const where = whereLines(finding, place);
  return {
    kind: "card",
    mark,
    severity: finding.severity,
    title: guide.title,
    body: guide.why,
    rows: [
      ...(where.length > 0 ? [prose("Where", ...where)] : []),
      ...(since ? [prose("Since", since)] : []),
      ...first,
      ...guide.change.map(changeRow),
      ...(guide.effect ? [prose("Effect", guide.effect)] : []),
      ...(guide.check.length > 0 ? [code("Check", guide.check)] : []),
      ...(guide.unseen ? [prose("Not seen", guide.unseen)] : []),
    ],
  };
}

/** The same on one line, for what does not fit in full. */
export function fixLine({ finding, place, guide }: Fix): string {
  const where = whereInShort(place);
  return `${finding.severity.toUpperCase()}: ${line(guide.title, 120)}${where ? ` (${where})` : ""}`;
}

interface Fixed {
  readonly case: Case;
  readonly fixed: readonly Notice[];
}

/** What is fixed of a case, by the names that its fixes had. */
export function fixedLines({ fixed, case: one }: Fixed): readonly string[] {
  return fixed.map(({ key, title }) => {
    const finding = one.findings.find((each) => `fixed:${each.key}` === key);
    return line(finding ? fixOf(one, finding).guide.title : title, 160);
  });
}

/** How long it has been open. */
export function sinceLine(mail: MailRules, finding: Finding, now: string): string {
  const days = daysBetween(mail, finding.firstSeen, now);
  return `${dayOf(mail, finding.firstSeen)}, ${counted(days, "day")}`;
}

const changeRow = ({ label, lines, prose: words }: Change): Row =>
  words ? prose(label, ...lines) : code(label, lines);

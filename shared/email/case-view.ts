import { fixedKey, foundKey, isAboutImages } from "../decisions/image-notices.ts";
import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { Finding } from "../domain/finding.ts";
import { caseSeverityOf } from "../domain/image-finding.ts";
import { isOpenImage, type KeptImage } from "../domain/kept-image.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { Notice } from "../domain/notice.ts";
import { type Severity, severities } from "../domain/policy.ts";
import type { ToldImages } from "./image-sections.ts";

/** Notices by the part of the mail that tells them. */
export interface Parts {
  readonly new: readonly Notice[];
  readonly stillOpen: readonly Notice[];
  readonly fixed: readonly Notice[];
}

/** What a mail tells of one case. */
export interface CaseView {
  readonly case: Case;
  readonly fresh: readonly Finding[];
  readonly open: readonly Finding[];
  readonly fixed: readonly Notice[];
  readonly images: ToldImages;
  readonly alerts: readonly DefenderAlert[];
  readonly changes: readonly LedgerEntry[];
  /** Notices about things that the case does not show any more. */
  readonly bare: readonly Notice[];
}

/** What notices are about, besides cases. */
export interface Told {
  readonly alerts: readonly DefenderAlert[];
  /** Of each registry, by its subject, the images of the mail's readers. */
  readonly images?: ReadonlyMap<string, readonly KeptImage[]>;
}

/** Sorts notices into their cases, the worst case first. */
export function caseViews(cases: readonly Case[], parts: Parts, told: Told): CaseView[] {
  return cases.map((one) => viewOf(one, parts, told)).sort(worseFirst);
}

/** Notices whose case is not there. */
export function homeless(cases: readonly Case[], { new: fresh, fixed }: Parts): Notice[] {
  const subjects = new Set(cases.map(({ subject }) => subject));
  return [...fresh, ...fixed].filter(({ subject }) => !subjects.has(subject));
}

/** All findings that a mail asks to fix, images aside. */
export const toFix = ({ fresh, open }: CaseView): readonly Finding[] => [...fresh, ...open];

/** All images that a mail asks to rebuild. */
export const toRebuild = ({ images }: CaseView): readonly KeptImage[] => [
  ...images.fresh,
  ...images.open,
];

/** How grave each thing is that a mail asks to fix. */
export const severitiesToFix = (view: CaseView): readonly Severity[] => [
  ...toFix(view).map(({ severity }) => severity),
  ...toRebuild(view).map(({ finding }) => caseSeverityOf(finding.severity)),
];

/** The worst severity among findings and real alerts, or null when there is nothing. */
export function worstOf(view: CaseView): Severity | null {
  const alerts = view.alerts.filter(({ test }) => !test).map(({ severity }) => severity);
  const all = new Set([...severitiesToFix(view), ...alerts]);
  return severities.findLast((severity) => all.has(severity)) ?? null;
}

/** Sorts by severity, the worst first. */
export const byWorst = (left: { severity: Severity }, right: { severity: Severity }): number =>
  severities.indexOf(right.severity) - severities.indexOf(left.severity);

function viewOf(one: Case, parts: Parts, about: Told): CaseView {
  const own = (notices: readonly Notice[]) =>
    notices.filter(({ subject }) => subject === one.subject);
  const fresh = own(parts.new);
  const findings = findingsOf(one, fresh);
  const [freshAlerts, freshChanges] = [namedIn(fresh, "alert"), namedIn(fresh, "change")];
  const told = about.alerts.filter(({ id }) => freshAlerts.has(id));
  const changes = one.history.filter(({ id }) => freshChanges.has(id));
  const shown: Shown = {
    finding: new Set(findings.map(({ key }) => key)),
    alert: new Set(told.map(({ id }) => id)),
    change: new Set(changes.map(({ id }) => id)),
  };
  const open = findingsOf(one, own(parts.stillOpen)).filter(({ key }) => !shown.finding.has(key));
  return {
    case: one,
    fresh: findings.toSorted(byWorst),
    open: open.toSorted(byWorst),
    fixed: own(parts.fixed).filter((notice) => !isAboutImages(notice)),
    images: imagesOf(about.images?.get(one.subject) ?? [], parts),
    alerts: told.toSorted(byWorst),
    changes: changes.toSorted((left, right) => left.at.localeCompare(right.at)),
    bare: fresh.filter((notice) => !isAboutImages(notice) && isBare(notice, shown)),
  };
}

/** Each image hangs on the notice of the look that found it, or found it done. */
function imagesOf(kept: readonly KeptImage[], parts: Parts): ToldImages {
  const names = (notices: readonly Notice[]) => new Set(notices.map(({ key }) => key));
  const [fresh, still, fixed] = [names(parts.new), names(parts.stillOpen), names(parts.fixed)];
  const open = kept.filter(isOpenImage);
  return {
    fresh: open.filter((one) => fresh.has(foundKey(one))),
    open: open.filter((one) => !fresh.has(foundKey(one)) && still.has(foundKey(one))),
    fixed: kept.filter((one) => !isOpenImage(one) && fixed.has(fixedKey(one))),
  };
}

function findingsOf(one: Case, notices: readonly Notice[]): Finding[] {
  const named = namedIn(notices, "finding");
  return one.findings.filter(({ key, resolvedAt }) => resolvedAt === null && named.has(key));
}

/** Thousands of findings meet as many notices: what these name is looked up, not searched for. */
const namedIn = (notices: readonly Notice[], kind: Notice["kind"]): ReadonlySet<string | null> =>
  new Set(notices.map((notice) => rest(notice, kind)));

/** What stands after the kind in the key of a notice; null when it is of another kind. */
const rest = ({ key }: Notice, kind: Notice["kind"]): string | null =>
  key.startsWith(`${kind}:`) ? key.slice(kind.length + 1) : null;

/** What a view shows of each kind, by the name that a notice gives it. */
interface Shown {
  readonly finding: ReadonlySet<string | null>;
  readonly alert: ReadonlySet<string | null>;
  readonly change: ReadonlySet<string | null>;
}

/** Decisions to leave and refusals are told from the case itself. */
function isBare(notice: Notice, shown: Shown): boolean {
  const { kind } = notice;
  if (kind !== "finding" && kind !== "alert" && kind !== "change") return false;
  return !shown[kind].has(rest(notice, kind));
}

function worseFirst(left: CaseView, right: CaseView): number {
  const rank = (view: CaseView) => severities.indexOf(worstOf(view) ?? "Informational");
  return (
    rank(right) - rank(left) ||
    severitiesToFix(right).length - severitiesToFix(left).length ||
    left.case.name.localeCompare(right.case.name, "en")
  );
}

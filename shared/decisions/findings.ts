import type { Finding } from "../domain/finding.ts";
import { hasPassed } from "./time.ts";

/** A finding before it has a history. */
export type FindingToBe = Omit<Finding, "firstSeen" | "lastSeen" | "resolvedAt"> &
  Partial<Pick<Finding, "firstSeen" | "lastSeen" | "resolvedAt">>;

/** What one look found, and what it could not see. */
export interface Look {
  readonly seen: readonly FindingToBe[];
  /** Whether this look can tell that an earlier finding is over. */
  isClear(finding: Finding): boolean;
  /** Whether an earlier finding is no concern any more (exempt): it goes without being fixed. */
  isExcused(finding: Finding): boolean;
  readonly now: string;
}

const keptResolved = { days: 30 };

/**
 * An earlier look's findings with those of this one: what is still there keeps its first time, what
 * is over is resolved now, what this look could not see stays as it was, and what was resolved 30
 * days ago goes.
 */
export function mergeFindings(earlier: readonly Finding[], look: Look): readonly Finding[] {
  const before = new Map(earlier.map((finding) => [finding.key, finding]));
  const seen = new Set(look.seen.map(({ key }) => key));
  const present = look.seen.map((finding) =>
    stillThere(finding, before.get(finding.key), look.now),
  );
  const past = earlier
    .filter(({ key }) => !seen.has(key))
    .flatMap((finding) => gone(finding, look));
  return [...present, ...past];
}

function stillThere(finding: FindingToBe, before: Finding | undefined, now: string): Finding {
  const goesOn = before !== undefined && (before.resolvedAt === null || finding.resolvedAt);
  const firstSeen = goesOn ? before.firstSeen : (finding.firstSeen ?? now);
  return { lastSeen: now, resolvedAt: null, ...finding, firstSeen };
}

function gone(finding: Finding, { isClear, isExcused, now }: Look): readonly Finding[] {
  if (finding.resolvedAt !== null) {
    return hasPassed(finding.resolvedAt, keptResolved, now) ? [] : [finding];
  }
  if (isExcused(finding)) return [];
  return [isClear(finding) ? { ...finding, resolvedAt: now } : finding];
}

/** Whether a finding still holds. */
export const isOpenFinding = ({ resolvedAt }: Pick<Finding, "resolvedAt">): boolean =>
  resolvedAt === null;

/** A finding that names no parts of a cluster. */
export const plainFinding = (
  finding: Pick<Finding, "key" | "rule" | "part" | "severity" | "title" | "plan">,
): FindingToBe => ({
  definition: null,
  assignment: null,
  components: [],
  componentCount: 0,
  cutOff: false,
  ...finding,
});

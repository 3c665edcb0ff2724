import type { EstateRegistry } from "../azure/ports.ts";
import type { Case } from "../domain/case.ts";
import type { Scanning } from "../domain/image-finding.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import { exemptionFor } from "./exemptions.ts";
import { decidedAnew, settingsDiffer, tagsDiffer } from "./needs-look.ts";
import { isReadDirectly } from "./own-reading.ts";

/** One registry as a scan sees it. */
export interface ScannedRegistry {
  readonly row: EstateRegistry;
  /** Whether Defender scans its images, by the plans of its subscription. */
  readonly scanning: Scanning;
}

/**
 * Why a scan puts a registry on the agenda, or null when nothing differs from its case: neither its
 * settings nor its tags, nor how many recommendations about its images are open, nor when one last
 * changed. Images themselves are not read for that.
 */
export function registryNeedsLook(
  { row, scanning }: ScannedRegistry,
  known: Case | null,
  inForce: InForce,
  now: string,
): string | null {
  const isExempt = (rule: RuleName) =>
    exemptionFor(inForce.policy, { subject: row.id, rule }, now) !== null;
  const violated = isExempt("compliance")
    ? []
    : row.nonCompliant
        .filter((one) => !isReadDirectly(one))
        .map((one) => ({ key: `policy:${one.toLowerCase()}`, title: `it violates ${one}` }));
  const ignored = isExempt("images");
  if (!known) {
    return violated[0]?.title ?? (ignored ? null : firstSight({ row, scanning }));
  }
  return (
    decidedAnew(known, inForce, isExempt) ??
    settingsDiffer(violated, known) ??
    (ignored ? null : imagesDiffer({ row, scanning }, known)) ??
    tagsDiffer(row, known)
  );
}

/** Nothing is known of it yet. */
function firstSight({ row, scanning }: ScannedRegistry): string | null {
  if (row.openRecommendations > 0) return "Defender recommends something for its images";
  return scanning.kind === "off" ? "its images are not scanned" : null;
}

function imagesDiffer({ row, scanning }: ScannedRegistry, known: Case): string | null {
  const { images } = known.facts;
  const wasOff = known.decisions.some(
    (one) => one.kind === "leave" && one.rule === "images" && one.reason === "not-scanned",
  );
  if (scanning.kind === "on" && wasOff && row.recommendationsChangedAt !== null) {
    return "its images are scanned now";
  }
  if (scanning.kind === "off" && !wasOff) return "its images are not scanned any more";
  if (row.openRecommendations !== (images?.openRecommendations ?? 0)) {
    return "Defender's recommendations for its images have changed";
  }
  if (row.recommendationsChangedAt === null) return null;
  const changed = Date.parse(row.recommendationsChangedAt);
  const seen = images?.changedAt ? Date.parse(images.changedAt) : Number.NEGATIVE_INFINITY;
  return changed > seen ? "Defender has looked at its images anew" : null;
}

import { atOnce, lookAt, placeOf } from "./place.ts";
import { ignoredAs, markedAs, poisonAs, type Reading } from "./reading.ts";
import { lineOf, memberOf, textOf } from "./untrusted.ts";

/** The lower-case type that an exported finding carries, in either spelling; null for anything else. */
export function findingType(event: unknown): string | null {
  const type = textOf(event, "type", "Type")?.toLowerCase();
  if (type?.startsWith("microsoft.security/")) return type;
  return memberOf(event, "$type") === "subAssessmentEvent" ? subAssessments : null;
}

const assessments = "microsoft.security/assessments";
const subAssessments = "microsoft.security/assessments/subassessments";

/**
 * Reads an assessment or a sub-assessment as a look at the cluster, registry or subscription that it
 * is about; healthy or not, there or deleted: what holds is read from Azure. Scores and regulatory
 * compliance say nothing that Azure would not say better.
 */
export function readFinding(event: unknown, type: string): Reading {
  if (type !== assessments && type !== subAssessments) return ignoredAs(lineOf(type, 100));
  if (isSnapshot(event)) return ignoredAs("weekly snapshot: the daily scan looks at everything");
  const id = resourceOf(event);
  if (!id) return poisonAs("properties.resourceDetails.id: missing", event);
  const place = placeOf(id);
  if (!place) return ignoredAs("finding about a resource that is not watched");
  const ours = ["cluster", "registry", "container-host", "subscription"].includes(place.kind);
  if (!ours) return ignoredAs(`finding about ${lineOf(place.leafType ?? place.kind, 100)}`);
  return markedAs([lookAt(place, place.kind === "registry" ? onceGraphShows : atOnce)]);
}

/**
 * Images are read from Resource Graph, which shows a finding later than the event tells of it; and a
 * scan of many images tells of them one by one.
 */
const onceGraphShows = { delayMinutes: 5, by: null } as const;

function isSnapshot(event: unknown): boolean {
  const about = memberOf(
    event,
    ...["securityEventDataEnrichment", "SecurityEventDataEnrichment"],
    ...["assessmentEventDataEnrichment", "SubAssessmentEventDataEnrichment"],
  );
  return String(memberOf(about, "isSnapshot", "IsSnapshot")).toLowerCase() === "true";
}

/** The resource it is about: named, or the part of its own id before the finding. */
function resourceOf(event: unknown): string | null {
  const details = memberOf(
    memberOf(event, "properties", "Properties"),
    ...["resourceDetails", "ResourceDetails"],
  );
  const named = textOf(details, "id", "Id", "ResourceId", "resourceId");
  if (named?.startsWith("/subscriptions/")) return named;
  const own = textOf(event, "id", "Id");
  const end = own?.toLowerCase().indexOf("/providers/microsoft.security/") ?? -1;
  return own && end > 0 ? own.slice(0, end) : named;
}

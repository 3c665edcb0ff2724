import { type JsonObject, objectAt } from "../json.ts";
import type { Resource } from "../store.ts";

/** What became of an assessment. */
export type ExportAction = "Insert" | "Write" | "Delete";

/** An assessment as continuous export puts it on an event hub: a deleted one as it last was. */
export function exportedAssessment(
  assessment: Resource,
  action: ExportAction,
  tenantId: string,
): JsonObject {
  const enrichment = { action, apiVersion: "2019-01-01", isSnapshot: false };
  const properties = objectAt(assessment, "properties");
  const { Source, Id, ...details } = objectAt(properties, "resourceDetails");
  return {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: enrichment,
    tenantId,
    type: "Microsoft.Security/assessments",
    kind: null,
    location: null,
    id: assessment.id,
    name: assessment["name"],
    tags: null,
    properties: { ...properties, resourceDetails: { source: Source, id: Id, ...details } },
  };
}

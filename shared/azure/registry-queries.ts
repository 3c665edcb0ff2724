import * as z from "zod";
import { AssessmentRow } from "./image-rows.ts";
import { kqlString } from "./kql.ts";
import { Tags } from "./managed-cluster.ts";
import type { EstateRegistry } from "./ports.ts";

const registries = "microsoft.containerregistry/registries";

const assessments = `securityresources
| where type =~ 'microsoft.security/assessments'
| extend category = tostring(properties.metadata.recommendationCategory), entityType = tostring(properties.resourceDetails.ResourceType)`;

/**
 * Recommendations about images in registries, as Resource Graph names them (2026). Of secrets only the
 * category is documented: what is below a registry is taken for one in an image.
 */
const images = `${assessments}
| extend isSecret = category =~ 'ExposedSecrets'
| where isSecret or (category =~ 'SoftwareUpdate' and entityType =~ '.containerimage')`;

const containers = `${assessments}
| where category =~ 'SoftwareUpdate' and entityType =~ 'K8s-container'`;

/** The registry in an id of something below it; assessments of images hang below their registry. */
const registryIn = (text: string): string =>
  `tolower(extract('(?i)^(/subscriptions/[^/]+/resourcegroups/[^/]+/providers/${registries}/[^/]+)', 1, ${text}))`;

/**
 * Registries with what a scan judges by: the definitions that they and their tokens violate, and how
 * many recommendations about their images are open and when one last changed.
 */
export const registriesQuery = {
  kql: `resources
| where type =~ '${registries}'
| extend registry = tolower(id)
| join kind=leftouter (
    policyresources
    | where type =~ 'microsoft.policyinsights/policystates'
    | where tostring(properties.complianceState) =~ 'NonCompliant'
    | extend registry = ${registryIn("tostring(properties.resourceId)")}
    | where isnotempty(registry)
    | summarize definitions = make_set(tolower(tostring(properties.policyDefinitionId))) by registry
  ) on registry
| join kind=leftouter (
    ${images}
    | extend registry = ${registryIn("id")}, status = tostring(properties.status.code), changed = todatetime(properties.status.statusChangeDate)
    | where isnotempty(registry)
    | summarize open = countif(status =~ 'Unhealthy'), changed = max(changed) by registry
  ) on registry
| project id, name, subscriptionId, tags, loginServer = tostring(properties.loginServer), definitions, open, changed
| order by id asc`,
  row: z
    .object({
      id: z.string(),
      name: z.string(),
      subscriptionId: z.string().transform((value) => value.toLowerCase()),
      tags: Tags,
      loginServer: z.string().nullish(),
      definitions: z.array(z.string()).nullish(),
      open: z.number().nullish(),
      changed: z.string().nullish(),
    })
    .transform(
      ({ loginServer, definitions, open, changed, ...row }): EstateRegistry => ({
        ...row,
        loginServer: loginServer || `${row.name.toLowerCase()}.azurecr.io`,
        nonCompliant: [...new Set((definitions ?? []).map(guidOf))].sort(),
        openRecommendations: open ?? 0,
        recommendationsChangedAt: changed || null,
      }),
    ),
};

const guidOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

const below = (registryId: string): string => `id startswith ${kqlString(`${registryId}/`)}`;

/**
 * What Defender says of the images of one registry. Of the details of vulnerabilities, which can be
 * long, only names, severities and fixes are asked for: a page of answers has at most 16 MB. Of a
 * secret nothing is asked for that is not the same for all secrets of its kind.
 */
export const assessmentsQuery = (registryId: string) => ({
  kql: `${images}
| where ${below(registryId)}
| extend data = iff(isSecret, dynamic(null), properties.additionalData)
| extend details = tostring(data.CvesDetails), title = iff(isSecret, tostring(properties.metadata.displayName), tostring(properties.displayName))
| project id, isSecret, entity = tostring(properties.resourceDetails.Id), image = properties.resourceAdditionalData, title, software = tostring(data.SoftwareName), severity = tostring(properties.metadata.severity), status = tostring(properties.status.code), cause = tostring(properties.status.cause), changed = tostring(properties.status.statusChangeDate), first = tostring(properties.status.firstEvaluationDate), installed = data.DetectedSoftwareVersions, fixed = tostring(data.FixedVersion), fixStatus = tostring(data.FixStatus), scanners = data.ScannersDetails, cves = extract_all(@'"CveId"\\s*:\\s*"([^"]+)"', details), severities = extract_all(@'"Severity"\\s*:\\s*"([^"]*)"', details), fixes = extract_all(@'"FixedVersion"\\s*:\\s*"([^"]+)"', details), fixExists = details contains '"FixAvailable"'
| order by id asc`,
  row: AssessmentRow,
});

/** Where images of a registry run: by digest, because a container may name its image in many ways. */
export const runningQuery = (registryId: string) => ({
  kql: `${containers}
| extend about = parse_json(tostring(properties.resourceAdditionalData)), cluster = tolower(tostring(split(tolower(id), '/providers/microsoft.security/')[0]))
| extend digest = coalesce(tostring(about.Digest), extract('sha256:[0-9a-f]{64}', 0, tolower(tostring(properties.resourceDetails.Id)))), namespace = tostring(about.Namespace)
| where isnotempty(digest)
| summarize recommendations = count() by digest, cluster, namespace
| join kind=inner (
    ${images}
    | where ${below(registryId)}
    | extend about = parse_json(tostring(properties.resourceAdditionalData))
    | extend digest = coalesce(tostring(about.Digest), extract('sha256:[0-9a-f]{64}', 0, tolower(tostring(properties.resourceDetails.Id))))
    | summarize images = count() by digest
  ) on digest
| project id = strcat(digest, ' ', cluster, ' ', namespace), digest, cluster, namespace
| order by id asc`,
  row: z
    .object({ digest: z.string(), cluster: z.string(), namespace: z.string().nullish() })
    .transform(({ digest, cluster, namespace }) => ({
      digest,
      cluster,
      namespace: namespace || null,
    })),
});

import type { ImagePlace, ImageSoftware, RegistryImage } from "../estate-entry.ts";
import { guidOf } from "../ids.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { readResourceId } from "../resource-id.ts";
import type { Resource } from "../store.ts";

/** Where an image lies, and what of it is recommended. */
export interface Assessed {
  readonly registry: string;
  readonly image: RegistryImage;
  readonly software: ImageSoftware;
}

/** The id of an assessment of an image in its registry. */
export function imageAssessmentId({ registry, image, software }: Assessed): string {
  return assessmentId(registry, imageEntity(image), software);
}

/** How an assessment's id names an image. */
export const imageEntity = ({ repository, digest }: RegistryImage): string =>
  `repositories-${dashed(repository)}-images-${digest}`;

/** The id of an assessment of a container that runs the image. */
export function runningAssessmentId(assessed: Assessed, place: ImagePlace): string {
  const { image, software } = assessed;
  const entity = `namespaces-${place.namespace}-containers-${containerOf(image)}-${image.digest}`;
  return assessmentId(place.cluster, entity, software);
}

const assessmentId = (on: string, entity: string, software: ImageSoftware): string =>
  assessmentIdOf(on, entity, `update ${software.name}`);

/** The id of an assessment of something on a resource; its name is a GUID made of what it says. */
export function assessmentIdOf(on: string, entity: string, says: string): string {
  const name = guidOf(says);
  return `${on}/providers/Microsoft.Security/securityentitydata/${entity}/providers/Microsoft.Security/assessments/${name}`;
}

const dashed = (repository: string): string => repository.replaceAll("/", "-");
const containerOf = ({ repository }: RegistryImage): string => repository.split("/").at(-1) ?? "";

/**
 * A recommendation to update software in an image, as GET answers it: one for each software. The field
 * names are those that published queries read from real tenants; `Tags` is a guess.
 */
export function imageAssessment(assessed: Assessed, status: JsonObject): Resource {
  const { image } = assessed;
  return assessmentOf(assessed, {
    id: imageAssessmentId(assessed),
    resourceType: ".containerimage",
    resourceName: containerOf(image),
    about: aboutImage(assessed),
    status,
  });
}

/** The same recommendation about a container that runs the image; where it says so is a guess. */
export function runningAssessment(
  assessed: Assessed,
  place: ImagePlace,
  status: JsonObject,
): Resource {
  return assessmentOf(assessed, {
    id: runningAssessmentId(assessed, place),
    resourceType: "K8s-container",
    resourceName: containerOf(assessed.image),
    about: { ...aboutImage(assessed), ClusterId: place.cluster, Namespace: place.namespace },
    status,
  });
}

/** What an assessment says of the image that it is about. */
export function aboutImage({
  registry,
  image,
}: {
  readonly registry: string;
  readonly image: RegistryImage;
}): JsonObject {
  return {
    Digest: image.digest,
    Tags: image.tags,
    LastPushedToRegistryUTC: image.pushedAt,
    RepositoryDetails: {
      RepositoryName: image.repository,
      RegistryHost: `${readResourceId(registry)?.name.toLowerCase()}.azurecr.io`,
    },
  };
}

function assessmentOf(
  { software }: Assessed,
  row: {
    readonly id: string;
    readonly resourceType: string;
    readonly resourceName: string;
    readonly about: JsonObject;
    readonly status: JsonObject;
  },
): Resource {
  const { id, resourceType, resourceName, about, status } = row;
  const displayName = `Update ${software.name}`;
  return {
    id,
    name: readResourceId(id)?.name ?? "",
    type: "Microsoft.Security/assessments",
    properties: {
      displayName,
      status,
      resourceDetails: {
        Source: "Azure",
        Id: entityOf(id),
        ResourceType: resourceType,
        ResourceName: resourceName,
      },
      resourceAdditionalData: about,
      // Only an unhealthy assessment carries its CVEs.
      additionalData: textAt(status, "code") === "Unhealthy" ? found(software) : bare(software),
      metadata: {
        displayName,
        assessmentType: "BuiltIn",
        recommendationCategory: "SoftwareUpdate",
        severity: software.severity,
        categories: ["Container"],
        description: `A newer version of ${software.name} has fewer known vulnerabilities.`,
        remediationDescription: `Update ${software.name} in the image, then push and deploy it again.`,
      },
      links: {
        azurePortal: `portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${readResourceId(id)?.name}/resourceId/${encodeURIComponent(entityOf(id))}`,
      },
    },
  };
}

const bare = ({ name }: ImageSoftware): JsonObject => ({ SoftwareName: name });

/** Values of additionalData are texts, lists among them as JSON. */
function found(software: ImageSoftware): JsonObject {
  const { name, version, fixedVersion, cves } = software;
  const fix = {
    FixStatus: fixedVersion === null ? "NoFixAvailable" : "FixAvailable",
    FixedVersion: fixedVersion ?? "",
  };
  return {
    SoftwareName: name,
    DetectedSoftwareVersions: JSON.stringify([version]),
    FixedVersion: fix.FixedVersion,
    CvesDetails: JSON.stringify(
      cves.map(({ id, severity }) => ({ CveId: id, Severity: severity, ...fix })),
    ),
  };
}

function entityOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.security/assessments/"));
}

/** The status of an assessment; its dates stay while its code does. */
export function statusOf(
  wanted: { readonly code: string; readonly cause?: string; readonly description?: string },
  before: Resource | null,
  now: string,
): JsonObject {
  const old = objectAt(objectAt(before ?? {}, "properties"), "status");
  const changed = textAt(old, "code") !== wanted.code;
  return {
    ...wanted,
    statusChangeDate: (changed ? null : textAt(old, "statusChangeDate")) ?? now,
    firstEvaluationDate: textAt(old, "firstEvaluationDate") ?? now,
  };
}

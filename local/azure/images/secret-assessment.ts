import type { ImageSecret, RegistryImage } from "../estate-entry.ts";
import type { JsonObject } from "../json.ts";
import { readResourceId } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import { aboutImage, assessmentIdOf, imageEntity } from "./assessment.ts";

/** A secret in an image of a registry. */
export interface AssessedSecret {
  readonly registry: string;
  readonly image: RegistryImage;
  readonly secret: ImageSecret;
}

/** The id of an assessment of secrets of one kind in an image. */
export const secretAssessmentId = ({ registry, image, secret }: AssessedSecret): string =>
  assessmentIdOf(registry, imageEntity(image), `secret ${secret.kind}`);

/**
 * A recommendation about a secret in an image. Only its category is documented: the rest is a guess
 * after the recommendations about software. What it says of the secret itself is there so that it
 * shows where somebody reads it.
 */
export function secretAssessment(assessed: AssessedSecret, status: JsonObject): Resource {
  const { image, secret, registry } = assessed;
  const id = secretAssessmentId(assessed);
  const name = readResourceId(id)?.name ?? "";
  return {
    id,
    name,
    type: "Microsoft.Security/assessments",
    properties: {
      displayName: `${secret.kind} (${foundText})`,
      status,
      resourceDetails: {
        Source: "Azure",
        Id: `${registry}/providers/Microsoft.Security/securityentitydata/${imageEntity(image)}`,
        ResourceType: ".containerimage",
        ResourceName: image.repository.split("/").at(-1) ?? "",
      },
      resourceAdditionalData: aboutImage(assessed),
      additionalData: {
        SecretFilePath: "/app/.env",
        SecretSnippet: foundText,
        ScannersDetails: JSON.stringify({ mdvm: { DetectedSoftwareVersions: [foundText] } }),
      },
      metadata: {
        displayName: secret.kind,
        assessmentType: "BuiltIn",
        recommendationCategory: "ExposedSecrets",
        severity: secret.severity,
        categories: ["Container"],
        description: "A secret in an image is readable by everybody who can pull it.",
        remediationDescription: "Revoke the secret, then build the image without it.",
      },
      links: {
        azurePortal: `portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${name}`,
      },
    },
  };
}

const foundText = "pass****";

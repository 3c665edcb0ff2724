import type { Registry } from "../../shared/azure/ports.ts";
import type { ImageAssessment, ImageFinding } from "../../shared/domain/image-finding.ts";
import type { KeptImage } from "../../shared/domain/kept-image.ts";
import { subscriptionId } from "./builders.ts";

const registryId = `/subscriptions/${subscriptionId}/resourceGroups/rg-shop/providers/Microsoft.ContainerRegistry/registries/acrShop`;

/** The subject of the registry that these images lie in. */
export const registrySubject = registryId.toLowerCase();

export const found = "2026-11-22T09:00:00.000Z";

/** A registry without tags. */
export function aRegistry(over: Partial<Registry> = {}): Registry {
  return {
    id: registryId,
    name: "acrShop",
    loginServer: "acrshop.azurecr.io",
    provisioningState: "Succeeded",
    tags: {},
    createdAt: "2025-01-01T00:00:00.000Z",
    ...over,
  };
}

/** A digest of 64 hex digits. */
export const digestOf = (place: number): string => `sha256:${String(place).padStart(64, "0")}`;

/** An image with one package to update. */
export function anImageFinding(over: Partial<ImageFinding> = {}): ImageFinding {
  return {
    image: {
      registry: registrySubject,
      repository: "team-a/shop",
      digest: digestOf(1),
      tags: ["v1"],
      pushedAt: "2026-11-20T08:00:00.000Z",
    },
    severity: "High",
    software: [
      {
        software: "openssl",
        installed: ["3.0.11"],
        fixed: "3.0.15",
        fixable: true,
        severity: "High",
        cves: ["CVE-2026-1"],
        since: found,
      },
    ],
    secrets: [],
    since: found,
    runsIn: [],
    ...over,
  };
}

/** The same as it is kept: found yesterday, told to team A. */
export function aKeptImage(over: Partial<KeptImage> = {}): KeptImage {
  return {
    finding: anImageFinding(),
    firstSeen: found,
    unknown: null,
    resolvedAt: null,
    owners: { to: ["team-a@contoso.com"], why: "policy: repositories team-a/*", dropped: [] },
    ...over,
  };
}

/** The same image, because of a secret in it. */
export const aSecretFinding = (over: Partial<ImageFinding> = {}): ImageFinding =>
  anImageFinding({
    software: [],
    secrets: [{ kind: "Exposed storage account key", severity: "High", since: found }],
    ...over,
  });

/** A kept image of another repository and digest. */
export const aKeptImageAt = (
  place: number,
  repository: string,
  over: Partial<KeptImage> = {},
): KeptImage => {
  const { image, ...finding } = anImageFinding();
  return aKeptImage({
    finding: { ...finding, image: { ...image, repository, digest: digestOf(place) } },
    ...over,
  });
};

/** What Defender says of one package in one image. */
export function anAssessment(over: Partial<ImageAssessment> = {}): ImageAssessment {
  const { image } = anImageFinding();
  return {
    image,
    about: "software",
    software: "openssl",
    installed: ["3.0.11"],
    fixed: "3.0.15",
    fixable: true,
    severity: "High",
    cves: ["CVE-2026-1"],
    status: "unhealthy",
    cause: null,
    since: found,
    ...over,
  };
}

import type { RegistryImage } from "../estate-entry.ts";
import type { GridEvent } from "../events.ts";
import type { JsonObject } from "../json.ts";
import { readResourceId } from "../resource-id.ts";

/** What happened to an image. */
export interface ImageHappening {
  readonly registry: string;
  readonly image: RegistryImage;
  /** The tag that was pushed; null for a push by digest and for a deletion. */
  readonly tag: string | null;
  readonly action: "push" | "delete";
  readonly location: string;
  readonly at: string;
  readonly id: string;
}

/** The event that a registry raises; the one of a deletion names no tag. */
export function imageEvent(happening: ImageHappening): GridEvent {
  const { registry, image, tag, action, at, id } = happening;
  return {
    id,
    topic: registry,
    subject: tag === null ? image.repository : `${image.repository}:${tag}`,
    eventType: `Microsoft.ContainerRegistry.Image${action === "push" ? "Pushed" : "Deleted"}`,
    eventTime: at,
    data: {
      id,
      timestamp: at,
      action,
      location: happening.location,
      target: targetOf(happening),
      request: {
        id,
        host: `${readResourceId(registry)?.name.toLowerCase()}.azurecr.io`,
        method: action === "push" ? "PUT" : "DELETE",
        useragent: "docker/28.3.0",
      },
    },
    dataVersion: "2.0",
    metadataVersion: "1",
  };
}

function targetOf({ image, tag, action }: ImageHappening): JsonObject {
  const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
  const { digest, repository } = image;
  if (action === "delete") return { mediaType, digest, repository };
  const size = { size: 1153, length: 1153 };
  return { mediaType, ...size, digest, repository, ...(tag === null ? {} : { tag }) };
}

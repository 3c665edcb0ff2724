import type { Images, RegistryImage } from "../estate-entry.ts";
import { canonical } from "../resource-id.ts";

/** An image by its place; its registry in any case. */
export interface ImageName {
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
}

/** An image with the registry that holds it, spelled as the registry is. */
export interface Shelved {
  readonly registry: string;
  readonly image: RegistryImage;
}

/** What lies in the registries. A tag names one image of its repository. */
export interface Shelf {
  find(name: ImageName): Shelved | null;
  /** Puts an image, or changes one; answers the images that lost a tag to it. */
  put(shelved: Shelved): readonly Shelved[];
  remove(name: ImageName): void;
  /** All images of registries that `isMeant`. */
  list(isMeant: (registry: string) => boolean): readonly Shelved[];
}

/** Builds the shelf with what an estate puts on it. */
export function createShelf(entries: readonly Images[]): Shelf {
  const registries = new Map<string, Map<string, Shelved>>();
  const keyOf = ({ repository, digest }: Pick<ImageName, "repository" | "digest">) =>
    `${repository}@${digest}`;
  const shelf = (registry: string): Map<string, Shelved> => {
    const key = canonical(registry);
    const found = registries.get(key) ?? new Map<string, Shelved>();
    registries.set(key, found);
    return found;
  };

  const put = ({ registry, image }: Shelved): readonly Shelved[] => {
    const images = shelf(registry);
    const robbed = [...images.values()]
      .filter((other) => other.image.repository === image.repository)
      .filter((other) => other.image.digest !== image.digest)
      .filter((other) => other.image.tags.some((tag) => image.tags.includes(tag)))
      .map((other) => {
        const tags = other.image.tags.filter((tag) => !image.tags.includes(tag));
        return { ...other, image: { ...other.image, tags } };
      });
    for (const other of [...robbed, { registry, image }]) images.set(keyOf(other.image), other);
    return robbed;
  };

  for (const { registry, images } of entries) {
    for (const image of images) put({ registry, image });
  }
  return {
    put,
    find: (name) => shelf(name.registry).get(keyOf(name)) ?? null,
    remove: (name) => {
      shelf(name.registry).delete(keyOf(name));
    },
    list: (isMeant) =>
      [...registries]
        .filter(([registry]) => isMeant(registry))
        .flatMap(([, images]) => [...images.values()]),
  };
}

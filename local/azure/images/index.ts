import type { Time } from "../clock.ts";
import type { RegistryImage } from "../estate-entry.ts";
import { createIds } from "../ids.ts";
import { textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { canonical, subscriptionOf } from "../resource-id.ts";
import type { StoreChange } from "../store.ts";
import { type AssessmentChange, createAssessor } from "./assessor.ts";
import { exportedAssessment } from "./exported.ts";
import { type ImageHappening, imageEvent } from "./image-event.ts";
import { createShelf, type ImageName, type Shelved } from "./shelf.ts";

/** Takes what Defender's continuous export sends, one body for each message. */
export type DeliverDefender = (bodies: unknown[]) => Promise<void>;

/** A push; the tag is taken from whichever image of the repository had it. */
export interface ImagePush extends ImageName {
  /** Null = pushed by digest. */
  readonly tag: string | null;
  /** What Defender will find; default: nothing. */
  readonly software?: RegistryImage["software"];
  readonly secrets?: NonNullable<RegistryImage["secrets"]>;
  readonly runsIn?: NonNullable<RegistryImage["runsIn"]>;
  readonly scanned?: boolean;
}

/** The images of the estate's registries, for those who act on them. */
export interface RegistryImages {
  /** Raises `Microsoft.ContainerRegistry.ImagePushed`; findings follow after the scan. */
  push(push: ImagePush): void;
  /** Raises `Microsoft.ContainerRegistry.ImageDeleted`; findings vanish some time after. */
  delete(name: ImageName): void;
  /** Changes what is known of an image without a push; seen at the next scan. */
  change(
    name: ImageName,
    to: Partial<Pick<RegistryImage, "software" | "secrets" | "runsIn" | "scanned">>,
  ): void;
  list(registry: string): readonly RegistryImage[];
}

/**
 * Follows the estate's images as Defender does: assessments come some time after a push, change with
 * a scan, and go with the image, its registry or the plan. Nothing is exported of what the estate
 * starts with.
 *
 * @throws Error when a registry or image is named that is not there.
 */
export function createRegistryImages(
  parts: AzureParts,
  deliver: DeliverDefender | undefined,
): RegistryImages {
  const { clock, delays, events, estate, store, tenantId } = parts;
  const shelf = createShelf(estate.images);
  const assessor = createAssessor(parts, shelf);
  const newEventId = createIds("image event");

  const tell = (changes: readonly AssessmentChange[]): void => {
    if (!deliver || changes.length === 0) return;
    const bodies = changes.map(({ action, assessment }) =>
      exportedAssessment(assessment, action, tenantId),
    );
    clock.schedule(clock.now() + delays.event, () => deliver(bodies));
  };

  const assessAt = (at: Time, names: readonly ImageName[]): void =>
    clock.schedule(at, () => {
      const now = parts.nowIso();
      tell(names.flatMap((name) => assessor.assess(name, now)));
    });
  const afterScan = (names: readonly ImageName[]): void =>
    assessAt(clock.now() + delays.imageScan, names);

  const registryOf = (id: string): { id: string; location: string } => {
    const registry = store.find(id);
    if (!registry) throw new Error(`${id} is no registry of the estate.`);
    return { id: registry.id, location: textAt(registry, "location") ?? "westeurope" };
  };
  const shelved = (name: ImageName): Shelved => {
    const found = shelf.find(name);
    if (found) return found;
    throw new Error(`${name.registry} holds no ${name.repository}@${name.digest}.`);
  };
  const raise = (
    happening: Pick<ImageHappening, "registry" | "image" | "tag" | "action">,
  ): void => {
    const { location } = registryOf(happening.registry);
    const told = { ...happening, location, at: parts.nowIso(), id: newEventId() };
    events.publish(imageEvent(told));
  };

  for (const { registry, image } of shelf.list(() => true)) {
    const scannedAt = Date.parse(image.pushedAt) + delays.imageScan;
    const name = nameOf({ registry, image });
    if (scannedAt > clock.now()) assessAt(scannedAt, [name]);
    else assessor.assess(name, new Date(scannedAt).toISOString());
  }
  store.watch(({ id, after }: StoreChange) => {
    const isOn = textAt(after?.["properties"], "pricingTier") === "Standard";
    const meant = concerned(id, after);
    if (!meant) return;
    const names = shelf.list(meant).map(nameOf);
    if (names.length > 0)
      assessAt(clock.now() + (isOn ? delays.imageScan : delays.imageGone), names);
  });

  return {
    push({ tag, registry: id, ...push }) {
      const registry = registryOf(id).id;
      const known = shelf.find({ registry, ...push })?.image;
      const tags = [...new Set([...(known?.tags ?? []), ...(tag === null ? [] : [tag])])];
      const image = { software: [], ...known, ...push, tags, pushedAt: parts.nowIso() };
      const robbed = shelf.put({ registry, image });
      raise({ registry, image, tag, action: "push" });
      afterScan([nameOf({ registry, image }), ...robbed.map(nameOf)]);
    },
    delete(name) {
      const { registry, image } = shelved(name);
      shelf.remove(name);
      raise({ registry, image, tag: null, action: "delete" });
      assessAt(clock.now() + delays.imageGone, [nameOf({ registry, image })]);
    },
    change(name, to) {
      const { registry, image } = shelved(name);
      shelf.put({ registry, image: { ...image, ...to } });
      afterScan([name]);
    },
    list: (registry) => shelf.list((id) => id === canonical(registry)).map(({ image }) => image),
  };
}

const nameOf = ({ registry, image }: Shelved): ImageName => ({
  registry,
  repository: image.repository,
  digest: image.digest,
});

/** The registries whose images a change of the store may concern: a plan's, or one that is gone. */
function concerned(
  id: string,
  after: StoreChange["after"],
): ((registry: string) => boolean) | null {
  const plan =
    /^\/subscriptions\/([^/]+)\/providers\/microsoft\.security\/pricings\/(containers|cloudposture)$/;
  const subscription = plan.exec(canonical(id))?.[1];
  if (subscription !== undefined) return (registry) => subscriptionOf(registry) === subscription;
  const isRegistry = /\/registries\/[^/]+$/i.test(id);
  return after === null && isRegistry ? (registry) => registry === canonical(id) : null;
}

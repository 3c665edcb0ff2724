import type { JsonObject } from "../json.ts";
import { objectAt, textAt } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { canonical } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import {
  type Assessed,
  imageAssessment,
  imageAssessmentId,
  runningAssessment,
  runningAssessmentId,
  statusOf,
} from "./assessment.ts";
import type { ExportAction } from "./exported.ts";
import { scansRegistry, seesContainers } from "./scanning.ts";
import { type AssessedSecret, secretAssessment, secretAssessmentId } from "./secret-assessment.ts";
import type { ImageName, Shelf, Shelved } from "./shelf.ts";

/** What a scan changed in Defender's assessments. */
export interface AssessmentChange {
  readonly action: ExportAction;
  readonly assessment: Resource;
}

/** Keeps the assessments in the store as the shelf and the plans want them. */
export interface Assessor {
  /** Brings the assessments of one image up to date; `at` is when Defender found out (ISO time). */
  assess(name: ImageName, at: string): readonly AssessmentChange[];
}

/** Builds it over an empty store of assessments. */
export function createAssessor(parts: Pick<AzureParts, "store">, shelf: Shelf): Assessor {
  const { store } = parts;
  const written = new Map<string, ReadonlyMap<string, Assessed | AssessedSecret>>();

  const write = (wanted: Wanted): AssessmentChange[] => {
    const before = store.find(wanted.id);
    const assessment = wanted.build(before);
    if (before && sameAs(before, assessment)) return [];
    store.put(assessment);
    return [{ action: before ? "Write" : "Insert", assessment }];
  };

  const remove = (id: string): AssessmentChange[] => {
    const assessment = store.find(id);
    if (assessment) store.remove(id);
    return assessment ? [{ action: "Delete", assessment }] : [];
  };

  return {
    assess(name, at) {
      const key = `${canonical(name.registry)} ${name.repository}@${name.digest}`;
      const old = written.get(key) ?? new Map<string, Assessed | AssessedSecret>();
      const shelved = shelf.find(name);
      const scanned = shelved && isScanned(parts, shelved) ? shelved : null;
      const wanted = scanned ? wantedOf(parts, scanned, { old, at }) : [];
      written.set(key, new Map(wanted.map(({ id, assessed }) => [id, assessed])));
      const kept = new Set(wanted.map(({ id }) => id));
      const gone = [...old.keys()].filter((id) => !kept.has(id));
      return [...wanted.flatMap(write), ...gone.flatMap(remove)];
    },
  };
}

/**
 * An image without a tag that runs nowhere is left out: whether Defender goes on showing it is not
 * documented, and this makes a push of the tag end the findings of the image before.
 */
function isScanned({ store }: Pick<AzureParts, "store">, { registry, image }: Shelved): boolean {
  const matters = image.tags.length > 0 || (image.runsIn ?? []).length > 0;
  const exists = store.find(registry) !== null;
  return matters && exists && image.scanned !== false && scansRegistry(store, registry);
}

interface Before {
  readonly old: ReadonlyMap<string, Assessed | AssessedSecret>;
  readonly at: string;
}

interface Wanted {
  readonly id: string;
  readonly assessed: Assessed | AssessedSecret;
  readonly build: (before: Resource | null) => Resource;
}

function wantedOf(
  { store }: Pick<AzureParts, "store">,
  { registry, image }: Shelved,
  { old, at }: Before,
): readonly Wanted[] {
  const places = (image.runsIn ?? []).filter(({ cluster }) => seesContainers(store, cluster));
  const all = image.software.flatMap((software): Wanted[] => {
    const assessed = { registry, image, software };
    const wish = software.exempt ? exempt : { code: "Unhealthy" };
    const running = places.map((place) => ({
      id: runningAssessmentId(assessed, place),
      assessed,
      build: (before: Resource | null) =>
        runningAssessment(assessed, place, statusOf(wish, before, at)),
    }));
    return [
      {
        id: imageAssessmentId(assessed),
        assessed,
        build: (before) => imageAssessment(assessed, statusOf(wish, before, at)),
      },
      ...running,
    ];
  });
  return [
    ...all,
    ...secretsIn({ registry, image }, at),
    ...healthy({ registry, image }, { old, at }),
  ];
}

/** What is found in an image stays as long as the image does: it is never called healthy. */
const secretsIn = ({ registry, image }: Shelved, at: string): Wanted[] =>
  (image.secrets ?? []).map((secret) => {
    const assessed = { registry, image, secret };
    const wish = secret.exempt ? exempt : { code: "Unhealthy" };
    const build = (before: Resource | null) =>
      secretAssessment(assessed, statusOf(wish, before, at));
    return { id: secretAssessmentId(assessed), assessed, build };
  });

const exempt = {
  code: "NotApplicable",
  cause: "Exempt",
  description: "The resource is exempt from this recommendation.",
};

/** Software that was found before and is no longer: its assessment stays, as healthy. */
function healthy({ registry, image }: Shelved, { old, at }: Before): Wanted[] {
  const present = new Set(image.software.map(({ name }) => name));
  return [...old].flatMap(([id, before]) => {
    if (!("software" in before)) return [];
    const { software } = before;
    const assessed = { registry, image, software };
    if (present.has(software.name) || id !== imageAssessmentId(assessed)) return [];
    const build = (before: Resource | null) =>
      imageAssessment(assessed, statusOf({ code: "Healthy" }, before, at));
    return [{ id, assessed, build }];
  });
}

function sameAs(left: Resource, right: Resource): boolean {
  return JSON.stringify(contentOf(left)) === JSON.stringify(contentOf(right));
}

function contentOf(resource: Resource): JsonObject {
  return { name: textAt(resource, "name") ?? "", properties: objectAt(resource, "properties") };
}

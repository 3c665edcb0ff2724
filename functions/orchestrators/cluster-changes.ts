import { addonText } from "../../shared/decisions/addon.ts";
import { sensorText } from "../../shared/decisions/sensor.ts";
import type { TagWrite } from "../../shared/decisions/tagging.ts";
import type { OwnWrite } from "../../shared/domain/case.ts";
import { type Cluster, readiness } from "../../shared/domain/cluster.ts";
import type { ActName } from "../../shared/domain/decision.ts";
import type { Change, ReadingBack } from "./change.ts";
import { shownTags, tagsChange } from "./own-tags.ts";
import type { AnswerOf } from "./run.ts";
import type { Work } from "./work.ts";
import { fixForWrite, underOf } from "./write-rights.ts";

type Lookup = AnswerOf<"findCluster">;

/** Switching the Azure Policy add-on on. */
export function addonChange(work: Work, detail: string): Change<Lookup> {
  const { steps, subject } = work;
  return {
    act: "enable-addon",
    rule: "addon",
    detail,
    addedCost: null,
    before: "off",
    value: "on",
    counted: true,
    start: () => steps.enableAddon({ subject, under: underOf(work) }),
    ...readBack(work, (cluster) => cluster.addon.on),
    fixFor: (refusal) => fixForWrite(refusal, work),
  };
}

/** Switching the Defender sensor on. */
export function sensorChange(work: Work, detail: string, workspaceId: string): Change<Lookup> {
  const { steps, subject } = work;
  return {
    act: "enable-sensor",
    rule: "sensor",
    detail,
    addedCost: null,
    before: "off",
    value: "on",
    counted: true,
    start: () => steps.enableSensor({ subject, workspaceId, under: underOf(work) }),
    ...readBack(work, (cluster) => cluster.sensor.on),
    fixFor: (refusal) => fixForWrite(refusal, work),
  };
}

/** Writing our own tags on a cluster. */
export const tagChange = (
  work: Work,
  cluster: Cluster,
  wanted: Pick<TagWrite, "tags" | "detail">,
): Change<Lookup> =>
  tagsChange(work, cluster.tags, { ...wanted, readBack: (isShown) => readBack(work, isShown) });

/** What Azure shows of our own earlier writes, in the words in which the case keeps them. */
export const observedWrites = (
  cluster: Cluster,
  writes: readonly OwnWrite[],
): Partial<Record<ActName, string>> =>
  Object.fromEntries(writes.map(({ act, value }) => [act, shownText(cluster, act, value)]));

/** What the cluster shows of an act that set `value`, in the same words. */
export function shownText(cluster: Cluster, act: ActName, value: string): string {
  if (act === "enable-addon") return addonText(cluster);
  if (act === "enable-sensor") return sensorText(cluster);
  return shownTags(cluster.tags, value);
}

const readBack = (
  { steps, subject }: Work,
  isShown: (cluster: Cluster) => boolean,
): ReadingBack<Lookup> => ({
  read: () => steps.findCluster({ subject }),
  shows(found) {
    if (found.kind === "gone") return "missing";
    if (found.kind !== "found" || readiness(found.cluster) === "busy") return "pending";
    return isShown(found.cluster) ? "shown" : "missing";
  },
});

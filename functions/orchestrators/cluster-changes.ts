import { addonText } from "../../shared/decisions/addon.ts";
import { sensorText } from "../../shared/decisions/sensor.ts";
import type { OwnWrite } from "../../shared/domain/case.ts";
import { type Cluster, readiness } from "../../shared/domain/cluster.ts";
import type { ActName } from "../../shared/domain/decision.ts";
import type { Refusal } from "../../shared/domain/refusal.ts";
import { patiently } from "../../shared/durable/patience.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import type { Change } from "./change.ts";
import type { Work } from "./work.ts";

/** Switching the Azure Policy add-on on. */
export function addonChange(work: Work, detail: string): Change {
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
    readBack: () => readCluster(work, (cluster) => cluster.addon.on),
    fixFor: fixForWrite,
  };
}

/** Switching the Defender sensor on. */
export function sensorChange(work: Work, detail: string, workspaceId: string): Change {
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
    readBack: () => readCluster(work, (cluster) => cluster.sensor.on),
    fixFor: fixForWrite,
  };
}

/** Writing our own tags; they take no room under the limits. */
export function tagChange(
  work: Work,
  cluster: Cluster,
  { tags, detail }: { readonly tags: Tags; readonly detail: string },
): Change {
  const { steps, subject } = work;
  const written = (now: Cluster) => tagText(pick(now.tags, tags)) === tagText(tags);
  return {
    act: "write-tags",
    rule: "compliance",
    detail,
    addedCost: null,
    before: tagText(pick(cluster.tags, tags)),
    value: tagText(tags),
    counted: false,
    start: () => steps.mergeTags({ subject, tags, under: underOf(work) }),
    readBack: () => readCluster(work, written),
    fixFor: fixForWrite,
  };
}

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
  return tagText(pick(cluster.tags, tagsOf(value)));
}

type Tags = Readonly<Record<string, string>>;

/** Azure compares the names of tags without regard to case. */
function pick(tags: Tags, wanted: Tags): Tags {
  const names = new Set(Object.keys(wanted).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([name]) => names.has(name.toLowerCase())));
}

const tagsOf = (text: string): Tags =>
  Object.fromEntries(
    text.split(", ").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=")];
    }),
  );

const tagText = (tags: Tags): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name.toLowerCase()}=${value}`)
    .sort()
    .join(", ");

/** What a run decided under: the activity compares it with what rules when it writes. */
export const underOf = ({ taken }: Pick<Work, "taken">) => ({
  hash: taken.inForce.hash,
  stage: taken.inForce.stage,
});

function* readCluster(
  work: Work,
  shows: (cluster: Cluster) => boolean,
): Orchestration<"shown" | "pending" | "missing"> {
  const { context, steps, subject } = work;
  const found = yield* patiently(context, () => steps.findCluster({ subject }));
  if (found.kind === "gone") return "missing";
  if (found.kind !== "found") return "pending";
  const busy = readiness(found.cluster) === "busy";
  if (shows(found.cluster)) return busy ? "pending" : "shown";
  return busy ? "pending" : "missing";
}

/** What mends a refused write, where that is known. */
export function fixForWrite({ code, status }: Pick<Refusal, "code" | "status">): string | null {
  switch (code.toLowerCase()) {
    case "scopelocked":
      return "Remove the lock for the time of the change, or exempt the resource.";
    case "requestdisallowedbypolicy":
      return "Exempt the resource from the denying Azure Policy assignment.";
    case "linkedauthorizationfailed":
      return "Grant the guardrail's identity the right that the message names.";
    case "authorizationfailed":
      return "Grant the guardrail's identity the role Container Guardrail act on this scope.";
    case "missingsubscriptionregistration":
      return "az provider register --namespace Microsoft.PolicyInsights";
    default:
      return status === 403
        ? "Grant the guardrail's identity the right that the message names."
        : null;
  }
}

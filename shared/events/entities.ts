import { asArray, asObject, type JsonObject, lineOf, memberOf, textOf } from "./untrusted.ts";

const mostEntities = 200;
const mostAbout = 20;
const longestAbout = 120;

/**
 * The entities of an alert, the ones inside others too, each once. They are a graph in JSON: `$id`
 * names an object and `$ref` points to one, may dangle, and an id may be given twice. Nothing is
 * followed here, so a cycle cannot be entered; the walk is bounded in depth and number.
 */
export function entitiesOf(alert: unknown): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const collect = (value: unknown, depth: number): void => {
    const entity = asObject(value);
    if (!entity || depth > 5 || found.length >= mostEntities) return;
    if (typeOf(entity)) found.push(entity);
    for (const member of Object.values(entity)) {
      if (typeof member === "object") collect(member, depth + 1);
    }
  };
  for (const entity of asArray(memberOf(alert, "Entities", "entities")).slice(0, mostEntities)) {
    collect(entity, 0);
  }
  return found;
}

/**
 * The resource ids of the clusters among these entities: what each K8s-cluster points to, held in it
 * or referred to, then every Azure resource named at all.
 */
export function resourcesOf(entities: readonly JsonObject[]): readonly string[] {
  const resources = entities.filter((entity) => typeOf(entity) === "azure-resource");
  const referred = entities
    .filter((entity) => typeOf(entity) === "k8s-cluster")
    .map((cluster) => memberOf(cluster, "CloudResource", "cloudResource"))
    .map((link) => resolve(link, resources));
  const ids = [...referred, ...resources].map((resource) =>
    textOf(resource, "ResourceId", "resourceId"),
  );
  return [...new Set(ids.filter((id) => id !== null))];
}

/** Ids repeat between kinds of entities, so a reference counts only where the kind fits. */
function resolve(link: unknown, candidates: readonly JsonObject[]): JsonObject | null {
  const reference = memberOf(link, "$ref");
  if (typeof reference !== "string") return asObject(link);
  return candidates.find((candidate) => memberOf(candidate, "$id") === reference) ?? null;
}

const named: Readonly<Record<string, { word: string; fields: readonly string[] }>> = {
  "k8s-namespace": { word: "namespace", fields: ["Name", "name"] },
  "k8s-pod": { word: "pod", fields: ["Name", "name"] },
  "k8s-deployment": { word: "deployment", fields: ["Name", "name"] },
  "k8s-daemonset": { word: "daemonset", fields: ["Name", "name"] },
  "k8s-statefulset": { word: "statefulset", fields: ["Name", "name"] },
  "k8s-service": { word: "service", fields: ["Name", "name"] },
  "k8s-service-account": { word: "service account", fields: ["Name", "name"] },
  container: { word: "container", fields: ["Name", "name", "ContainerId", "containerId"] },
  "container-image": { word: "image", fields: ["ImageId", "imageId"] },
  host: { word: "node", fields: ["HostName", "hostName"] },
  account: { word: "account", fields: ["Name", "name"] },
  process: { word: "command", fields: ["CommandLine", "commandLine"] },
  ip: { word: "address", fields: ["Address", "address"] },
};

/** What an alert is about inside its resource, such as `namespace shop`, `pod cart-1`; untrusted. */
export function aboutOf(alert: unknown, entities: readonly JsonObject[]): readonly string[] {
  const lines = entities.map(describe);
  const more = memberOf(alert, "ExtendedProperties", "extendedProperties");
  const type = textOf(more, "Resource type");
  const name = textOf(more, "Resource name");
  if (type && name) lines.push(lineOf(`${type} ${name}`, longestAbout));
  return [...new Set(lines.filter((line) => line !== null))].slice(0, mostAbout);
}

function describe(entity: JsonObject): string | null {
  const type = typeOf(entity);
  const known = type && Object.hasOwn(named, type) ? named[type] : undefined;
  const name = known && textOf(entity, ...known.fields);
  return known && name ? lineOf(`${known.word} ${name}`, longestAbout) : null;
}

function typeOf(entity: JsonObject): string | null {
  return textOf(entity, "Type", "type")?.toLowerCase() ?? null;
}

import type { AlertLayer, DefenderAlert } from "../domain/alert.ts";
import { type Severity, severities } from "../domain/policy.ts";
import { aboutOf, entitiesOf, resourcesOf } from "./entities.ts";
import { atOnce, lookAt, type Place, placeOf } from "./place.ts";
import { ignoredAs, markedAs, poisonAs, type Reading } from "./reading.ts";
import { asArray, lineOf, linesOf, memberOf, textOf, timeOf } from "./untrusted.ts";

/** Whether this is an alert: flat as the event hub gets it, or nested as the REST API answers it. */
export function isAlert(event: unknown): boolean {
  return textOf(alertIn(event), ...idNames, ...typeNames) !== null;
}

const idNames = ["SystemAlertId", "systemAlertId"];
const typeNames = ["AlertType", "alertType"];

function alertIn(event: unknown): unknown {
  const inside = memberOf(event, "properties", "Properties");
  return textOf(inside, ...idNames, ...typeNames) === null ? event : inside;
}

/**
 * Reads one alert with all its text bounded, and marks what it is about. `now` stands in for times
 * that the alert lacks, and bounds those that lie in the future.
 */
export function readAlert(event: unknown, now: string): Reading {
  const fields = alertIn(event);
  const id = textOf(fields, ...idNames);
  if (!id) return poisonAs("SystemAlertId: missing; an alert is told apart by it", event);
  const type = lineOf(textOf(fields, ...typeNames) ?? "unknown", 200);
  const entities = entitiesOf(fields);
  const place = placeOfAlert(fields, { type, resources: resourcesOf(entities) });
  if (!place) {
    return poisonAs("ResourceIdentifiers[].AzureResourceId: no Azure resource id in it", event);
  }
  if (!concernsUs(place, fields, type)) {
    return ignoredAs(`alert about ${lineOf(place.leafType ?? place.kind, 100)}`);
  }
  const mark = lookAt(place, atOnce);
  const about = aboutOf(fields, entities);
  return markedAs(
    [mark],
    [{ ...textsOf(fields, now), id: lineOf(id, 200), type, about, ...whereOf(place, type, mark) }],
  );
}

type Texts = Omit<DefenderAlert, "id" | "type" | "about" | "resource" | "subject" | "layer">;

function textsOf(fields: unknown, now: string): Texts {
  const title = textOf(fields, "AlertDisplayName", "alertDisplayName") ?? "Alert without a title";
  const description = textOf(fields, "Description", "description") ?? "";
  const started = timeOf(
    fields,
    "StartTimeUtc",
    "startTimeUtc",
    "TimeGenerated",
    "timeGeneratedUtc",
  );
  const seen = timeOf(
    fields,
    ...["ProcessingEndTime", "processingEndTimeUtc", "TimeGenerated", "timeGeneratedUtc"],
  );
  return {
    title: lineOf(title, 200),
    description: linesOf(description, 2_000),
    severity: severityOf(textOf(fields, "Severity", "severity")),
    startedAt: earlier(started ?? seen ?? now, now),
    seenAt: earlier(seen ?? started ?? now, now),
    remediation: remediationOf(memberOf(fields, "RemediationSteps", "remediationSteps")),
    link: portalLink(textOf(fields, "AlertUri", "alertUri")),
    test: isTest(title, description),
    status: statusOf(textOf(fields, "Status", "status")),
  };
}

function whereOf(
  place: Place,
  type: string,
  mark: { readonly subject: string },
): Pick<DefenderAlert, "resource" | "subject" | "layer"> {
  return { resource: place.id, subject: mark.subject, layer: layerOf(place, type) };
}

/**
 * The resource that an alert is about. Its identifiers come first; an alert from inside a cluster
 * whose identifiers name only the subscription may still name the cluster elsewhere.
 */
function placeOfAlert(
  fields: unknown,
  known: { readonly type: string; readonly resources: readonly string[] },
): Place | null {
  const identifiers = asArray(memberOf(fields, "ResourceIdentifiers", "resourceIdentifiers"));
  const more = memberOf(fields, "ExtendedProperties", "extendedProperties");
  const ids = [
    ...identifiers.map((identifier) => textOf(identifier, "AzureResourceId", "azureResourceId")),
    textOf(fields, "AzureResourceId", "azureResourceId"),
    textOf(more, "EffectiveAzureResourceId", "effectiveAzureResourceId"),
    ...(isContainerType(known.type) ? known.resources : []),
  ];
  const places = ids.map((id) => (id ? placeOf(id) : null)).filter((place) => place !== null);
  const [first] = places;
  if (!isContainerType(known.type)) return first ?? null;
  const inside = (kind: Place["kind"]) => places.find((place) => place.kind === kind);
  return inside("cluster") ?? inside("node") ?? inside("registry") ?? first ?? null;
}

const isContainerType = (type: string): boolean => /^(K8S|AKS)[._]/i.test(type);

/** Types are no closed list: an unknown one counts when it comes from the container plan. */
function concernsUs(place: Place, fields: unknown, type: string): boolean {
  if (place.kind !== "other" && place.kind !== "group") return true;
  const more = memberOf(fields, "ExtendedProperties", "extendedProperties");
  const component =
    textOf(fields, "ProductComponentName", "productComponentName") ??
    textOf(more, "ProductComponentName", "productComponentName");
  return isContainerType(type) || /container/i.test(component ?? "");
}

function layerOf(place: Place, type: string): AlertLayer {
  if (/^K8S\.NODE_/i.test(type)) return "node";
  if (isContainerType(type)) return "audit-log";
  if (place.kind === "node") return "node";
  return place.kind === "registry" ? "registry" : "other";
}

/** An alert of unknown severity is told, and does not wake anybody. */
function severityOf(text: string | null): Severity {
  const wanted = text?.trim().toLowerCase();
  return severities.find((severity) => severity.toLowerCase() === wanted) ?? "Medium";
}

function statusOf(text: string | null): DefenderAlert["status"] {
  const status = text?.trim().toLowerCase();
  return status === "resolved" || status === "dismissed" ? status : "active";
}

const isTest = (title: string, description: string): boolean =>
  /\[SAMPLE ALERT\]/i.test(title.slice(0, 500)) ||
  /THIS IS A SAMPLE ALERT/i.test(description.slice(0, 500));

/** Some exports carry the list as JSON text. */
function remediationOf(value: unknown): readonly string[] {
  const list = typeof value === "string" ? listIn(value) : asArray(value);
  const steps = list.slice(0, 20).filter((step) => typeof step === "string");
  return steps.map((step) => linesOf(step, 1_000)).filter((step) => step !== "");
}

function listIn(text: string): readonly unknown[] {
  if (!text.trim().startsWith("[")) return [text];
  try {
    return asArray(JSON.parse(text));
  } catch {
    return [text];
  }
}

const portals = ["portal.azure.com", "portal.azure.us", "portal.azure.cn"];

function portalLink(text: string | null): string | null {
  if (!text || text.length > 2_000) return null;
  const url = URL.parse(/^portal\.azure\./i.test(text) ? `https://${text}` : text);
  const trusted = url?.protocol === "https:" && url.username === "" && url.password === "";
  return url && trusted && portals.includes(url.host) ? url.href : null;
}

const earlier = (left: string, right: string): string => (left < right ? left : right);

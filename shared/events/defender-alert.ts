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
  const place = isContainerType(type) ? placeInside(fields) : placeNamed(fields);
  if (!place) {
    return poisonAs("ResourceIdentifiers[].AzureResourceId: no Azure resource id in it", event);
  }
  if (!concernsUs(place, fields, type)) {
    return ignoredAs(`alert about ${lineOf(place.leafType ?? place.kind, 100)}`);
  }
  const mark = lookAt(place, atOnce);
  const about = aboutOf(fields, entitiesOf(fields));
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

/** The resource that an alert is about: its identifiers come first. */
function placeNamed(fields: unknown): Place | null {
  for (const id of idsOf(fields)) {
    const place = id ? placeOf(id) : null;
    if (place) return place;
  }
  return null;
}

/**
 * The same for an alert from inside a cluster: its identifiers may name only the subscription, and
 * the cluster stands elsewhere.
 */
function placeInside(fields: unknown): Place | null {
  const places: Place[] = [];
  for (const id of idsOf(fields)) {
    const place = id ? placeOf(id) : null;
    if (place?.kind === "cluster") return place;
    if (place) places.push(place);
  }
  const first = (kind: Place["kind"]) => places.find((place) => place.kind === kind);
  return first("node") ?? first("registry") ?? places[0] ?? null;
}

function* idsOf(fields: unknown): Iterable<string | null> {
  for (const identifier of asArray(
    memberOf(fields, "ResourceIdentifiers", "resourceIdentifiers"),
  )) {
    yield textOf(identifier, "AzureResourceId", "azureResourceId");
  }
  yield textOf(fields, "AzureResourceId", "azureResourceId");
  const more = memberOf(fields, "ExtendedProperties", "extendedProperties");
  yield textOf(more, "EffectiveAzureResourceId", "effectiveAzureResourceId");
  yield* resourcesOf(entitiesOf(fields));
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

const portal = /^https:\/\/portal\.azure\.(com|us|cn)\/[^\s\p{C}"'<>`\\]{0,1900}$/iu;

function portalLink(text: string | null): string | null {
  const link = text && /^portal\.azure\./i.test(text) ? `https://${text}` : text;
  return link && portal.test(link) ? link : null;
}

const earlier = (left: string, right: string): string => (left < right ? left : right);

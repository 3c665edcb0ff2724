import * as z from "zod";
import type { AlertLayer, DefenderAlert } from "../domain/alert.ts";
import { type Severity, severities } from "../domain/policy.ts";
import { canonicalId } from "../domain/resource-id.ts";

const text = z.string().nullish();
const Identifier = z.looseObject({ Type: text, AzureResourceId: text });

/** An alert in Resource Graph's table `securityresources`: PascalCase under `properties`. */
export const AlertRow = z
  .object({
    id: z.string(),
    name: z.string(),
    subscriptionId: z.string(),
    alert: z.looseObject({
      SystemAlertId: text,
      AlertType: text,
      AlertDisplayName: text,
      Description: text,
      Severity: text,
      Status: text,
      StartTimeUtc: text,
      TimeGenerated: text,
      TimeGeneratedUtc: text,
      AlertUri: text,
      ResourceIdentifiers: z.array(Identifier).nullish(),
      RemediationSteps: z.union([z.array(z.string()), z.string()]).nullish(),
    }),
  })
  .transform(({ name, subscriptionId, alert }): DefenderAlert => {
    const type = alert.AlertType ?? "unknown";
    const title = cut(alert.AlertDisplayName ?? type, 300);
    const resource = resourceOf(alert.ResourceIdentifiers ?? [], subscriptionId);
    const time = alert.StartTimeUtc ?? alert.TimeGeneratedUtc ?? alert.TimeGenerated;
    return {
      id: alert.SystemAlertId || name,
      type,
      title,
      description: cut(alert.Description ?? "", 2000),
      severity: severityOf(alert.Severity),
      resource,
      subject: resource,
      layer: layerOf(type, resource),
      startedAt: isoOf(time),
      seenAt: isoOf(alert.TimeGeneratedUtc ?? alert.TimeGenerated ?? time),
      remediation: stepsOf(alert.RemediationSteps),
      link: linkOf(alert.AlertUri),
      test: /sample alert/i.test(`${title} ${alert.Description ?? ""}`),
      status: statusOf(alert.Status),
      about: [],
    };
  });

const cut = (value: string, length: number): string => value.slice(0, length);

function resourceOf(
  identifiers: readonly z.output<typeof Identifier>[],
  subscriptionId: string,
): string {
  const ids = identifiers
    .filter(({ Type }) => Type === undefined || Type === null || /azureresource/i.test(Type))
    .map(({ AzureResourceId }) => AzureResourceId ?? "")
    .filter((id) => /^\/subscriptions\//i.test(id))
    .sort((one, other) => other.length - one.length);
  return canonicalId(ids[0] ?? `/subscriptions/${subscriptionId}`);
}

const severityOf = (value: string | null | undefined): Severity =>
  severities.find((each) => each.toLowerCase() === value?.toLowerCase()) ?? "Informational";

function layerOf(type: string, resource: string): AlertLayer {
  if (/^k8s\.node_/i.test(type)) return "node";
  if (/^k8s_/i.test(type)) return "audit-log";
  return resource.includes("/microsoft.containerregistry/") ? "registry" : "other";
}

function statusOf(value: string | null | undefined): DefenderAlert["status"] {
  if (value?.toLowerCase() === "dismissed") return "dismissed";
  return value?.toLowerCase() === "resolved" ? "resolved" : "active";
}

/** Azure writes up to seven digits of a second; ours are milliseconds. */
function isoOf(value: string | null | undefined): string {
  const time = Date.parse(value ?? "");
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}

function stepsOf(value: string | readonly string[] | null | undefined): string[] {
  const steps = typeof value === "string" ? [value] : (value ?? []);
  return steps.slice(0, 20).map((step) => cut(step, 1000));
}

function linkOf(value: string | null | undefined): string | null {
  if (!value || !URL.canParse(value)) return null;
  const { protocol, hostname } = new URL(value);
  const isPortal = hostname === "portal.azure.com" || hostname.endsWith(".portal.azure.com");
  return protocol === "https:" && isPortal ? cut(value, 2000) : null;
}

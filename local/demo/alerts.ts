import type { SimulatedAzure } from "../azure/index.ts";

type Resource = Parameters<SimulatedAzure["store"]["put"]>[0];

const timeOf = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * The alerts in an exported body as `GET` shows them: fields in camel case under `properties`
 * (Azure REST API, Defender for Cloud, "Alerts", 2022-01-01).
 */
export function alertsIn(text: string): readonly Resource[] {
  const body = parse(text);
  return (Array.isArray(body) ? body : [body]).flatMap((one) => {
    if (typeof one !== "object" || one === null) return [];
    const alert = one as Record<string, unknown>;
    const id = alert["SystemAlertId"];
    const resource = resourceOf(alert);
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(resource)?.[1];
    if (typeof id !== "string" || !subscription) return [];
    return [
      {
        id: `/subscriptions/${subscription.toLowerCase()}/providers/Microsoft.Security/locations/westeurope/alerts/${id}`,
        name: id,
        type: "Microsoft.Security/Locations/alerts",
        properties: propertiesOf(alert, resource),
      },
    ];
  });
}

function propertiesOf(alert: Record<string, unknown>, resource: string): Resource["properties"] {
  const text = (name: string): string => String(alert[name] ?? "");
  return {
    status: "Active",
    timeGeneratedUtc: timeOf(alert["TimeGenerated"]),
    processingEndTimeUtc: timeOf(alert["ProcessingEndTime"]),
    startTimeUtc: timeOf(alert["StartTimeUtc"]),
    endTimeUtc: timeOf(alert["EndTimeUtc"]),
    version: "2022-01-01",
    vendorName: text("VendorName"),
    productName: text("ProductName"),
    alertType: text("AlertType"),
    systemAlertId: text("SystemAlertId"),
    severity: text("Severity"),
    intent: text("Intent"),
    alertDisplayName: text("AlertDisplayName"),
    description: text("Description"),
    compromisedEntity: text("CompromisedEntity"),
    isIncident: alert["IsIncident"] === true,
    alertUri: text("AlertUri"),
    remediationSteps: listOf(alert["RemediationSteps"]),
    resourceIdentifiers: [{ type: "AzureResource", azureResourceId: resource }],
    extendedProperties: {},
    entities: [],
  };
}

function resourceOf(alert: Record<string, unknown>): string {
  const identifiers = alert["ResourceIdentifiers"];
  const named = (Array.isArray(identifiers) ? identifiers : []).find(
    (one) => typeof one === "object" && one !== null && one["Type"] === "AzureResource",
  );
  return String(named?.["AzureResourceId"] ?? alert["AzureResourceId"] ?? "");
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

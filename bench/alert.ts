/** An alert about a cluster as the event hub delivers it; `now` in milliseconds. */
export function alertAbout(cluster: string, index: number, now: number): object {
  const at = new Date(now).toISOString();
  return {
    ...{ VendorName: "Microsoft", AlertType: "K8S_ExposedDashboard", Severity: "High" },
    ...{ StartTimeUtc: at, TimeGenerated: at, ProcessingEndTime: at, Status: "New" },
    SystemAlertId: `4f6d0b1a-0000-4000-8000-${String(index).padStart(12, "0")}`,
    AlertDisplayName: "Exposed Kubernetes dashboard detected",
    ...{ Description: "A dashboard is exposed.", CompromisedEntity: cluster.split("/").at(-1) },
    RemediationSteps: ["Take the service off the internet."],
    ResourceIdentifiers: [{ $id: "2", AzureResourceId: cluster, Type: "AzureResource" }],
    ExtendedProperties: { ProductComponentName: "Containers" },
    Entities: [],
  };
}

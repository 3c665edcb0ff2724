import type { JsonObject } from "../json.ts";
import type { Resource } from "../store.ts";

interface PlanFacts {
  readonly extensions: readonly string[];
  readonly subPlan?: string;
  readonly replacedBy?: readonly string[];
}

const none: PlanFacts = { extensions: [] };

/** Defender plans, their extensions and default sub-plans (Azure REST API, "Pricings"; Azure Policy built-ins). */
const plans: Readonly<Record<string, PlanFacts>> = {
  VirtualMachines: {
    extensions: ["MdeDesignatedSubscription", "AgentlessVmScanning", "FileIntegrityMonitoring"],
    subPlan: "P2",
  },
  SqlServers: none,
  AppServices: none,
  StorageAccounts: {
    extensions: ["OnUploadMalwareScanning", "SensitiveDataDiscovery"],
    subPlan: "DefenderForStorageV2",
  },
  SqlServerVirtualMachines: none,
  KubernetesService: { extensions: [], replacedBy: ["Containers"] },
  ContainerRegistry: { extensions: [], replacedBy: ["Containers"] },
  KeyVaults: { extensions: [], subPlan: "PerKeyVault" },
  Dns: { extensions: [], replacedBy: ["VirtualMachines"] },
  Arm: { extensions: [], subPlan: "PerSubscription" },
  OpenSourceRelationalDatabases: none,
  CosmosDbs: none,
  Containers: {
    extensions: [
      "ContainerRegistriesVulnerabilityAssessments",
      "AgentlessDiscoveryForKubernetes",
      "AgentlessVmScanning",
      "ContainerSensor",
      "ContainerIntegrityContribution",
    ],
  },
  CloudPosture: {
    extensions: [
      "AgentlessVmScanning",
      "AgentlessDiscoveryForKubernetes",
      "SensitiveDataDiscovery",
      "ContainerRegistriesVulnerabilityAssessments",
      "EntraPermissionsManagement",
      "ApiPosture",
    ],
  },
  Api: { extensions: [], subPlan: "P1" },
  AI: { extensions: ["AIPromptEvidence", "AIPromptSharingWithPurview"] },
};

/** Names of all plans, as the list answers them. */
export const planNames: readonly string[] = Object.keys(plans);

/** What is known of a plan; a plan nobody knows has neither extensions nor sub-plan. */
export function planFacts(name: string): PlanFacts {
  return plans[name] ?? none;
}

/** A plan that was never switched on. */
export function basePlan(scope: string, name: string): Resource {
  const { replacedBy } = planFacts(name);
  const properties: JsonObject = {
    pricingTier: "Free",
    freeTrialRemainingTime: replacedBy ? "PT0S" : "P30D",
    ...(replacedBy ? { deprecated: true, replacedBy } : { enforce: "False" }),
  };
  return {
    id: `${scope}/providers/Microsoft.Security/pricings/${name}`,
    name,
    type: "Microsoft.Security/pricings",
    properties,
  };
}

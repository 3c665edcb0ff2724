import type { JsonObject } from "../../json.ts";
import { type Builtin, definitionOf } from "./definition.ts";

const clusterType = "Microsoft.ContainerService/managedClusters";
const isCluster: JsonObject = { field: "type", equals: clusterType };
const alias = (path: string): string => `${clusterType}/${path}`;
const isNot = (path: string, value: boolean | string): JsonObject => ({
  field: alias(path),
  notEquals: value,
});
const absent = (path: string): JsonObject => ({ field: alias(path), exists: false });

const audit = (id: string, displayName: string, violation: JsonObject): Builtin => ({
  id,
  displayName,
  category: "Kubernetes",
  version: "1.0.1",
  mode: "Indexed",
  effect: "Audit",
  allowed: ["Audit", "Disabled"],
  rule: { allOf: [isCluster, violation] },
});

const denyable = (builtin: Builtin): Builtin => ({
  ...builtin,
  allowed: ["Audit", "Deny", "Disabled"],
});

const deploys = (id: string, displayName: string, wanted: JsonObject): Builtin => ({
  id,
  displayName,
  category: "Kubernetes",
  version: "4.2.0",
  mode: "Indexed",
  effect: "DeployIfNotExists",
  allowed: ["DeployIfNotExists", "Disabled"],
  rule: isCluster,
  details: {
    type: clusterType,
    name: "[field('name')]",
    roleDefinitionIds: [
      "/providers/Microsoft.Authorization/roleDefinitions/ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
      "/providers/Microsoft.Authorization/roleDefinitions/18ed5180-3e48-46fd-8541-4ea054d57064",
    ],
    existenceCondition: wanted,
  },
});

const builtins: readonly Builtin[] = [
  audit(
    "0a15ec92-a229-4763-bb14-0ea34a568f8d",
    "Azure Policy Add-on for Kubernetes service (AKS) should be installed and enabled on your clusters",
    isNot("addonProfiles.azurePolicy.enabled", true),
  ),
  audit(
    "a1840de2-8088-4ea8-b153-b4c723e9cb01",
    "Azure Kubernetes Service clusters should have Defender profile enabled",
    isNot("securityProfile.defender.securityMonitoring.enabled", true),
  ),
  denyable(
    audit(
      "993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
      "Azure Kubernetes Service Clusters should have local authentication methods disabled",
      isNot("disableLocalAccounts", true),
    ),
  ),
  audit(
    "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea",
    "Authorized IP ranges should be defined on Kubernetes Services",
    {
      allOf: [
        isNot("apiServerAccessProfile.enablePrivateCluster", true),
        {
          anyOf: [
            absent("apiServerAccessProfile.authorizedIPRanges"),
            {
              count: { field: alias("apiServerAccessProfile.authorizedIPRanges[*]") },
              equals: 0,
            },
            {
              count: {
                field: alias("apiServerAccessProfile.authorizedIPRanges[*]"),
                where: {
                  field: alias("apiServerAccessProfile.authorizedIPRanges[*]"),
                  equals: "0.0.0.0/0",
                },
              },
              greater: 0,
            },
          ],
        },
      ],
    },
  ),
  audit(
    "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457",
    "Role-Based Access Control (RBAC) should be used on Kubernetes Services",
    isNot("enableRBAC", true),
  ),
  denyable(
    audit(
      "040732e8-d947-40b8-95d6-854c95024bf8",
      "Azure Kubernetes Service Private Clusters should be enabled",
      isNot("apiServerAccessProfile.enablePrivateCluster", true),
    ),
  ),
  audit(
    "450d2877-ebea-41e8-b00c-e286317d21bf",
    "Azure Kubernetes Service Clusters should enable Microsoft Entra ID integration",
    absent("aadProfile"),
  ),
  audit(
    "5c345cdf-2049-47e0-b8fe-b0e96bc2df35",
    "Azure Kubernetes Clusters should enable cluster auto-upgrade",
    {
      anyOf: [
        absent("autoUpgradeProfile.upgradeChannel"),
        { field: alias("autoUpgradeProfile.upgradeChannel"), equals: "none" },
      ],
    },
  ),
  audit(
    "04408ca5-aa10-42ce-8536-98955cdddd4c",
    "Azure Kubernetes Clusters should enable node os auto-upgrade",
    {
      anyOf: [
        absent("autoUpgradeProfile.nodeOSUpgradeChannel"),
        { field: alias("autoUpgradeProfile.nodeOSUpgradeChannel"), in: ["None", "Unmanaged"] },
      ],
    },
  ),
  audit(
    "89f2d532-c53c-4f8f-9afa-4927b1114a0d",
    "Azure Kubernetes Service Clusters should disable Command Invoke",
    isNot("apiServerAccessProfile.disableRunCommand", true),
  ),
  audit("28257686-e9db-403e-b9e2-a5eecbe03da9", "Azure Kubernetes Clusters should disable SSH", {
    count: {
      field: alias("agentPoolProfiles[*]"),
      where: {
        field: alias("agentPoolProfiles[*].securityProfile.sshAccess"),
        notEquals: "Disabled",
      },
    },
    greater: 0,
  }),
  audit(
    "dbbdc317-9734-4dd8-9074-993b29c69008",
    "Azure Kubernetes Clusters should enable Key Management Service (KMS)",
    isNot("securityProfile.azureKeyVaultKms.enabled", true),
  ),
  audit(
    "2cc2e023-0dac-4046-875b-178f683929d5",
    "Azure Kubernetes Service Clusters should enable workload identity",
    isNot("securityProfile.workloadIdentity.enabled", true),
  ),
  audit(
    "af3c26b2-6fad-493e-9236-9c68928516ab",
    "Azure Kubernetes Service Clusters should enable Image Cleaner",
    isNot("securityProfile.imageCleaner.enabled", true),
  ),
  denyable(
    audit(
      "7d7be79c-23ba-4033-84dd-45e2a5ccdd67",
      "Both operating systems and data disks in Azure Kubernetes Service clusters should be encrypted by customer-managed keys",
      absent("diskEncryptionSetID"),
    ),
  ),
  denyable(
    audit(
      "41425d9f-d1a5-499a-9932-f8ed8453932c",
      "Temp disks and cache for agent node pools in Azure Kubernetes Service clusters should be encrypted at host",
      {
        count: {
          field: alias("agentPoolProfiles[*]"),
          where: { field: alias("agentPoolProfiles[*].enableEncryptionAtHost"), notEquals: true },
        },
        greater: 0,
      },
    ),
  ),
  deploys(
    "a8eff44f-8c92-45c3-a3fb-9880802d67a7",
    "Deploy Azure Policy Add-on to Azure Kubernetes Service clusters",
    { field: alias("addonProfiles.azurePolicy.enabled"), equals: true },
  ),
  deploys(
    "64def556-fbad-4622-930e-72d1d5589bf5",
    "Configure Azure Kubernetes Service clusters to enable Defender profile",
    { field: alias("securityProfile.defender.securityMonitoring.enabled"), equals: true },
  ),
];

/**
 * Built-in definitions about the ARM properties of a cluster. GUIDs, modes and effects are those of
 * Azure/azure-policy; the rules say the same in the conditions that this evaluator knows.
 */
export const clusterDefinitions = builtins.map(definitionOf);

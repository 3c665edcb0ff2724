import { aks, aksShow, aksUpdate, byId, named } from "./azure-cli.ts";
import type { GuideContext, Recipes } from "./entry.ts";
import { settingOf } from "./setting.ts";

const setting = settingOf("cluster");
const update = (options: string) => (context: GuideContext) => [aksUpdate(context, options)];
const newCluster =
  "It cannot be set on a cluster that exists: build a new one with it and move over.";

/** The Azure Policy add-on of a cluster. */
export const addonRecipe = setting({
  title: "Azure Policy add-on off",
  severity: "Medium",
  why: "Nobody checks what runs in the cluster against your policies.",
  az: (context) => [aks("enable-addons", context, "-a azure-policy")],
  terraform: "azure_policy_enabled = true",
  bicep: "addonProfiles: { azurepolicy: { enabled: true } }",
  check: aksShow("addonProfiles"),
  effect:
    "New pods in gatekeeper-system and kube-system. Policies that are assigned with Deny begin to block.",
});

/** The Defender sensor of a cluster. */
export const sensorRecipe = setting({
  title: "Defender sensor off",
  severity: "Medium",
  why: "Attacks on running containers and nodes raise no alert.",
  az: update("--enable-defender"),
  terraform: "microsoft_defender { log_analytics_workspace_id = var.workspace_id }",
  bicep:
    "securityProfile: { defender: { logAnalyticsWorkspaceResourceId: workspaceId, securityMonitoring: { enabled: true } } }",
  check: aksShow("securityProfile.defender"),
  effect: "The sensor's pods start on each node and take some of its CPU and memory.",
  unseen: "Which workspace is yours: without a name, az takes the default one of the region.",
});

/** How a cluster itself is set up: definitions that judge the ARM resource. */
export const clusterRecipes: Recipes = {
  "0a15ec92-a229-4763-bb14-0ea34a568f8d": addonRecipe,
  "a8eff44f-8c92-45c3-a3fb-9880802d67a7": addonRecipe,
  "a1840de2-8088-4ea8-b153-b4c723e9cb01": sensorRecipe,
  "64def556-fbad-4622-930e-72d1d5589bf5": sensorRecipe,
  "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea": setting({
    title: "API server open to every address",
    severity: "High",
    why: "Anyone on the Internet can try credentials and flaws against it.",
    note: "Put the ranges of your offices and pipelines, separated by commas, into RANGES.",
    az: update('--api-server-authorized-ip-ranges "$RANGES"'),
    terraform: "api_server_access_profile { authorized_ip_ranges = var.ranges }",
    bicep: "apiServerAccessProfile: { authorizedIPRanges: ranges }",
    check: aksShow("apiServerAccessProfile.authorizedIpRanges"),
    effect: "Whoever is outside these ranges, pipelines too, loses kubectl.",
    unseen: "From where people and pipelines reach the cluster.",
  }),
  "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457": setting({
    title: "Kubernetes role-based access control off",
    severity: "High",
    why: "Whoever gets in may do everything.",
    note: newCluster,
    az: () => [],
    terraform: "role_based_access_control_enabled = true",
    bicep: "enableRBAC: true",
    check: aksShow("enableRbac"),
    effect: "Terraform would replace the cluster: plan the move first.",
  }),
  "993c2fcd-2b29-49d2-9eb0-df2c3a730c32": setting({
    title: "Local accounts on",
    severity: "High",
    why: "The shared admin certificate names no person and passes by your sign-in rules.",
    az: update("--disable-local-accounts"),
    terraform: "local_account_disabled = true",
    bicep: "disableLocalAccounts: true",
    check: aksShow("disableLocalAccounts"),
    effect:
      "az aks get-credentials --admin stops working. Needs Microsoft Entra integration first. Certificates already given out work until they are rotated.",
    unseen: "Which pipelines still use the admin certificate.",
  }),
  "040732e8-d947-40b8-95d6-854c95024bf8": setting({
    title: "Public API server",
    severity: "Medium",
    why: "It has an address on the Internet, protected by credentials alone.",
    note: "A cluster with API server VNet integration can be made private; any other needs a new cluster.",
    az: update("--enable-private-cluster"),
    terraform: "private_cluster_enabled = true",
    bicep: "apiServerAccessProfile: { enablePrivateCluster: true }",
    check: aksShow("apiServerAccessProfile"),
    effect:
      "kubectl works only from networks that reach the private address. Terraform may replace the cluster: read its plan.",
    unseen: "From where people and pipelines reach the cluster.",
  }),
  "fb893a29-21bb-418c-a157-e99480ec364c": setting({
    title: "Kubernetes version with known flaws",
    severity: "Medium",
    why: "Old versions get no fixes.",
    note: "Read the versions offered (az aks get-upgrades), put one into VERSION, upgrade.",
    az: (context) => [aks("upgrade", context, '--kubernetes-version "$VERSION"')],
    terraform: "kubernetes_version = var.kubernetes_version",
    bicep: "kubernetesVersion: kubernetesVersion",
    check: (context) => [aks("get-upgrades", context, "-o table")],
    effect: "Nodes are drained and replaced, one after another.",
    unseen:
      "This definition knows versions up to 1.13 only. A newer cluster may be out of support all the same.",
  }),
  "450d2877-ebea-41e8-b00c-e286317d21bf": setting({
    title: "No Microsoft Entra integration",
    severity: "Medium",
    why: "Access does not end when a person leaves.",
    az: update("--enable-aad --enable-azure-rbac"),
    terraform: "azure_active_directory_role_based_access_control { azure_rbac_enabled = true }",
    bicep: "aadProfile: { managed: true, enableAzureRBAC: true }",
    check: aksShow("aadProfile"),
    effect: "It cannot be taken back. People need an Azure role on the cluster to use kubectl.",
    unseen: "Who must keep access: give them their roles first.",
  }),
  "5c345cdf-2049-47e0-b8fe-b0e96bc2df35": setting({
    title: "Automatic upgrades off",
    severity: "Low",
    why: "The cluster falls behind until somebody remembers it.",
    az: update("--auto-upgrade-channel patch"),
    terraform: 'automatic_upgrade_channel = "patch"',
    bicep: "autoUpgradeProfile: { upgradeChannel: 'patch' }",
    check: aksShow("autoUpgradeProfile"),
    effect: "Nodes are drained and replaced at upgrades. Set a maintenance window first.",
  }),
  "04408ca5-aa10-42ce-8536-98955cdddd4c": setting({
    title: "Automatic upgrades of the node OS off",
    severity: "Medium",
    why: "Nodes keep flaws of their operating system.",
    az: update("--node-os-upgrade-channel NodeImage"),
    terraform: 'node_os_upgrade_channel = "NodeImage"',
    bicep: "autoUpgradeProfile: { nodeOSUpgradeChannel: 'NodeImage' }",
    check: aksShow("autoUpgradeProfile"),
    effect: "Nodes are drained and replaced at upgrades. Set a maintenance window first.",
  }),
  "89f2d532-c53c-4f8f-9afa-4927b1114a0d": setting({
    title: "Command invoke on",
    severity: "Low",
    why: "It runs commands in the cluster past your network rules.",
    az: update("--disable-run-command"),
    terraform: "run_command_enabled = false",
    bicep: "apiServerAccessProfile: { disableRunCommand: true }",
    check: aksShow("apiServerAccessProfile.disableRunCommand"),
    effect: "az aks command invoke and the portal's Run command stop working.",
    unseen: "Which pipelines use it, often those of private clusters.",
  }),
  "28257686-e9db-403e-b9e2-a5eecbe03da9": setting({
    title: "SSH to nodes on",
    severity: "Low",
    why: "A stolen key opens the nodes without leaving a trace in Azure.",
    az: update("--ssh-access disabled"),
    terraform: null,
    bicep:
      "agentPoolProfiles: [ { securityProfile: { sshAccess: 'Disabled' } } ]        // in each pool",
    check: aksShow("agentPoolProfiles[].{pool:name, ssh:securityProfile.sshAccess}"),
    effect:
      "It takes hold when the nodes are next replaced. Older az versions need the aks-preview extension.",
  }),
  "dbbdc317-9734-4dd8-9074-993b29c69008": setting({
    title: "Secrets not encrypted with your own key",
    severity: "Low",
    why: "Secrets in etcd are encrypted with a key of the platform only.",
    note: "Put the id of a key in your Key Vault into KEY_ID; the cluster's identity needs rights on it.",
    az: update('--enable-azure-keyvault-kms --azure-keyvault-kms-key-id "$KEY_ID"'),
    terraform: "key_management_service { key_vault_key_id = var.key_id }",
    bicep: "securityProfile: { azureKeyVaultKms: { enabled: true, keyId: keyId } }",
    check: aksShow("securityProfile.azureKeyVaultKms"),
    effect:
      "If the key is lost, so are the secrets. Old secrets are encrypted once they are written again.",
    unseen: "Which key you mean to use.",
  }),
  "da6e2401-19da-4532-9141-fb8fbde08431": setting({
    title: "Service principal instead of a managed identity",
    severity: "Medium",
    why: "Its secret can leak, and the cluster stops working when it expires.",
    az: update("--enable-managed-identity"),
    terraform: 'identity { type = "SystemAssigned" }',
    bicep: "identity: { type: 'SystemAssigned' }",
    check: aksShow("{identity:identity.type, servicePrincipal:servicePrincipalProfile.clientId}"),
    effect: "It cannot be taken back. Nodes use the new identity after their next image upgrade.",
    unseen: "Which roles the service principal holds: the new identity needs them too.",
  }),
  "2cc2e023-0dac-4046-875b-178f683929d5": setting({
    title: "Workload identity off",
    severity: "Low",
    why: "Programs need stored secrets to reach Azure.",
    az: update("--enable-oidc-issuer --enable-workload-identity"),
    terraform: "oidc_issuer_enabled = true, workload_identity_enabled = true        # one a line",
    bicep:
      "oidcIssuerProfile: { enabled: true }, securityProfile: { workloadIdentity: { enabled: true } }        // one a line",
    check: aksShow("{issuer:oidcIssuerProfile, identity:securityProfile.workloadIdentity}"),
    effect: "The issuer cannot be switched off again. Programs use it once you set them up for it.",
  }),
  "af3c26b2-6fad-493e-9236-9c68928516ab": setting({
    title: "Image cleaner off",
    severity: "Low",
    why: "Old images with known flaws stay on the nodes.",
    az: update("--enable-image-cleaner --image-cleaner-interval-hours 168"),
    terraform:
      "image_cleaner_enabled = true, image_cleaner_interval_hours = 168        # one a line",
    bicep: "securityProfile: { imageCleaner: { enabled: true, intervalHours: 168 } }",
    check: aksShow("securityProfile.imageCleaner"),
    effect: "A pod in kube-system removes unused images from the nodes once a week.",
  }),
  "245fc9df-fa96-4414-9a0b-3738c2f7341c": setting({
    title: "Resource logs off",
    severity: "Low",
    why: "After an incident nobody can say who did what.",
    note: "Put the id of your Log Analytics workspace into WORKSPACE_ID.",
    az: (context) => [
      `az monitor diagnostic-settings create -n audit ${byId("--resource", context)} --workspace "$WORKSPACE_ID" --logs '[{"category":"kube-audit-admin","enabled":true},{"category":"guard","enabled":true}]'`,
    ],
    terraform:
      'resource "azurerm_monitor_diagnostic_setting", enabled_log { category = "kube-audit-admin" }',
    bicep: "resource of type Microsoft.Insights/diagnosticSettings, scope: the cluster",
    check: (context) => [`az monitor diagnostic-settings list ${byId("--resource", context)}`],
    effect: "The workspace bills the logs by volume.",
    unseen: "Which workspace is yours.",
  }),
  "7d7be79c-23ba-4033-84dd-45e2a5ccdd67": setting({
    title: "Disks not encrypted with your own key",
    severity: "Low",
    why: "Disks are encrypted with a key of the platform only.",
    note: newCluster,
    az: () => [],
    terraform: "disk_encryption_set_id = var.disk_encryption_set_id",
    bicep: "diskEncryptionSetID: diskEncryptionSetId",
    check: aksShow("diskEncryptionSetId"),
    effect: "Terraform would replace the cluster: plan the move first.",
  }),
  "41425d9f-d1a5-499a-9932-f8ed8453932c": setting({
    title: "Temporary disks not encrypted at the host",
    severity: "Low",
    why: "Caches and temporary files of the nodes lie unencrypted on the host.",
    note: "Add a node pool with --enable-encryption-at-host (az aks nodepool add), move over, delete the old pool.",
    az: () => [],
    terraform: "host_encryption_enabled = true",
    bicep: "agentPoolProfiles: [ { enableEncryptionAtHost: true } ]",
    check: aksShow("agentPoolProfiles[].{pool:name, atHost:enableEncryptionAtHost}"),
    effect:
      "Workloads restart on the new nodes. The subscription needs the feature EncryptionAtHost.",
  }),
};

/** Opens the cluster for kubectl. */
export const credentials = (
  target: Pick<GuideContext, "name" | "resourceGroup" | "subscriptionId">,
): string => `az aks get-credentials ${named(target)}`;

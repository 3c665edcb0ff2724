import { acrShow, acrUpdate, byId, named, ofRegistry } from "./azure-cli.ts";
import type { GuideContext, Recipes } from "./entry.ts";
import { settingOf } from "./setting.ts";

const setting = settingOf("registry");
const update = (options: string) => (context: GuideContext) => [acrUpdate(context, options)];

/** How a container registry is set up. */
export const registryRecipes: Recipes = {
  "9f2dea28-e834-476c-99c5-3507b4728395": setting({
    title: "Anonymous pull on",
    severity: "High",
    why: "Anyone on the Internet can download your images.",
    az: update("--anonymous-pull-enabled false"),
    terraform: "anonymous_pull_enabled = false",
    bicep: "anonymousPullEnabled: false",
    check: acrShow("anonymousPullEnabled"),
    effect: "Pulls without a sign-in fail from then on.",
    unseen: "Who pulls without signing in today.",
  }),
  "dc921057-6b28-4fbe-9b83-f7bec05db6c2": setting({
    title: "Admin account on",
    severity: "High",
    why: "One shared password may push and pull everything, and knows no person.",
    az: update("--admin-enabled false"),
    terraform: "admin_enabled = false",
    bicep: "adminUserEnabled: false",
    check: acrShow("adminUserEnabled"),
    effect: "Whoever signs in with the admin password is locked out.",
    unseen: "Which pipelines and web apps use that password.",
  }),
  "d0793b48-0edc-4296-a390-4c75d1bdfd71": setting({
    title: "Open to every network",
    severity: "Medium",
    why: "A stolen credential works from anywhere.",
    note: "Add the networks of your clusters and pipelines first (az acr network-rule add). Needs the Premium tier.",
    az: update("--default-action Deny"),
    terraform: 'network_rule_set { default_action = "Deny" }',
    bicep: "networkRuleSet: { defaultAction: 'Deny' }",
    check: acrShow("networkRuleSet"),
    effect: "Pulls and pushes from other networks fail from then on.",
    unseen: "From which networks clusters and pipelines reach it.",
  }),
  "0fdf0491-d080-4575-b627-ad0e843cba0f": setting({
    title: "Public network access on",
    severity: "Medium",
    why: "The registry answers on the Internet.",
    note: "Clusters and pipelines need a private endpoint first. Needs the Premium tier.",
    az: update("--public-network-enabled false"),
    terraform: "public_network_access_enabled = false",
    bicep: "publicNetworkAccess: 'Disabled'",
    check: acrShow("publicNetworkAccess"),
    effect: "Only private endpoints reach it from then on.",
    unseen: "Who reaches it over the Internet today.",
  }),
  "e8eef0a8-67cf-4eb4-9386-14b0e78733d4": setting({
    title: "No private link",
    severity: "Medium",
    why: "Images cross public addresses.",
    note: "Put the id of the subnet of your clusters into SUBNET_ID. Needs the Premium tier.",
    az: (context) => [
      `az network private-endpoint create ${named({ ...context, name: `${context.name}-pe` })} --subnet "$SUBNET_ID" ${byId("--private-connection-resource-id", context)} --group-id registry --connection-name registry`,
    ],
    terraform:
      'resource "azurerm_private_endpoint", private_service_connection { subresource_names = ["registry"] }',
    bicep: "resource of type Microsoft.Network/privateEndpoints, groupIds: [ 'registry' ]",
    check: acrShow("privateEndpointConnections[].privateEndpoint.id"),
    effect: "It also needs the private DNS zone privatelink.azurecr.io in that network.",
    unseen: "Your networks.",
  }),
  "42781ec6-6127-4c30-bdfa-fb423a0047d3": setting({
    title: "Accepts tokens made for Azure Resource Manager",
    severity: "Low",
    why: "A token stolen elsewhere opens the registry as well.",
    az: (context) => [
      `az acr config authentication-as-arm update ${ofRegistry(context)} --status disabled`,
    ],
    terraform: null,
    bicep: "policies: { azureADAuthenticationAsArmPolicy: { status: 'disabled' } }",
    check: acrShow("policies.azureAdAuthenticationAsArmPolicy.status"),
    effect: "Old clients that sign in with such tokens fail.",
    unseen: "Which clients still do.",
  }),
  "524b0254-c285-4903-bee6-bb8126cde579": setting({
    title: "Exports allowed",
    severity: "Low",
    why: "Whoever may write here can copy images out to another registry.",
    az: (context) => [
      `az resource update ${byId("--ids", context)} --set properties.policies.exportPolicy.status=disabled properties.publicNetworkAccess=Disabled`,
    ],
    terraform:
      "export_policy_enabled = false, public_network_access_enabled = false        # one a line",
    bicep:
      "policies: { exportPolicy: { status: 'disabled' } }, publicNetworkAccess: 'Disabled'        // one a line",
    check: acrShow("policies.exportPolicy.status"),
    effect: "Exports are off only with public network access off: private endpoints first.",
    unseen: "Whether a copy to another registry is part of a release.",
  }),
  "ff05e24e-195c-447e-b322-5e90c9f9f366": setting({
    title: "Repository tokens on",
    severity: "Low",
    why: "They are passwords that know no person and often no end.",
    note: "For each token that the check lists: az acr token update --status disabled, and delete it later.",
    az: () => [],
    terraform: 'resource "azurerm_container_registry_token", enabled = false',
    bicep: "resource of type Microsoft.ContainerRegistry/registries/tokens, status: 'disabled'",
    check: (context) => [`az acr token list ${ofRegistry(context)} -o table`],
    effect: "Devices and pipelines that use the token are locked out.",
    unseen: "Who uses which token.",
  }),
  "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580": setting({
    title: "Not encrypted with your own key",
    severity: "Low",
    why: "Images are encrypted with a key of the platform only.",
    note: "It is set when a registry is made: build a new one (Premium) and import the images.",
    az: () => [],
    terraform:
      "encryption { key_vault_key_id = var.key_id, identity_client_id = var.identity_client_id }",
    bicep:
      "encryption: { status: 'enabled', keyVaultProperties: { keyIdentifier: keyId, identity: identityClientId } }",
    check: acrShow("encryption.status"),
    effect: "If the key is lost, so are the images.",
  }),
};

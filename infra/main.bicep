targetScope = 'subscription'

metadata description = 'Container Guardrail: the hub (function app, storage, event hub, mail, monitoring) and what the watched subscriptions need.'

@description('Name of the azd environment; names of resources derive from it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of the hub. It must offer the Flex Consumption plan.')
param location string

@description('Address of the operators: reports, and alerts of the monitoring, go there.')
@minLength(6)
param operatorsAddress string

@description('How far the guardrail may go. A first deployment stays at watch: it writes nothing and mails only the operators.')
@allowed(['off', 'watch', 'tell', 'fix-new', 'fix-all'])
param stage string = 'watch'

@description('Rights on the watched subscriptions: observe reads; act may also enable plans, the add-on and write tags; extensions is Owner-like, see docs/operations.md.')
@allowed(['observe', 'act', 'extensions'])
param level string = 'observe'

@description('What to watch: "hub" for the subscription that the guardrail itself goes to; ids of other subscriptions; "managementGroup:" with the id of a management group. Several of these: with commas between them.')
@metadata({ azd: { default: 'hub' } })
@minLength(3)
param watchedScope string

@description('Own mail domain, already owned by you; empty takes a domain managed by Azure, which sends at most 10 mails an hour.')
param mailDomain string = ''

@description('Whether the DNS records of the own mail domain are set and verified; only then can it be linked, and mail be sent.')
param mailDomainVerified bool = false

@description('Where Communication Services keeps its data at rest.')
@allowed(['Europe', 'UnitedStates', 'UK', 'Switzerland', 'Norway', 'France', 'Germany', 'Asia Pacific', 'Australia', 'Japan', 'Canada', 'India', 'Brazil', 'Korea', 'Africa', 'UAE'])
param mailDataLocation string = 'Europe'

@description('Client id of the Entra application that callers of the HTTP API sign in to. The preprovision hook makes it and sets this; empty is refused where it is used.')
@maxLength(36)
param authClientId string = ''

@description('Object id, in this tenant, of the first-party principal "Windows Azure Security Resource Provider". The preprovision hook looks it up and sets this; empty is refused where it is used.')
@maxLength(36)
param securityProviderPrincipalId string = ''

@description('Ids of Event Grid system topics for resource events that watched subscriptions have already, with commas between them: Azure allows one each. The preflight names them.')
param existingResourceTopics string = ''

@description('Ids of Event Grid system topics for policy states that watched subscriptions have already, with commas between them.')
param existingPolicyTopics string = ''

@description('Version of Node.js on the function app.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Instances kept warm for durable functions. They are billed while idle; 0 makes the first reaction slower.')
@minValue(0)
@maxValue(5)
param alwaysReadyInstances int = 1

var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, environmentName, location)
var entries = filter(map(split(watchedScope, ','), entry => trim(entry)), entry => !empty(entry))
var singles = filter(entries, entry => !startsWith(toLower(entry), 'managementgroup:'))
var watched = union(map(singles, entry => toLower(entry) == 'hub' ? subscription().subscriptionId : toLower(entry)), [])

@description('The id of the topic of a subscription, or nothing.')
func topicOf(topics string, subscriptionId string) string =>
  first(filter(split(topics, ','), topic => contains(toLower(topic), toLower(subscriptionId)))) ?? ''

@description('The name of a resource.')
func nameOf(id string) string => empty(id) ? '' : trim(last(split(id, '/')))

@description('The resource group of a resource.')
func groupOf(id string) string => empty(id) ? '' : split(id, '/')[4]

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: 'id-guardrail-${suffix}'
    location: location
    tags: tags
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: 'stguard${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module eventHub 'app/event-hub.bicep' = {
  scope: group
  params: {
    name: 'evhns-guardrail-${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    securityProviderPrincipalId: securityProviderPrincipalId
  }
}

module mail 'app/mail.bicep' = {
  scope: group
  params: {
    suffix: suffix
    tags: tags
    dataLocation: mailDataLocation
    mailDomain: mailDomain
    mailDomainVerified: mailDomainVerified
    principalId: identity.outputs.principalId
  }
}

module app 'app/function-app.bicep' = {
  scope: group
  params: {
    name: 'func-guardrail-${suffix}'
    location: location
    tags: tags
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    eventHubNamespace: eventHub.outputs.namespace
    eventHubName: eventHub.outputs.hub
    mailEndpoint: mail.outputs.endpoint
    mailFrom: mail.outputs.from
    mailQuota: empty(mailDomain) ? 'managed' : 'custom'
    operatorsAddress: operatorsAddress
    stage: stage
    authClientId: authClientId
    nodeVersion: nodeVersion
    alwaysReadyInstances: alwaysReadyInstances
  }
}

module alertRules 'app/alert-rules.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    insightsName: monitoring.outputs.insightsName
    operatorsAddress: operatorsAddress
    eventHubNamespaceName: eventHub.outputs.name
    stage: stage
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    insightsName: monitoring.outputs.insightsName
  }
}

module spokes 'spoke/subscription.bicep' = [
  for id in watched: {
    name: 'guardrail-spoke-${uniqueString(id, environmentName)}'
    scope: subscription(id)
    params: {
      location: location
      tags: tags
      principalId: identity.outputs.principalId
      level: level
      eventHubId: eventHub.outputs.hubId
      deadLetterStorageId: storage.outputs.id
      hubSubscriptionId: subscription().subscriptionId
      hubGroupName: group.name
      existingResourceTopic: nameOf(topicOf(existingResourceTopics, id))
      existingResourceTopicGroup: groupOf(topicOf(existingResourceTopics, id))
      existingPolicyTopic: nameOf(topicOf(existingPolicyTopics, id))
      existingPolicyTopicGroup: groupOf(topicOf(existingPolicyTopics, id))
    }
  }
]

@description('Region of the hub, for the hooks.')
output AZURE_LOCATION string = location

@description('Resource group of the hub.')
output GUARDRAIL_RESOURCE_GROUP string = group.name

@description('Name of the function app; events.bicep points Event Grid at its functions.')
output GUARDRAIL_FUNCTION_APP string = app.outputs.name

@description('Id of the function app; the roll-out to a management group needs it.')
output GUARDRAIL_FUNCTION_APP_ID string = app.outputs.id

@description('Id of the event hub that takes Defender\'s events; the roll-out to a management group needs it.')
output GUARDRAIL_EVENT_HUB_ID string = eventHub.outputs.hubId

@description('Base address of the HTTP API.')
output GUARDRAIL_URL string = app.outputs.url

@description('Id of the account that takes events that could not be delivered.')
output GUARDRAIL_DEAD_LETTER_STORAGE string = storage.outputs.id

@description('Id of the action group that is told when events cannot be delivered.')
output GUARDRAIL_ACTION_GROUP string = alertRules.outputs.actionGroupId

@description('Subscriptions that are watched one by one.')
output GUARDRAIL_WATCHED string = join(watched, ',')

@description('Object id of the identity; the management-group roll-out needs it.')
output GUARDRAIL_PRINCIPAL_ID string = identity.outputs.principalId

@description('Address that mails come from.')
output GUARDRAIL_MAIL_FROM string = mail.outputs.from

@description('DNS records to set for an own mail domain; empty for a managed one.')
output GUARDRAIL_MAIL_DNS object = mail.outputs.dnsRecords

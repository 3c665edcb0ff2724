targetScope = 'subscription'

metadata description = 'What one watched subscription gets: roles, event topics, Defender\'s export.'

@description('Region of the resource group that holds the topics and the export.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of the guardrail\'s identity.')
param principalId string

@description('Rights of the guardrail here.')
@allowed(['observe', 'act', 'extensions'])
param level string

@description('Id of the event hub that takes Defender\'s events.')
param eventHubId string

@description('Id of the account that takes events that could not be delivered.')
param deadLetterStorageId string

@description('Subscription of the hub.')
param hubSubscriptionId string

@description('Resource group of the hub.')
param hubGroupName string

@description('Name of an existing system topic for resource events of this subscription (Azure allows one); empty makes one.')
param existingResourceTopic string = ''

@description('Resource group of the existing system topic for resource events.')
param existingResourceTopicGroup string = ''

@description('Name of an existing system topic for policy states of this subscription; empty makes one.')
param existingPolicyTopic string = ''

@description('Resource group of the existing system topic for policy states.')
param existingPolicyTopicGroup string = ''

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-guardrail-spoke'
  location: location
  tags: tags
}

module roles 'roles.bicep' = {
  params: {
    principalId: principalId
    level: level
  }
}

module resourceTopic 'topic.bicep' = if (empty(existingResourceTopic)) {
  scope: group
  params: {
    name: 'guardrail-resource-changes'
    topicType: 'Microsoft.Resources.Subscriptions'
    tags: tags
  }
}

module policyTopic 'topic.bicep' = if (empty(existingPolicyTopic)) {
  scope: group
  params: {
    name: 'guardrail-policy-states'
    topicType: 'Microsoft.PolicyInsights.PolicyStates'
    tags: tags
  }
}

module deadLetterOfResources 'dead-letter-role.bicep' = {
  name: 'guardrail-dead-letter-r-${uniqueString(subscription().id)}'
  scope: resourceGroup(hubSubscriptionId, hubGroupName)
  params: {
    storageName: last(split(deadLetterStorageId, '/'))
    topicPrincipalId: empty(existingResourceTopic) ? resourceTopic!.outputs.principalId : givenResourceTopic!.outputs.principalId
  }
}

module deadLetterOfPolicies 'dead-letter-role.bicep' = {
  name: 'guardrail-dead-letter-p-${uniqueString(subscription().id)}'
  scope: resourceGroup(hubSubscriptionId, hubGroupName)
  params: {
    storageName: last(split(deadLetterStorageId, '/'))
    topicPrincipalId: empty(existingPolicyTopic) ? policyTopic!.outputs.principalId : givenPolicyTopic!.outputs.principalId
  }
}

module givenResourceTopic 'existing-topic.bicep' = if (!empty(existingResourceTopic)) {
  scope: resourceGroup(existingResourceTopicGroup)
  params: { name: existingResourceTopic }
}

module givenPolicyTopic 'existing-topic.bicep' = if (!empty(existingPolicyTopic)) {
  scope: resourceGroup(existingPolicyTopicGroup)
  params: { name: existingPolicyTopic }
}

module defenderExport 'export.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    eventHubId: eventHubId
  }
}

targetScope = 'subscription'

metadata description = 'Event subscriptions of one watched subscription. Run after the code is deployed: Event Grid refuses a function that is not there yet. Can be run again at any time.'

@description('Id of the function app.')
param functionAppId string

@description('Id of the account that takes events that could not be delivered.')
param deadLetterStorageId string

@description('Resource group of the topic for resource events.')
param resourceTopicGroup string = 'rg-guardrail-spoke'

@description('Name of the topic for resource events.')
param resourceTopic string = 'guardrail-resource-changes'

@description('Resource group of the topic for policy states.')
param policyTopicGroup string = 'rg-guardrail-spoke'

@description('Name of the topic for policy states.')
param policyTopic string = 'guardrail-policy-states'

@description('Id of the action group that is told of undeliverable events; empty makes no alert.')
param actionGroupId string = ''

var routes = loadJsonContent('event-routes.json')

module resources 'spoke/event-subscription.bicep' = {
  scope: resourceGroup(resourceTopicGroup)
  params: {
    topicName: resourceTopic
    name: 'container-guardrail-resources'
    functionId: '${functionAppId}/functions/${routes.resources.function}'
    eventTypes: routes.resources.eventTypes
    filters: [
      {
        operatorType: 'StringIn'
        key: 'data.operationName'
        values: routes.resources.operations
      }
    ]
    deadLetterStorageId: deadLetterStorageId
    actionGroupId: actionGroupId
  }
}

module policies 'spoke/event-subscription.bicep' = {
  scope: resourceGroup(policyTopicGroup)
  params: {
    topicName: policyTopic
    name: 'container-guardrail-policies'
    functionId: '${functionAppId}/functions/${routes.policyStates.function}'
    eventTypes: routes.policyStates.eventTypes
    filters: [
      {
        operatorType: 'StringContains'
        key: 'subject'
        values: routes.policyStates.subjectContains
      }
    ]
    deadLetterStorageId: deadLetterStorageId
    actionGroupId: actionGroupId
  }
}

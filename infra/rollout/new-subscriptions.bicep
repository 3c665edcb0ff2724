targetScope = 'managementGroup'

metadata description = 'Azure Policy that brings new subscriptions of a management group in by themselves: event topics with their subscriptions, and Defender\'s export. Run after the hub and its code are deployed.'

@description('Region of the identities of the assignments, and of what they deploy.')
param location string

@description('Id of the function app.')
param functionAppId string

@description('Id of the event hub that takes Defender\'s events.')
param eventHubId string

@description('Start with the subscriptions that are there already.')
param remediateExisting bool = true

var routes = loadJsonContent('../event-routes.json')
var export = {
  definition: 'af9f6c70-eb74-4189-8d15-e4f11a7ebfd4'
  groupName: 'rg-guardrail-spoke'
}
var roles = {
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c'
  securityAdmin: 'fb1c8493-542b-48eb-b624-b4c8fea62acd'
}
var topics = [
  {
    key: 'resource-changes'
    topicType: 'Microsoft.Resources.Subscriptions'
    functionId: '${functionAppId}/functions/${routes.resources.function}'
    eventTypes: routes.resources.eventTypes
    filter: { operatorType: 'StringIn', key: 'data.operationName', values: routes.resources.operations }
  }
  {
    key: 'policy-states'
    topicType: 'Microsoft.PolicyInsights.PolicyStates'
    functionId: '${functionAppId}/functions/${routes.policyStates.function}'
    eventTypes: routes.policyStates.eventTypes
    filter: { operatorType: 'StringContains', key: 'subject', values: routes.policyStates.subjectContains }
  }
]

resource definitions 'Microsoft.Authorization/policyDefinitions@2025-03-01' = [
  for topic in topics: {
    name: 'guardrail-${topic.key}'
    properties: {
      displayName: 'Send ${topic.key} of a subscription to Container Guardrail'
      description: 'Makes the system topic and its event subscription where the subscription has none of this kind.'
      policyType: 'Custom'
      mode: 'All'
      metadata: { category: 'Event Grid', version: '1.0.0' }
      policyRule: {
        if: { field: 'type', equals: 'Microsoft.Resources/subscriptions' }
        then: {
          effect: 'deployIfNotExists'
          details: {
            type: 'Microsoft.EventGrid/systemTopics'
            existenceScope: 'subscription'
            deploymentScope: 'subscription'
            existenceCondition: { field: 'Microsoft.EventGrid/systemTopics/topicType', equals: topic.topicType }
            roleDefinitionIds: ['/providers/Microsoft.Authorization/roleDefinitions/${roles.contributor}']
            deployment: {
              location: location
              properties: {
                mode: 'incremental'
                parameters: {
                  location: { value: location }
                  functionId: { value: topic.functionId }
                  topicType: { value: topic.topicType }
                  name: { value: 'guardrail-${topic.key}' }
                  eventTypes: { value: topic.eventTypes }
                  filter: { value: topic.filter }
                }
                template: {
                  '$schema': 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#'
                  contentVersion: '1.0.0.0'
                  parameters: {
                    location: { type: 'string' }
                    functionId: { type: 'string' }
                    topicType: { type: 'string' }
                    name: { type: 'string' }
                    eventTypes: { type: 'array' }
                    filter: { type: 'object' }
                  }
                  resources: [
                    {
                      type: 'Microsoft.Resources/resourceGroups'
                      apiVersion: '2025-04-01'
                      name: export.groupName
                      location: '[[parameters(\'location\')]'
                    }
                    {
                      type: 'Microsoft.Resources/deployments'
                      apiVersion: '2025-04-01'
                      name: '[[parameters(\'name\')]'
                      resourceGroup: export.groupName
                      dependsOn: ['[[subscriptionResourceId(\'Microsoft.Resources/resourceGroups\', \'${export.groupName}\')]']
                      properties: {
                        mode: 'Incremental'
                        expressionEvaluationOptions: { scope: 'inner' }
                        parameters: {
                          functionId: { value: '[[parameters(\'functionId\')]' }
                          topicType: { value: '[[parameters(\'topicType\')]' }
                          name: { value: '[[parameters(\'name\')]' }
                          eventTypes: { value: '[[parameters(\'eventTypes\')]' }
                          filter: { value: '[[parameters(\'filter\')]' }
                        }
                        template: {
                          '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
                          contentVersion: '1.0.0.0'
                          parameters: {
                            functionId: { type: 'string' }
                            topicType: { type: 'string' }
                            name: { type: 'string' }
                            eventTypes: { type: 'array' }
                            filter: { type: 'object' }
                          }
                          resources: [
                            {
                              type: 'Microsoft.EventGrid/systemTopics'
                              apiVersion: '2025-02-15'
                              name: '[[parameters(\'name\')]'
                              location: 'global'
                              identity: { type: 'SystemAssigned' }
                              properties: { source: '[[subscription().id]', topicType: '[[parameters(\'topicType\')]' }
                            }
                            {
                              type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions'
                              apiVersion: '2025-02-15'
                              name: '[[format(\'{0}/container-guardrail\', parameters(\'name\'))]'
                              dependsOn: ['[[resourceId(\'Microsoft.EventGrid/systemTopics\', parameters(\'name\'))]']
                              properties: {
                                destination: {
                                  endpointType: 'AzureFunction'
                                  properties: { resourceId: '[[parameters(\'functionId\')]', maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 }
                                }
                                eventDeliverySchema: 'EventGridSchema'
                                filter: {
                                  includedEventTypes: '[[parameters(\'eventTypes\')]'
                                  advancedFilters: ['[[parameters(\'filter\')]']
                                }
                                retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              }
            }
          }
        }
      }
    }
  }
]

resource assignments 'Microsoft.Authorization/policyAssignments@2025-03-01' = [
  for (topic, index) in topics: {
    name: take('guardrail-${topic.key}', 24)
    location: location
    identity: { type: 'SystemAssigned' }
    properties: {
      displayName: 'Container Guardrail: ${topic.key}'
      policyDefinitionId: definitions[index].id
      enforcementMode: 'Default'
    }
  }
]

resource exportAssignment 'Microsoft.Authorization/policyAssignments@2025-03-01' = {
  name: 'guardrail-export'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    displayName: 'Container Guardrail: Defender\'s export'
    policyDefinitionId: tenantResourceId('Microsoft.Authorization/policyDefinitions', export.definition)
    enforcementMode: 'Default'
    parameters: {
      resourceGroupName: { value: export.groupName }
      resourceGroupLocation: { value: location }
      eventHubDetails: { value: eventHubId }
      exportedDataTypes: { value: ['Security alerts', 'Security recommendations'] }
    }
  }
}

resource topicRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, index) in topics: {
    name: guid(managementGroup().id, topic.key, roles.contributor)
    properties: {
      principalId: assignments[index].identity.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', roles.contributor)
    }
  }
]

resource exportRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    name: guid(managementGroup().id, 'export', role.value)
    properties: {
      principalId: exportAssignment.identity.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

resource remediations 'Microsoft.PolicyInsights/remediations@2024-10-01' = [
  for (topic, index) in topics: if (remediateExisting) {
    name: 'guardrail-${topic.key}'
    properties: {
      policyAssignmentId: assignments[index].id
      resourceDiscoveryMode: 'ExistingNonCompliant'
    }
    dependsOn: [topicRights]
  }
]

resource exportRemediation 'Microsoft.PolicyInsights/remediations@2024-10-01' = if (remediateExisting) {
  name: 'guardrail-export'
  properties: {
    policyAssignmentId: exportAssignment.id
    resourceDiscoveryMode: 'ExistingNonCompliant'
  }
  dependsOn: [exportRights]
}

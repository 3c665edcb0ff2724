metadata description = 'The event hub that Defender for Cloud exports alerts and assessments to.'

@description('Name of the namespace.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of the identity that reads events.')
param principalId string

@description('Object id of Defender for Cloud\'s own principal, which writes events.')
@minLength(36)
@maxLength(36)
param securityProviderPrincipalId string

var receiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
var sender = '2b629674-e913-4c01-ae53-ef4638d8f975'

resource namespace 'Microsoft.EventHub/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard', capacity: 1 }
  properties: {
    disableLocalAuth: true
    isAutoInflateEnabled: true
    maximumThroughputUnits: 4
    minimumTlsVersion: '1.2'
  }

  resource hub 'eventhubs' = {
    name: 'defender-events'
    properties: {
      partitionCount: 4
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 168 }
    }
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, principalId, receiver)
  scope: namespace
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
  }
}

resource writes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::hub.id, securityProviderPrincipalId, sender)
  scope: namespace::hub
  properties: {
    principalId: securityProviderPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
  }
}

@description('Name of the namespace.')
output name string = namespace.name

@description('Fully qualified name of the namespace.')
output namespace string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]

@description('Name of the hub.')
output hub string = namespace::hub.name

@description('Id of the hub, for continuous export.')
output hubId string = namespace::hub.id

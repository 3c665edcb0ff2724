metadata description = 'Lets a topic write events that could not be delivered into the hub\'s account.'

@description('Name of the account.')
param storageName string

@description('Object id of the topic\'s identity.')
param topicPrincipalId string

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource writes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, topicPrincipalId, blobDataContributor)
  scope: storage
  properties: {
    principalId: topicPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}
